/** Appending: each line is on the disk before anything else happens, and nothing half-written stays. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { CeremonyError } from "../../src/errors.ts";
import { type Disk, type DiskFile, realDisk } from "../../src/machine/disk.ts";
import type { LineBody } from "../../src/transcript/line.ts";
import { openTranscript } from "../../src/transcript/writer.ts";
import { time } from "../live/ceremony-harness.ts";
import { lineBodies, times } from "./arbitraries.ts";

const NOW = time("2026-12-04T15:00:00Z");
const PAUSE: LineBody = { type: "seal", reason: "paused" };
const PATH = "/ceremony/transcript.jsonl";

const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-writer-"));
after(() => rmSync(folder, { recursive: true }));

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A disk of one file in memory, that says what was done to it and fails where it is told. */
class MemoryDisk implements Disk {
  bytes: Uint8Array = new Uint8Array();
  readonly log: string[] = [];
  /** What to throw at which operation. */
  failures: Readonly<Record<string, Error>> = {};
  /** How much of a write is there when it fails. */
  written = 0;

  #do(what: string): void {
    this.log.push(what);
    const failure = this.failures[what];
    if (failure !== undefined) throw failure;
  }

  openFile(): DiskFile {
    this.#do("open");
    return {
      readAll: () => {
        this.#do("read");
        return this.bytes;
      },
      isStillAt: () => true,
      write: (bytes, position) => {
        const whole = this.failures["write"] === undefined;
        const taken = whole ? bytes : bytes.subarray(0, this.written);
        this.bytes = Buffer.concat([this.bytes.subarray(0, position), taken]);
        this.#do("write");
      },
      sync: () => this.#do("sync"),
      truncate: (sizeBytes) => {
        this.#do("truncate");
        this.bytes = this.bytes.subarray(0, sizeBytes);
      },
      close: () => this.#do("close"),
    };
  }

  createFile(): DiskFile {
    return this.openFile();
  }
  createFolder(): void {}
  removeFile(): void {}
  syncFolder(): void {
    this.#do("sync folder");
  }
}

function refusal(work: () => unknown): CeremonyError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CeremonyError, String(error));
    assert.notEqual(error.remedy, "");
    return error;
  }
  return assert.fail("nothing was refused");
}

test("a new transcript: the file and its folder are synced, then each line", () => {
  const disk = new MemoryDisk();
  const { writer, lines, cut } = openTranscript(PATH, disk);
  assert.deepEqual([lines, cut, writer.lines], [[], 0, 0]);
  const line = writer.append(PAUSE, NOW);
  assert.deepEqual(line, { ...PAUSE, seq: 1, prev: sha256Hex(""), time: NOW });
  assert.equal(writer.head, sha256Hex(disk.bytes));
  assert.deepEqual(disk.log, ["open", "read", "sync", "sync folder", "write", "sync"]);
  writer.close();
  assert.equal(disk.log.at(-1), "close");
});

test("whatever was appended is found again, and gone on with", () => {
  const bodies = fc.array(fc.tuple(lineBodies, times), { maxLength: 6 });
  fc.assert(
    fc.property(bodies, bodies, (before, since) => {
      const disk = new MemoryDisk();
      const appended = [before, since].flatMap((some) => {
        const { writer } = openTranscript(PATH, disk);
        return some.map(([body, at]) => writer.append(body, at));
      });
      const { writer, lines, cut } = openTranscript(PATH, disk);
      assert.deepEqual(lines, appended);
      assert.equal(cut, 0);
      assert.equal(writer.head, sha256Hex(disk.bytes));
    }),
  );
});

test("a torn last line is cut off, wherever it was torn, and the rest stays", () => {
  const disk = new MemoryDisk();
  const { writer } = openTranscript(PATH, disk);
  writer.append(PAUSE, NOW);
  const whole = disk.bytes;
  writer.append(PAUSE, NOW);
  const both = disk.bytes;
  for (let size = whole.length; size < both.length; size += 1) {
    disk.bytes = both.subarray(0, size);
    disk.log.length = 0;
    const found = openTranscript(PATH, disk);
    assert.deepEqual([found.lines.length, found.cut], [1, size - whole.length]);
    assert.deepEqual(disk.bytes, whole);
    const synced = disk.log.filter((what) => what !== "open" && what !== "read");
    assert.deepEqual(synced, [...(found.cut > 0 ? ["truncate"] : []), "sync", "sync folder"]);
    assert.equal(found.writer.append(PAUSE, NOW).seq, 2);
    assert.deepEqual(disk.bytes, both);
  }
});

test("a line that may not stand there: refused with its code, and the file is left alone", () => {
  const disk = new MemoryDisk();
  const { writer } = openTranscript(PATH, disk);
  for (let count = 0; count < 3; count += 1) writer.append(PAUSE, NOW);
  const [first = "", second = "", third = ""] = Buffer.from(disk.bytes)
    .toString()
    .split(/(?<=\n)/);
  for (const [text, code, line] of [
    [`${first}${third}`, "transcript/seq", 2],
    [`${first}${second.replace("paused", "waiting")}${third}`, "transcript/prev", 3],
    [`${first}{}\n`, "transcript/shape", 2],
    [`${first}\n`, "transcript/not-json", 2],
    [`${first}${second}${third.slice(0, 20)}\n`, "transcript/not-json", 3],
  ] as const) {
    disk.bytes = Buffer.from(text);
    const error = refusal(() => openTranscript(PATH, disk));
    assert.equal(error.code, code);
    assert.equal(error.exit, "refused");
    assert.match(error.expected, new RegExp(`in line ${line} of the transcript`));
    assert.equal(disk.log.at(-1), "close");
    assert.equal(Buffer.from(disk.bytes).toString(), text);
  }
});

