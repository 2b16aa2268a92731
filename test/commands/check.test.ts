import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SCRIPT_RULES } from "../../src/ceremony/script-rules/rules.ts";
import { runCommandLine, type Surroundings } from "../../src/commands/program.ts";
import { commandTable } from "../../src/commands/table.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { EXAMPLES, edit, exampleText, lineOf } from "../support/scripts.ts";
import { assertHelp } from "./command-line.ts";

/** While the examples' windows are still to come. */
const NOW = Date.parse("2026-11-30T12:00:00Z");
mock.timers.enable({ apis: ["Date"], now: NOW });

async function run(...words: readonly string[]) {
  let out = "";
  let error = "";
  const surroundings: Surroundings = {
    version: "0",
    colour: false,
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      error += text;
    },
  };
  const status = await runCommandLine(words, surroundings, commandTable);
  return { status, out, error };
}

const pathOf = (name: string) =>
  fileURLToPath(new URL(`../../ceremony-scripts/${name}.yaml`, import.meta.url));

function written(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "check-")), "script.yaml");
  writeFileSync(path, text);
  return path;
}

for (const name of EXAMPLES) {
  test(`check ${name}.yaml: status 0, the plan and the words`, async () => {
    const { status, out, error } = await run("check", pathOf(name));
    assert.equal(error, "");
    assert.equal(status, 0);
    assert.match(out, /^SHA-256 of the script, to be read aloud .*\n {2}[0-9a-f]{4} /, "on the first page");
    assert.match(out, /^Agenda: \d+ steps, about /m);
    assert.match(out, /\n {2}([0-9a-f]{4} ){7}[0-9a-f]{4}\n/);
    assert.match(out, /OK: 0 errors, 0 warnings\n$/);
    for (const line of out.split("\n")) assert.ok(displayWidth(line) <= 80, line);
  });
}

test("a script with mistakes: status 2, every mistake with its place, what was expected, and the remedy", async () => {
  const text = edit(
    edit(exampleText("minimal"), "threshold: 2", "threshold: 7"),
    "profile: tuf",
    "profile: tfu",
  );
  const path = written(text);
  const { status, out } = await run("check", path);
  assert.equal(status, 2);
  const words = out.replaceAll(/\s+/g, " "); // a long path ends the line that it is on
  assert.ok(words.includes(`:${lineOf(text, "profile:")}:10: error [script/value]`), out);
  assert.ok(words.includes(`:${lineOf(text, "threshold: 7")}:16: error [roles/root-threshold]`), out);
  assert.match(out, /remedy {4}Did you mean "tuf"\?/);
  assert.match(out, /NOT A VALID SCRIPT: 2 errors, 0 warnings\n$/);
  for (const line of out.split("\n")) assert.ok(displayWidth(line) <= 80 || line.includes(path), line);
});

test("what a script pins is in the plan: a pin that is none shows", async () => {
  const pins = `pins: { kit: ${"2f".repeat(32)}, modules: { softhsm: ${"3f".repeat(32)}, tpm2: ${"4f".repeat(32)} } }\n`;
  const text = exampleText("pep458-bootstrap").replace(/^ {2}online:\n(?: {4}.*\n)+/m, ONLINE);
  const { status, out } = await run("check", written(`${text}${pins}`));
  assert.equal(status, 0, out);
  const words = out.replaceAll(/\s+/g, " ");
  assert.ok(words.includes(`Only with kit, SHA-256 ${"2f".repeat(32)} module of softhsm, SHA-256 3f3f`), out);
  assert.match(words, /pins\/unused.*found tpm2, and no key in one/);
  for (const line of out.split("\n")) assert.ok(displayWidth(line) <= 80, line);
  const misspelt = await run("check", written(`${text}${pins.replace("softhsm", "softhsn")}`));
  assert.equal(misspelt.status, 2);
  assert.match(misspelt.out, /pins\/device\](?:.|\n)*Did you mean "softhsm"\?/);
});

test("a window that is over by this machine's clock is a warning, at its end", async (context) => {
  context.after(() => mock.timers.setTime(NOW));
  mock.timers.setTime(Date.parse("2026-12-04T23:00:00Z"));
  assert.match((await run("check", pathOf("minimal"))).out, /OK: 0 errors, 0 warnings\n$/);
  mock.timers.setTime(Date.parse("2026-12-04T23:00:01Z"));
  const { status, out } = await run("check", pathOf("minimal"));
  assert.equal(status, 0);
  const words = out.replaceAll(/\s+/g, " ");
  const line = lineOf(exampleText("minimal"), "window:");
  assert.ok(words.includes(`minimal.yaml:${line}:43: warning [window/over]`), out);
  assert.ok(words.includes("found 2026-12-04T23:00:00Z, and it is 2026-12-04T23:00:01Z here"), out);
  assert.match(out, /OK: 0 errors, 1 warning\n$/);
});

