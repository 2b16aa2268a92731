/** `tuf-ceremony audit` as people start it: a verdict for people or for programs, and its exit status. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { HeldSession } from "../../src/live/hold-session.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { hexGroups } from "../../src/terminal/words.ts";
import { loadScript, newFolder, runOnce } from "../live/ceremony-harness.ts";
import { ExceptionalCeremony, scriptOf } from "../support/exceptional-ceremony.ts";
import { exampleText } from "../support/scripts.ts";
import { assertHelp, assertPlain, assertRefused, start } from "./command-line.ts";

const folder = newFolder();
let held: HeldSession;
before(async () => {
  held = await runOnce({ folder, loaded: loadScript("minimal.yaml") });
});
const empty = mkdtempSync(join(tmpdir(), "tuf-ceremony-empty-"));
after(() => {
  rmSync(join(folder, ".."), { recursive: true });
  rmSync(empty, { recursive: true });
});

describe("audit", () => {
  it("has help with examples", () => assertHelp("audit", "<folder>", "--head", "Exit status: 0"));

  it("a finished ceremony: status 0, every grade in words that fit 80 columns", () => {
    const { status, out, error } = start("audit", folder);
    assert.deepEqual([status, error], [0, ""]);
    for (const grade of [
      "consistent  yes",
      "finished    yes",
      "anchored    not checked",
      "witnessed   0 of 1",
      "exceptions  0",
    ])
      assert.ok(out.includes(`\n${grade}`), out);
    for (const line of out.split("\n")) assert.ok(displayWidth(line) <= 80, line);
    assertPlain(out);
  });

  it("the head may be given as it is read aloud: in groups, in capitals", () => {
    const groups = hexGroups(held.head).join(" ").toUpperCase();
    for (const head of [held.head, groups, groups.replaceAll(" ", ":")]) {
      const { status, out } = start("audit", folder, "--head", head);
      assert.equal(status, 0);
      assert.match(out, /anchored {4}yes/);
    }
  });

  it("--json: one document with the same", () => {
    const { status, out, error } = start("audit", folder, "--json", "--head", held.head);
    assert.deepEqual([status, error], [0, ""]);
    const document = JSON.parse(out);
    assert.equal(document.isConsistent, true);
    assert.equal(document.isAnchored, true);
    assert.equal(document.head, held.head);
    assert.equal(document.words.length, 32);
    assert.equal(document.ceremony, "example-2026-root");
    assert.deepEqual(
      document.documents.map(({ path }: { path: string }) => path),
      ["metadata/1.bins.json", "metadata/1.targets.json", "metadata/1.root.json"],
    );
    assert.equal("state" in document, false);
  });

  it("which clients read the documents, as text and as data", () => {
    const { out } = start("audit", folder);
    assert.match(out, /^Clients: which of them read these documents/m);
    assert.match(out, /^ {2}tough \S+ +reads$/m);
    assert.match(out, /^ {2}rust-tuf \S+ +DOES NOT READ$/m);
    assert.match(out, /^ {2}root +[\d,]+ bytes {2}fits all$/m);
    const { compatibility } = JSON.parse(start("audit", folder, "--json").out);
    const rust = compatibility.clients.find(({ client }: { client: string }) => client === "rust-tuf");
    assert.equal(rust.reads, false);
    assert.equal(rust.reasons[0].limit, "client/spec-version");
    assert.equal(compatibility.ed25519.length, 3);
  });

  it("another head: status 1, both heads", () => {
    const other = "52bf".repeat(16);
    const { status, out, error } = start("audit", folder, "--head", other);
    assert.deepEqual([status, error], [1, ""]);
    assert.match(out, /NOT AS IT MUST BE: transcript\.jsonl \[audit\/head\]/);
    assert.ok(out.includes(other) && out.includes(held.head));
    assert.match(out, /consistent {2}NO\n/);
    assert.match(out, /anchored {4}NO/);
  });

  it("a file too many, whose name acts on terminals: status 1, and the name does no harm", () => {
    const path = join(folder, "\u001b[2J\u202e.txt");
    writeFileSync(path, "");
    const people = start("audit", folder);
    const programs = start("audit", folder, "--json");
    rmSync(path);
    assert.deepEqual([people.status, programs.status], [1, 1]);
    assertPlain(people.out);
    assertPlain(programs.out);
    assert.ok(people.out.includes("\\u{1b}[2J\\u{202e}.txt"), people.out);
    assert.equal(JSON.parse(programs.out).problems[0].where, "\u001b[2J\u202e.txt");
  });

  it("a ceremony that was paused: status 4; one that was aborted: status 0, with why", async () => {
    const ceremony = new ExceptionalCeremony(scriptOf(exampleText("minimal")));
    await ceremony.session([{ step: "beacon", prompt: "beacon", does: "leaves" }]);
    const paused = start("audit", ceremony.folder);
    assert.equal(paused.status, 4, paused.error);
    assert.match(paused.out, /consistent {2}yes/);
    assert.match(paused.out, /finished {4}NO: paused/);
    assert.doesNotMatch(paused.out, /^Clients: which/m);
    assert.equal(JSON.parse(start("audit", ceremony.folder, "--json").out).compatibility, null);
    await ceremony.session([{ step: "beacon", prompt: "beacon", does: "abort", happened: "a fire alarm" }]);
    const aborted = start("audit", ceremony.folder);
    assert.equal(aborted.status, 0, aborted.error);
    assert.match(aborted.out, /beacon \[exception\] a fire alarm; abort, confirmed by admin/);
  });

  const wrong: readonly (readonly [what: string, words: readonly string[], code: string])[] = [
    ["no folder", ["audit"], "cli/usage"],
    ["two folders", ["audit", folder, folder], "cli/usage"],
    ["a folder that is not there", ["audit", join(empty, "nothing")], "audit/no-ceremony"],
    ["a folder without a ceremony", ["audit", empty], "audit/no-ceremony"],
    ["a file", ["audit", join(folder, "script.yaml")], "audit/no-ceremony"],
    ["a head that is too short", ["audit", folder, "--head", "52bf 1c0e"], "cli/option"],
    ["a head that is no hex", ["audit", folder, "--head", "x".repeat(64)], "cli/option"],
    ["an empty head", ["audit", folder, "--head", ""], "cli/option"],
    ["a head that is forgotten", ["audit", folder, "--head"], "cli/usage"],
    ["an option that there is not", ["audit", folder, "--force"], "cli/usage"],
  ];
  for (const [what, words, code] of wrong) {
    it(`${what}: status 2, ${code}`, () => assertRefused(words, 2, code));
  }

  it("--json: a refusal is one document on stdout, with all that people are told", () => {
    const { status, out, error } = start("audit", empty, "--json");
    assert.deepEqual([status, error], [2, ""]);
    const { error: told } = JSON.parse(out);
    assert.deepEqual([told.code, told.exit], ["audit/no-ceremony", "usage"]);
    for (const member of ["expected", "found", "remedy"]) assert.notEqual(told[member], "");
  });
});
