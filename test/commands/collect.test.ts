/** `tuf-ceremony collect` as people start it wrongly. (test/exchange and the whole run take signatures in.) */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { MAX_SIGNATURE_FILE_CHARACTERS } from "../../src/ceremony/exchange-files.ts";
import { ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { pseudoTerminal, requires } from "../support/requires.ts";
import { exampleText } from "../support/scripts.ts";
import { TerminalSession } from "../support/terminal-session.ts";
import { assertHelp, assertRefused, commandLine } from "./command-line.ts";

const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-collect-"));
after(() => rmSync(base, { recursive: true }));
const file = join(base, "signature.json");
const large = join(base, "large.json");
const pipe = join(base, "pipe");
execFileSync("mkfifo", [pipe]);
writeFileSync(file, "{}");
writeFileSync(large, "x".repeat(MAX_SIGNATURE_FILE_CHARACTERS + 1));

describe("collect", () => {
  it("has help with an example", () =>
    assertHelp("collect", "<folder>", "<files...>", "4 paused or still waiting"));

  for (const [what, words, code] of [
    ["nothing", ["collect"], "cli/usage"],
    ["no file", ["collect", base], "cli/usage"],
    ["no terminal", ["collect", base, file], "terminal/none"],
  ] as const) {
    it(`${what}: status 2, ${code}`, () => assertRefused(words, 2, code));
  }

  for (const [what, words, status, code] of [
    ["a file that is not there", [base, join(base, "nothing.json")], 2, "exchange/file"],
    ["a folder as a file", [base, base], 2, "exchange/file"],
    ["a file that is too large", [base, large], 2, "exchange/file"],
    ["a pipe that nobody writes to", [base, pipe], 2, "exchange/file"],
    ["a device that never ends", [base, "/dev/zero"], 2, "exchange/file"],
    ["a folder without a ceremony", [base, file], 2, "folder/no-ceremony"],
    ["a folder that is not there", [join(base, "nothing"), file], 2, "folder/no-ceremony"],
    ["a folder below nothing", [join(base, "nothing/below"), file], 3, "medium/missing"],
  ] as const) {
    it(`at a terminal, ${what}: status ${status}, ${code}`, requires(pseudoTerminal), async () => {
      const session = await TerminalSession.start(commandLine("collect", ...words));
      assert.equal(await session.exit, status, session.shown);
      assert.ok(session.shown.includes(`[${code}]`), session.shown);
      assert.equal(existsSync(join(base, "nothing")), false);
    });
  }

  it(
    "at a terminal, a ceremony that has ended: status 1, folder/finished",
    requires(pseudoTerminal),
    async () => {
      const ceremony = new ExceptionalCeremony(scriptOf(exampleText("minimal")));
      await ceremony.session();
      const session = await TerminalSession.start(commandLine("collect", ceremony.folder, file));
      assert.equal(await session.exit, 1, session.shown);
      assert.match(session.shown, /\[folder\/finished\]/);
      await ceremony.finished();
    },
  );
});
