/** The message at the end of a session: all of it is seen, however many documents or missing people it has. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { TerminalPeople } from "../../src/live/terminal-people.ts";
import { ROWS } from "../../src/terminal/screen.ts";
import { scriptedTerminal } from "../support/scripted-terminal.ts";

const CLEAR = "\u001b[H\u001b[2J";
const message = (documents: number): readonly string[] => [
  "The ceremony is finished.",
  "",
  "Signed, verified and written:",
  ...Array.from({ length: documents }, (_, index) => `  metadata/${index}.json`),
  "",
  "Read the head of the transcript aloud, and write it down:",
  ...Array.from({ length: 10 }, (_, index) => `  head line ${index}`),
  "",
  "Next: tuf-ceremony audit folder",
];

/** The screens, line by line, without what the prompt draws below. */
async function screensOf(documents: number, answers: readonly string[]): Promise<readonly string[][]> {
  const { terminal, shown, close } = scriptedTerminal(answers);
  close();
  const people = new TerminalPeople(terminal);
  await people.tell(message(documents));
  people.close();
  return shown()
    .split(CLEAR)
    .slice(1)
    .map((screen) => {
      const lines = stripVTControlCharacters(screen).split(/\r?\n/);
      return lines.slice(
        0,
        lines.findIndex((line) => line.startsWith("Type ")),
      );
    });
}

for (const [documents, answers] of [
  [3, ["ok"]],
  [4, ["more", "ok"]],
  [4, ["more", "more", "more", "ok"]],
  [40, ["more", "more", "more", "ok"]],
] as const) {
  test(`${documents} documents, ${answers.join(", ")}: no screen scrolls, and everything is on one`, async () => {
    const screens = await screensOf(documents, answers);
    assert.equal(screens.length, answers.length);
    for (const lines of screens) {
      assert.equal(lines[0], "The ceremony is finished.");
      assert.ok(lines.length + 2 < ROWS, `${lines.length} lines`); // two of the prompt
    }
    for (const line of message(documents)) assert.ok(screens.flat().includes(line), line);
    const ofHead = screens.filter((lines) => lines.some((line) => line.startsWith("  head line")));
    for (const lines of ofHead)
      assert.equal(lines.filter((line) => line.startsWith("  head line")).length, 10);
  });
}
