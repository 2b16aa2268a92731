/** Two thousand cases, the same each time; and that each kind of mistake would be noticed. `npm run fuzz` for more. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { sampleRoot } from "../support/sample-metadata.ts";
import { makeCase } from "./cases.ts";
import { openSync, putFiles, readdirSync, takeStrays } from "./memory-files.ts";
import { watchPrototypes } from "./prototypes.ts";
import { runAll } from "./run-all.ts";
import { findUnfit } from "./shown-text.ts";
import { totalOf } from "./tally.ts";
import { runCli } from "./whole-process.ts";

const COUNT = 2000;
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

test("no case brings about what no case may", async () => {
  const tell = () => undefined;
  const tally = await runAll({
    seed: 20_260,
    from: 0,
    count: COUNT,
    only: null,
    processes: 1,
    peers: false,
    tell,
  });
  assert.deepEqual(tally.problems, []);
  assert.equal(totalOf(tally), COUNT);
  for (const verdict of ["accepted", "refused", "unreadable"] as const) {
    assert.ok(totalOf(tally, verdict) > COUNT / 20, `${verdict}: ${totalOf(tally, verdict)}`);
  }
});

test("a case is the same whenever its number is asked for", () => {
  for (let number = 0; number < 40; number++) {
    assert.deepEqual(makeCase(3, number), makeCase(3, number));
    assert.notDeepEqual(makeCase(3, number)?.files, makeCase(4, number)?.files);
  }
});

test("a process that may read nothing but the program and what is named reads nothing else", async () => {
  const readable = [PROJECT].map((path) => `--allow-fs-read=${join(path, "*")}`);
  for (const number of Array.from({ length: 12 }, (_, index) => index)) {
    const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-permission-"));
    try {
      const files = makeCase(1, number, new Set(["delegated"]))?.files ?? [];
      const names = files.map(({ name }) => name.replaceAll("\0", "0"));
      for (const [index, { bytes }] of files.entries())
        writeFileSync(join(folder, names[index] ?? ""), bytes);
      writeFileSync(join(folder, "1.root.json"), sampleRoot());
      const options = ["--permission", ...readable, `--allow-fs-read=${join(folder, "*")}`];
      const words = ["verify", "--from", join(folder, "1.root.json"), "--dir", folder];
      const { status, error } = await runCli(words, options);
      assert.ok(status === 0 || status === 1, `status ${status}: ${error}`);
      assert.doesNotMatch(error, /ERR_ACCESS_DENIED/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

test("a file that nobody named is noticed, and one that is left open", () => {
  putFiles([{ name: "1.root.json", bytes: sampleRoot() }]);
  assert.deepEqual(takeStrays(), []);
  openSync("/case/1.root.json", "r");
  assert.throws(() => openSync("/etc/passwd", "r"), { code: "ENOENT" });
  readdirSync("/etc");
  assert.deepEqual(takeStrays(), ["open /etc/passwd r", "list /etc", "1 files left open"]);
});

test("what was written on a prototype is noticed", () => {
  const changes = watchPrototypes();
  assert.deepEqual(changes(), []);
  Object.defineProperty(Object.prototype, "polluted", { value: 1, configurable: true });
  try {
    assert.notDeepEqual(changes(), []);
  } finally {
    Reflect.deleteProperty(Object.prototype, "polluted");
  }
});

test("text that acts on a terminal or does not fit on it is noticed", () => {
  assert.deepEqual(findUnfit("plain\nné…"), []);
  for (const text of [
    "\u001b[2J",
    "a\rb",
    "\u202e",
    "\u200b",
    "a\u0301\u0301\u0301\u0301",
    "x".repeat(81),
    "字".repeat(41),
  ]) {
    assert.notDeepEqual(findUnfit(text), [], JSON.stringify(text));
  }
});
