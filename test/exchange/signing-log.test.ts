import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { CeremonyError } from "../../src/errors.ts";
import { judgeByLog, type LogEntry, logLine, readLog } from "../../src/exchange/signing-log.ts";
import { openSigningLog, recordInLog } from "../../src/exchange/signing-log-file.ts";
import { isSha256Hex, isUtcSecond, type Sha256Hex, type UtcSecond } from "../../src/tuf/types.ts";

const folder = mkdtempSync(join(tmpdir(), "signing-log-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const entry: LogEntry = {
  ceremony: "example-2026-root",
  keyid: "ab".repeat(32),
  role: "root",
  version: 3,
  sha256: digest("1"),
  time: utc("2026-12-04T16:00:00Z"),
};

function digest(digit: string): Sha256Hex {
  const text = digit.repeat(64);
  assert.ok(isSha256Hex(text));
  return text;
}

function utc(text: string): UtcSecond {
  assert.ok(isUtcSecond(text));
  return text;
}

function entriesOf(bytes: Uint8Array): readonly LogEntry[] {
  const read = readLog(bytes);
  assert.ok(read.ok);
  return read.log.entries;
}

function concat(...lines: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(lines.flatMap((line) => [...line]));
}

test("a line is read as it was written", () => {
  assert.deepEqual(entriesOf(concat(logLine(entry), logLine({ ...entry, version: 4 }))), [
    entry,
    { ...entry, version: 4 },
  ]);
});

test("an empty log has no entries", () => assert.deepEqual(entriesOf(new Uint8Array()), []));

test("the same variant may be signed again, at any time and for whatever ceremony", () => {
  const log = { entries: [entry], isTerminated: true };
  assert.deepEqual(judgeByLog(log, { ...entry }), []);
});

const variants: readonly (readonly [string, Partial<LogEntry>, boolean])[] = [
  ["another variant", { sha256: digest("2") }, true],
  ["another variant for a ceremony of another name", { sha256: digest("2"), ceremony: "fork" }, true],
  ["the next version", { sha256: digest("2"), version: 4 }, false],
  ["another role", { sha256: digest("2"), role: "targets" }, false],
  ["another key", { sha256: digest("2"), keyid: "cd".repeat(32) }, false],
];
for (const [name, change, isRefused] of variants) {
  test(`${name} is ${isRefused ? "refused" : "no variant of the same document"}`, () => {
    const rules = judgeByLog({ entries: [entry], isTerminated: true }, { ...entry, ...change }).map(
      ({ rule }) => rule,
    );
    assert.deepEqual(rules, isRefused ? ["log/second-variant"] : []);
  });
}

test("of two variants in one log, the first is the one that was signed", () => {
  const log = { entries: [entry, { ...entry, sha256: digest("2") }], isTerminated: true };
  assert.deepEqual(judgeByLog(log, entry), []);
  assert.equal(judgeByLog(log, { ...entry, sha256: digest("2") }).length, 1);
});

const text = new TextDecoder().decode(logLine(entry));
const damaged: readonly (readonly [string, string])[] = [
  ["half a line", text.slice(0, 40)],
  ["an empty line", `\n${text}`],
  ["a line that is no JSON", "signed root\n"],
  ["a list", "[]\n"],
  ["another type", text.replace("log v1", "log v2")],
  ["a member more", text.replace("{", '{"note":"",')],
  ["a digest that is none", text.replaceAll("1", "x")],
  ["an escape sequence in a name", text.replace("example-2026-root", "\\u001b[2J")],
  ["a version of 0", text.replace(":3", ":0")],
  ["a time that does not exist", text.replace("12-04", "02-30")],
  ["a line of a megabyte", text.replace("root", "r".repeat(1_000_000))],
];
for (const [name, content] of damaged) {
  test(`a log with ${name} is refused whole`, () => {
    const read = readLog(new TextEncoder().encode(text + content));
    assert.ok(!read.ok);
    assert.equal(read.line, 2);
  });
}

test("whatever bytes there are, a log is read or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = readLog(bytes);
      return read.ok === (bytes.length === 0);
    }),
  );
});

test("an entry is on the disk before the function returns, behind those that were there", async () => {
  const path = join(folder, "grown.jsonl");
  assert.equal(await openSigningLog(path), null);
  await recordInLog(path, entry, null);
  await recordInLog(path, { ...entry, version: 4 }, await openSigningLog(path));
  assert.deepEqual(entriesOf(readFileSync(path)), [entry, { ...entry, version: 4 }]);
});

test("a line feed that an editor dropped is put back", async () => {
  const path = join(folder, "edited.jsonl");
  writeFileSync(path, text.trimEnd());
  await recordInLog(path, { ...entry, version: 4 }, await openSigningLog(path));
  assert.equal(entriesOf(readFileSync(path)).length, 2);
});

test("of two programs that sign two variants at the same moment, the second stops", async () => {
  const path = join(folder, "raced.jsonl");
  writeFileSync(path, "");
  const before = await openSigningLog(path);
  await recordInLog(path, entry, before);
  await assert.rejects(recordInLog(path, { ...entry, sha256: digest("2") }, before), hasCode("log/raced"));
});

test("two programs that both make the log don't write over each other", async () => {
  const path = join(folder, "made-twice.jsonl");
  await recordInLog(path, entry, null);
  await assert.rejects(recordInLog(path, entry, null), hasCode("medium/exists"));
});

test("a damaged log stops everything, and is not touched", async () => {
  const path = join(folder, "damaged.jsonl");
  await recordInLog(path, entry, null);
  appendFileSync(path, '{"type":');
  const before = readFileSync(path);
  await assert.rejects(openSigningLog(path), hasCode("log/damaged"));
  assert.deepEqual(readFileSync(path), before);
});

test("a link is never written through", async () => {
  const path = join(folder, "link.jsonl");
  symlinkSync(join(folder, "grown.jsonl"), path);
  const before = readFileSync(join(folder, "grown.jsonl"));
  await assert.rejects(
    recordInLog(path, { ...entry, version: 9 }, await openSigningLog(path)),
    CeremonyError,
  );
  assert.deepEqual(readFileSync(join(folder, "grown.jsonl")), before);
});

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof CeremonyError && error.code === code;
}
