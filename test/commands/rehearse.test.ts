/** `tuf-ceremony rehearse` as people start it, unattended and wrongly. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { displayWidth } from "../../src/terminal/escape.ts";
import { SCRIPTS } from "../live/ceremony-harness.ts";
import { assertHelp, assertPlain, assertRefused, start } from "./command-line.ts";

const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-rehearse-"));
after(() => rmSync(base, { recursive: true }));
const MINIMAL = join(SCRIPTS, "minimal.yaml");

describe("rehearse", () => {
  it("has help with examples", () => assertHelp("rehearse", "<script>", "--folder", "--unattended"));

  it("unattended: status 0, the head in hex and words, and nothing that passes for the real thing", () => {
    const folder = join(base, "rehearsal");
    const { status, out, error } = start("rehearse", MINIMAL, "--unattended", "--folder", folder);
    assert.deepEqual([status, error], [0, ""]);
    assert.match(out, /^The rehearsal is finished\.\n/);
    assert.match(out, /\n {2}([0-9a-f]{4} ){7}[0-9a-f]{4}\n/);
    for (const line of out.split("\n")) assert.ok(displayWidth(line) <= 80, line);
    assertPlain(out);
    for (const name of readdirSync(join(folder, "metadata"))) {
      const { signed } = JSON.parse(readFileSync(join(folder, "metadata", name), "utf8"));
      assert.match(signed._type, /^rehearsal-/);
    }
    const audit = start("audit", folder);
    assert.equal(audit.status, 0, audit.out);
    assert.match(audit.out, /A REHEARSAL: nothing of it is for use\./);
  });

  it("--json: one document, which says that it was a rehearsal", () => {
    const folder = join(base, "json");
    const { status, out, error } = start("rehearse", MINIMAL, "--unattended", "--folder", folder, "--json");
    assert.deepEqual([status, error], [0, ""]);
    const { reason, rehearsal, session, head, words, exceptions, folder: named } = JSON.parse(out);
    assert.deepEqual([reason, rehearsal, session, exceptions, named], ["finished", true, 1, [], folder]);
    assert.match(head, /^[0-9a-f]{64}$/);
    assert.equal(words.length, 32);
  });

  mkdirSync(join(base, "there"));
  const broken = join(base, "broken.yaml");
  writeFileSync(broken, "ceremony: x\n");
  const unattended = (script: string, ...words: readonly string[]) => [
    "rehearse",
    script,
    "--unattended",
    ...words,
  ];
  const wrong: readonly (readonly [what: string, words: readonly string[], status: number, code: string])[] =
    [
      ["no script", ["rehearse"], 2, "cli/usage"],
      ["no terminal, and not unattended", ["rehearse", MINIMAL], 2, "terminal/none"],
      ["a script that is not there", unattended(join(base, "nothing.yaml")), 2, "script/unreadable"],
      ["a script with errors", unattended(broken), 2, "script/errors"],
      [
        "a folder that is there",
        unattended(MINIMAL, "--folder", join(base, "there")),
        2,
        "rehearsal/not-new",
      ],
      [
        "a folder below nothing",
        unattended(MINIMAL, "--folder", join(base, "no/folder")),
        3,
        "medium/missing",
      ],
      ["a folder below a file", unattended(MINIMAL, "--folder", join(broken, "folder")), 3, "medium/missing"],
    ];
  for (const [what, words, status, code] of wrong) {
    it(`${what}: status ${status}, ${code}`, () => assertRefused(words, status, code));
  }
});
