/** `tuf-ceremony run` as people start it wrongly: refused before a folder is begun. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { SCRIPTS } from "../live/ceremony-harness.ts";
import { pseudoTerminal, requires } from "../support/requires.ts";
import { TerminalSession } from "../support/terminal-session.ts";
import { assertHelp, assertRefused, commandLine } from "./command-line.ts";

const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-run-"));
after(() => rmSync(base, { recursive: true }));
const MINIMAL = join(SCRIPTS, "minimal.yaml");
const folder = join(base, "ceremony");

describe("run", () => {
  it("has help with examples, a machine file, and what the exit status means", () =>
    assertHelp("run", "<script>", "--folder", "--machine", "machine.yaml:", "4 paused or waiting"));

  for (const [what, words, code] of [
    ["no script", ["run", "--folder", folder], "cli/usage"],
    ["no folder", ["run", MINIMAL], "cli/usage"],
    ["no terminal", ["run", MINIMAL, "--folder", folder], "terminal/none"],
    ["a way to switch checks off", ["run", MINIMAL, "--folder", folder, "--force"], "cli/usage"],
    ["a PIN", ["run", MINIMAL, "--folder", folder, "--pin", "1234"], "cli/usage"],
  ] as const) {
    it(`${what}: status 2, ${code}, and no folder`, () => {
      assertRefused(words, 2, code);
      assert.equal(existsSync(folder), false);
    });
  }

  const broken = join(base, "broken.yaml");
  writeFileSync(broken, "ceremony: x\n");
  const machine = join(base, "machine.yaml");
  writeFileSync(machine, "modules: { softhsm: { module: libsofthsm2.so } }\n");
  for (const [what, words, code] of [
    ["a script that is not there", [join(base, "nothing.yaml"), "--folder", folder], "script/unreadable"],
    ["a script with errors", [broken, "--folder", folder], "script/errors"],
    [
      "a machine file that is not there",
      [MINIMAL, "--folder", folder, "--machine", join(base, "x")],
      "machine/unreadable",
    ],
    ["no machine file for a script that needs one", [MINIMAL, "--folder", folder], "machine/lacks"],
    ["a machine file with mistakes", [MINIMAL, "--folder", folder, "--machine", machine], "machine/shape"],
  ] as const) {
    it(`at a terminal, ${what}: status 2, ${code}, and no folder`, requires(pseudoTerminal), async () => {
      const session = await TerminalSession.start(commandLine("run", ...words));
      assert.equal(await session.exit, 2, session.shown);
      assert.ok(session.shown.includes(`[${code}]`), session.shown);
      assert.equal(existsSync(folder), false);
    });
  }
});