test("--json: one document with findings, digest and plan", async () => {
  const good = await run("check", pathOf("minimal"), "--json");
  const document = JSON.parse(good.out);
  assert.equal(good.status, 0);
  assert.equal(document.valid, true);
  assert.equal(document.words.length, 32);
  assert.equal(document.plan.documents.length, 3);
  assert.equal(document.plan.steps[0].ref, "preflight");
  const bad = await run("check", written("ceremony: x\n"), "--json");
  assert.equal(bad.status, 2);
  const refused = JSON.parse(bad.out);
  assert.equal(refused.valid, false);
  assert.equal(refused.plan, null);
  assert.ok(refused.findings.every((finding: { line: number }) => finding.line >= 1));
});

test("warnings are shown with the plan and don't refuse it", async () => {
  const text = edit(exampleText("pep458-bootstrap"), "count: 16384", "count: 1024");
  const folder = fileURLToPath(new URL("../../ceremony-scripts/", import.meta.url));
  const path = written(text.replace(/^ {2}online:\n(?: {4}.*\n)+/m, ONLINE));
  const { status, out } = await run("check", path);
  assert.equal(status, 0, `${folder}\n${out}`);
  assert.match(out, /warning\s+\[pep458\/bins\]/);
  assert.match(out, /OK: 0 errors, \d+ warnings?\n$/);
});

/** A key of its own, so that the script needs no file. */
const ONLINE = "  online: { scheme: ed25519, store: file, holder: admin }\n";

const P384 = exampleText("minimal")
  .replaceAll("scheme: ed25519", "scheme: ecdsa-sha2-nistp384")
  .replace(/^ {2}online:\n(?: {4}.*\n)+/m, "  online: { scheme: ed25519, store: file, holder: admin }\n");

test("--clients: which clients read what the script makes, in 80 columns; its status stays 0", async () => {
  const { status, out, error } = await run("check", written(P384), "--clients");
  assert.deepEqual([status, error], [0, ""]);
  assert.match(out, /^ {2}python-tuf \S+ +reads$/m);
  assert.match(out, /^ {2}tuf-js 6\.0\.2 +reads$/m);
  assert.match(out, /^ {2}tuf-js \S+ to 6\.0\.0 +DOES NOT READ$/m);
  assert.match(out, /^ {2}tough \S+ +DOES NOT READ$/m);
  assert.match(out, /root-ada \("ecdsa",\s+"ecdsa-sha2-nistp384"\)/);
  assert.match(out, /^ {2}root +[\d,]+ bytes {2}fits all$/m);
  assert.match(out, /OK: 0 errors, \d+ warnings\n$/);
  for (const line of out.split("\n")) assert.ok(displayWidth(line) <= 80, line);
});

test("--clients --json: the same as data; null for a script that makes no plan, absent where nobody asks", async () => {
  const good = JSON.parse((await run("check", written(P384), "--clients", "--json")).out);
  const reads = new Map(
    good.compatibility.clients.map((report: { client: string; reads: boolean }) => [
      report.client,
      report.reads,
    ]),
  );
  assert.deepEqual(
    [reads.get("tuf-js"), reads.get("tuf-js-before"), reads.get("tough")],
    [true, false, false],
  );
  assert.deepEqual(
    good.compatibility.ed25519.map(({ document }: { document: string }) => document),
    ["bins", "targets", "root"],
  );
  const bad = await run("check", written("ceremony: x\n"), "--clients", "--json");
  assert.equal(bad.status, 2);
  assert.equal(JSON.parse(bad.out).compatibility, null);
  assert.equal("compatibility" in JSON.parse((await run("check", pathOf("minimal"), "--json")).out), false);
});

test("help has --clients, examples and exit statuses", () =>
  assertHelp("check", "--clients", "Exit status: 0"));

test("--rules prints the rules, and needs no script; without both it says so", async () => {
  const { status, out } = await run("check", "--rules");
  assert.equal(status, 0);
  assert.ok(SCRIPT_RULES.every(({ id, severity }) => out.includes(`${id}: ${severity}\n`)));
  assert.deepEqual(JSON.parse((await run("check", "--rules", "--json")).out), SCRIPT_RULES);
  const none = await run("check");
  assert.deepEqual([none.status, none.out], [2, ""]);
  assert.match(none.error, /check\/no-script/);
});

test("a file that isn't there: status 2, one message", async () => {
  const { status, out, error } = await run("check", "/no/such/script.yaml");
  assert.equal(status, 2);
  assert.equal(out, "");
  assert.match(error, /script\/unreadable/);
});

test("escape sequences and bidirectional controls in a script never reach the terminal as they are", async () => {
  const text = edit(exampleText("minimal"), "name: Ada Lovelace", 'name: "\\e]0;x\\a\\u202e"');
  const { out } = await run("check", written(text));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is there to find them
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
});

test("a name of 200 characters does not break the layout", async () => {
  const text = edit(exampleText("minimal"), "name: Ada Lovelace", `name: ${"王".repeat(200)}`);
  const { out } = await run("check", written(text.replace(/^ {2}online:\n(?: {4}.*\n)+/m, ONLINE)));
  for (const line of out.split("\n")) assert.ok(displayWidth(line) <= 80, line);
});