for (const [operation, errno, code] of [
  ["write", "ENOSPC", "transcript/full"],
  ["write", "EDQUOT", "transcript/full"],
  ["write", "EFBIG", "transcript/full"],
  ["write", "EROFS", "transcript/unwritable"],
  ["write", "EIO", "transcript/unwritable"],
  ["sync", "EIO", "transcript/unwritable"],
  ["sync", "ENOSPC", "transcript/full"],
] as const) {
  test(`${errno} at ${operation}: ${code}; what was written is cut off, and it can go on later`, () => {
    const disk = new MemoryDisk();
    const { writer } = openTranscript(PATH, disk);
    writer.append(PAUSE, NOW);
    const before = Buffer.from(disk.bytes);
    disk.failures = { [operation]: systemError(errno) };
    disk.written = 17;
    const error = refusal(() => writer.append(PAUSE, NOW));
    assert.deepEqual([error.code, error.exit, error.found], [code, "device", errno]);
    assert.deepEqual(Buffer.from(disk.bytes), before);
    disk.failures = {};
    assert.equal(writer.append(PAUSE, NOW).seq, 2);
    assert.equal(openTranscript(PATH, disk).lines.length, 2);
  });
}

test("where not even the half-written line can be cut off, the next session does it", () => {
  const disk = new MemoryDisk();
  const { writer } = openTranscript(PATH, disk);
  writer.append(PAUSE, NOW);
  disk.failures = { write: systemError("EIO"), truncate: systemError("EIO") };
  disk.written = 17;
  assert.equal(refusal(() => writer.append(PAUSE, NOW)).code, "transcript/unwritable");
  disk.failures = {};
  const found = openTranscript(PATH, disk);
  assert.deepEqual([found.lines.length, found.cut], [1, 17]);
});

test("a mistake in the program is not taken for a full disk", () => {
  const disk = new MemoryDisk();
  const { writer } = openTranscript(PATH, disk);
  disk.failures = { write: systemError("EIO"), truncate: new TypeError("a mistake") };
  assert.throws(() => writer.append(PAUSE, NOW), TypeError);
  disk.failures = { open: new TypeError("a mistake") };
  assert.throws(() => openTranscript(PATH, disk), TypeError);
});

for (const operation of ["open", "read", "sync", "sync folder"]) {
  test(`a system that says no at ${operation}: transcript/unusable`, () => {
    const disk = new MemoryDisk();
    disk.failures = { [operation]: systemError("EACCES") };
    const error = refusal(() => openTranscript(PATH, disk));
    assert.deepEqual([error.code, error.exit, error.found], ["transcript/unusable", "device", "EACCES"]);
  });
}

for (const [what, put, errno] of [
  ["a link", (path: string) => symlinkSync("elsewhere", path), "ELOOP"],
  ["a folder", (path: string) => mkdirSync(path), "EISDIR"],
] as const) {
  test(`${what} in the place of a transcript is not opened`, () => {
    const path = join(folder, errno);
    put(path);
    const error = refusal(() => openTranscript(path, realDisk));
    assert.deepEqual([error.code, error.found], ["transcript/unusable", errno]);
  });
}

test("on a real disk: the bytes that sha256sum reads are the head's", () => {
  const path = join(folder, "transcript.jsonl");
  const { writer } = openTranscript(path, realDisk);
  writer.append(PAUSE, NOW);
  writer.append(PAUSE, NOW);
  assert.equal(writer.head, sha256Hex(readFileSync(path)));
  writer.close();
  writeFileSync(path, "torn", { flag: "a" });
  const found = openTranscript(path, realDisk);
  assert.deepEqual([found.lines.length, found.cut, found.writer.lines], [2, 4, 2]);
  found.writer.close();
});

for (const [what, happens] of [
  ["taken away", (path: string) => rmSync(path)],
  ["moved", (path: string) => renameSync(path, `${path}.moved`)],
  [
    "replaced by an equal one",
    (path: string) => {
      const bytes = readFileSync(path);
      rmSync(path);
      writeFileSync(`${path}.kept`, ""); // so that the number of the old one is not used again
      writeFileSync(path, bytes);
    },
  ],
  ["written to by somebody else", (path: string) => writeFileSync(path, "{}\n", { flag: "a" })],
  ["cut", (path: string) => writeFileSync(path, "")],
] as const) {
  test(`nothing is appended to a transcript that was ${what}`, () => {
    const path = join(folder, `${what}.jsonl`);
    const { writer } = openTranscript(path, realDisk);
    writer.append(PAUSE, NOW);
    happens(path);
    const before = existsSync(path) ? readFileSync(path, "utf8") : null;
    const error = refusal(() => writer.append(PAUSE, NOW));
    assert.deepEqual([error.code, error.exit], ["transcript/replaced", "device"]);
    assert.equal(existsSync(path) ? readFileSync(path, "utf8") : null, before);
    writer.close();
  });
}

test("the hook is called before and after a line is on the disk", () => {
  const disk = new MemoryDisk();
  const moments: unknown[] = [];
  const { writer } = openTranscript(PATH, disk, (moment, line) =>
    moments.push([moment, line.seq, disk.log.at(-1), disk.bytes.length > 0]),
  );
  writer.append(PAUSE, NOW);
  assert.deepEqual(moments, [
    ["before", 1, "sync folder", false],
    ["after", 1, "sync", true],
  ]);
});
