import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CommandEntry } from "../../src/commands/context.ts";
import { helpText } from "../../src/commands/help-text.ts";
import { runCommandLine } from "../../src/commands/program.ts";
import { commandTable } from "../../src/commands/table.ts";

describe("the text below the options", () => {
  const long = "--first-option value --second-option value --third-option value --fourth-option value";

  it("a command goes on behind a backslash, and an option stays with its value", () => {
    const shown = helpText(`\nExample:\n  $ tuf-ceremony token example ${long}`)();
    assert.equal(
      shown,
      [
        "",
        "Example:",
        "  $ tuf-ceremony token example --first-option value --second-option value \\",
        "      --third-option value --fourth-option value",
      ].join("\n"),
    );
    assert.equal(shown.replaceAll(/ \\\n +/g, " "), `\nExample:\n  $ tuf-ceremony token example ${long}`);
  });

  it("paragraphs are filled, and stay apart", () => {
    const words = (count: number) => Array(count).fill("word").join(" ");
    const lines = helpText(`${words(3)}\n${words(20)}\n\n${words(2)}`)().split("\n");
    assert.deepEqual(lines, [words(16), words(7), "", words(2)]);
  });

  it("what is indented keeps its place", () => {
    const lines = helpText(`  short\n    ${"long ".repeat(20).trim()}`)().split("\n");
    assert.deepEqual(lines, [
      "  short",
      `    ${"long ".repeat(15).trim()}`,
      `    ${"long ".repeat(5).trim()}`,
    ]);
  });
});

describe("help", () => {
  for (const words of commandsOf(commandTable)) {
    it(`of ${words.join(" ")}: has an example, and fits a terminal`, async () => {
      let shown = "";
      const write = (text: string) => {
        shown += text;
      };
      const surroundings = { version: "1.2.3", colour: false, writeOut: write, writeError: write };
      assert.equal(await runCommandLine([...words, "--help"], surroundings, commandTable), 0);
      assert.ok(shown.includes(`\n  $ tuf-ceremony ${words.join(" ")}`), shown);
      for (const line of shown.split("\n")) assert.ok(line.length <= 80, line);
    });
  }
});

function commandsOf(table: readonly CommandEntry[]): readonly (readonly string[])[] {
  return table.flatMap((entry) => [
    [entry.name],
    ...("commands" in entry ? commandsOf(entry.commands).map((words) => [entry.name, ...words]) : []),
  ]);
}
