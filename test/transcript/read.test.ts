/** Reading lines: every mistake by its code, and that no change of a byte goes unseen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { canonicalText, encodeLine, type LineBody } from "../../src/transcript/line.ts";
import { frameLine, MAX_LINE_BYTES, splitLines, TranscriptReader } from "../../src/transcript/read.ts";
import type { UtcSecond } from "../../src/tuf/types.ts";
import { time } from "../live/ceremony-harness.ts";
import { lineBodies, times } from "./arbitraries.ts";

const EMPTY = sha256Hex("");
const DIGEST = "0123456789abcdef".repeat(4);
const FILE = { path: "script.yaml", sizeBytes: 12, sha256: DIGEST };
const FRAME = { seq: 1, prev: EMPTY, time: "2026-12-04T15:00:00Z" };

/** A line of each type as it should be. */
const GOOD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  session: {
    session: 1,
    rehearsal: false,
    tool: "tuf-ceremony test",
    kit: null,
    script: FILE,
    inputs: [FILE],
    cut: 0,
    abandons: null,
  },
  begin: { step: "preflight", revision: 1 },
  action: { id: "preflight", kind: "preflight", request: {} },
  outcome: { id: "preflight", outcome: { ok: true, value: 1 } },
  end: { step: "preflight", facts: [{ fact: "done" }] },
  amend: { script: FILE, inputs: [] },
  seal: { reason: "paused" },
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The code by which one line, which would be the first, is refused; null: it is taken. */
function codeOf(line: string | Uint8Array): string | null {
  const read = new TranscriptReader().read(typeof line === "string" ? bytesOf(line) : line);
  return read.ok ? null : read.problem.code;
}

function spelled(data: unknown): string {
  return `${canonicalText(data)}\n`;
}

for (const [type, members] of Object.entries(GOOD)) {
  const good = { ...FRAME, type, ...members };

  test(`a line of type ${type} is taken`, () => assert.equal(codeOf(spelled(good)), null));

  for (const name of Object.keys(good)) {
    test(`${type} without ${name} is refused`, () => {
      const { [name]: _, ...rest } = Object.fromEntries(Object.entries(good));
      assert.equal(codeOf(spelled(rest)), "transcript/shape");
      assert.equal(codeOf(spelled({ ...rest, other: null })), "transcript/shape");
    });
  }

  test(`${type} with one member more is refused`, () => {
    for (const more of ["x", "constructor", "reasons"])
      assert.equal(codeOf(spelled({ ...good, [more]: null })), "transcript/shape");
  });
}

const WRONG: readonly (readonly [what: string, type: string, members: Readonly<Record<string, unknown>>])[] =
  [
    ["seq is text", "seal", { seq: "1" }],
    ["seq is a fraction", "seal", { seq: 1.5 }],
    ["seq is beyond what is exact", "seal", { seq: 2 ** 53 }],
    ["prev is in capitals", "seal", { prev: EMPTY.toUpperCase() }],
    ["prev is too short", "seal", { prev: EMPTY.slice(1) }],
    ["prev is null", "seal", { prev: null }],
    ["time has milliseconds", "seal", { time: "2026-12-04T15:00:00.000Z" }],
    ["time is of another zone", "seal", { time: "2026-12-04T15:00:00+01:00" }],
    ["a day that does not exist", "seal", { time: "2026-02-30T15:00:00Z" }],
    ["a leap second", "seal", { time: "2026-12-31T23:59:60Z" }],
    ["an unknown type", "seal", { type: "unseal" }],
    ["a type that every object has", "seal", { type: "toString" }],
    ["a type that is a list", "seal", { type: ["seal"] }],
    ["a session that is negative", "session", { session: -1 }],
    ["a session that is a fraction", "session", { session: 1.5 }],
    ["a cut that is text", "session", { cut: "0" }],
    ["a rehearsal that is no boolean", "session", { rehearsal: 0 }],
    ["a tool that is null", "session", { tool: null }],
    ["a kit that is no digest", "session", { kit: "none" }],
    ["abandons that is a number", "session", { abandons: 3 }],
    ["a script without a size", "session", { script: { path: "script.yaml", sha256: DIGEST } }],
    ["a script with one member more", "session", { script: { ...FILE, mode: 420 } }],
    ["a script of a negative size", "session", { script: { ...FILE, sizeBytes: -1 } }],
    ["a script with half a digest", "session", { script: { ...FILE, sha256: DIGEST.slice(32) } }],
    ["a script that is a path", "session", { script: "script.yaml" }],
    ["inputs that are no list", "session", { inputs: { 0: FILE } }],
    ["inputs with a null", "session", { inputs: [FILE, null] }],
    ["an amended script that is null", "amend", { script: null }],
    ["amended inputs that are null", "amend", { inputs: null }],
    ["a step that is a number", "begin", { step: 1 }],
    ["a revision that is text", "begin", { revision: "1" }],
    ["an id that is a number", "action", { id: 1 }],
    ["a kind that is a list", "action", { kind: ["ask"] }],
    ["an outcome that is a list", "outcome", { outcome: [] }],
    ["an outcome that is null", "outcome", { outcome: null }],
    ["an outcome's id that is null", "outcome", { id: null }],
    ["facts that are no list", "end", { facts: {} }],
    ["an end's step that is null", "end", { step: null }],
    ["a reason that is null", "seal", { reason: null }],
  ];
for (const [what, type, members] of WRONG) {
  test(`refused for its shape: ${what}`, () => {
    assert.equal(codeOf(spelled({ ...FRAME, type, ...GOOD[type], ...members })), "transcript/shape");
  });
}

const seal = spelled({ ...FRAME, type: "seal", reason: "paused" });
const REFUSED: readonly (readonly [what: string, line: string | Uint8Array, code: string])[] = [
  ["nothing", "", "torn"],
  ["no line feed", seal.slice(0, -1), "torn"],
  ["only a line feed", "\n", "not-json"],
  ["half a line", `${seal.slice(0, 40)}\n`, "not-json"],
  ["two objects", `${seal.slice(0, -1)}${seal}`, "not-json"],
  ["a byte order mark", `\ufeff${seal}`, "not-json"],
  ["bytes that are no UTF-8", Uint8Array.from([0x22, 0xff, 0x22, 0x0a]), "not-json"],
  ["half of a surrogate pair in UTF-8", Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22, 0x0a]), "not-json"],
  ["a list", `[${seal.slice(0, -1)}]\n`, "shape"],
  ["a text", '"seal"\n', "shape"],
  ["null", "null\n", "shape"],
  ["a blank in front", ` ${seal}`, "spelling"],
  ["a carriage return", `${seal.slice(0, -1)}\r\n`, "spelling"],
  ["members in another order", seal.replace(/^\{("prev":"[^"]*"),(.*)\}/, "{$2,$1}"), "spelling"],
  ["a member twice", seal.replace('"type"', '"seq":1,"type"'), "spelling"],
  ["an escape that is not needed", seal.replace("paused", "\\u0070aused"), "spelling"],
  ["a number in another way", seal.replace('"seq":1', '"seq":1.0'), "spelling"],
  ["half of a surrogate pair", seal.replace("paused", "\\ud800"), "spelling"],
  ["the second line", seal.replace('"seq":1', '"seq":2'), "seq"],
  ["line zero", seal.replace('"seq":1', '"seq":0'), "seq"],
  ["a line after other bytes", seal.replace(EMPTY, DIGEST), "prev"],
  ["a megabyte and a byte", `${"x".repeat(MAX_LINE_BYTES)}\n`, "too-long"],
];
for (const [what, line, code] of REFUSED) {
  test(`refused as ${code}: ${what}`, () => assert.equal(codeOf(line), `transcript/${code}`));
}

test("a line of a megabyte is read, and a problem says no more than 500 characters of it", () => {
  const body = { ...FRAME, type: "seal", reason: "" };
  const reason = "x".repeat(MAX_LINE_BYTES - spelled(body).length);
  assert.equal(codeOf(spelled({ ...body, reason })), null);
  const read = new TranscriptReader().read(bytesOf(spelled({ ...body, [`y${reason.slice(1)}`]: 1 })));
  assert.ok(!read.ok && read.problem.found.length <= 500);
});

test("a refused line is as if it had not been read", () => {
  const reader = new TranscriptReader();
  assert.equal(reader.read(bytesOf("{}\n")).ok, false);
  assert.deepEqual([reader.head, reader.lines, reader.sizeBytes], [EMPTY, 0, 0]);
  assert.equal(reader.read(bytesOf(seal)).ok, true);
  assert.deepEqual([reader.head, reader.lines, reader.sizeBytes], [sha256Hex(seal), 1, seal.length]);
});

test("any bytes are split into lines, refused or read, and never thrown at", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.uint8Array(), fc.json().map(bytesOf), fc.constant(bytesOf("\n")))),
      (parts) => {
        const bytes = Buffer.concat(parts);
        const lines = [...splitLines(bytes)];
        assert.deepEqual(Buffer.concat(lines), bytes);
        for (const line of lines.slice(0, -1)) assert.equal(line.indexOf(0x0a), line.length - 1);
        for (const line of lines) assert.notEqual(codeOf(line), null);
      },
    ),
  );
});

const bodiesInTime = fc.array(fc.tuple(lineBodies, times), { minLength: 1, maxLength: 6 });

test("what was written is read back, with the head of every line", () => {
  fc.assert(
    fc.property(bodiesInTime, (bodies) => {
      const transcript = write(bodies);
      const reader = new TranscriptReader();
      let start = 0;
      for (const [index, line] of [...splitLines(transcript)].entries()) {
        const read = reader.read(line);
        assert.ok(read.ok);
        const [body, at] = bodies[index] ?? [];
        const prev = sha256Hex(transcript.subarray(0, start));
        assert.deepEqual(read.line, { ...body, seq: index + 1, prev, time: at });
        start += line.length;
        assert.equal(reader.head, sha256Hex(transcript.subarray(0, start)));
      }
      assert.equal(reader.lines, bodies.length);
      assert.equal(reader.sizeBytes, transcript.length);
    }),
  );
});

test("a bit that is flipped anywhere is refused there or in the next line; in the last line it changes the head", () => {
  fc.assert(
    fc.property(bodiesInTime, fc.nat(), fc.nat(7), (bodies, place, bit) => {
      const transcript = write(bodies);
      const at = place % transcript.length;
      const flipped = Uint8Array.from(transcript);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      const line = transcript.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
      const reader = new TranscriptReader();
      for (const bytes of splitLines(flipped)) {
        const read = reader.read(bytes);
        if (read.ok) continue;
        assert.ok(read.problem.line === line || read.problem.line === line + 1);
        return;
      }
      assert.equal(line, bodies.length);
      assert.notEqual(reader.head, sha256Hex(transcript));
    }),
    { numRuns: 500 },
  );
});

/** A transcript that is written with nothing but the two functions that frame and spell a line. */
function write(bodies: readonly (readonly [LineBody, UtcSecond])[]): Uint8Array {
  let text = "";
  for (const [index, [body, at]] of bodies.entries()) {
    text += encodeLine(frameLine(body, { seq: index + 1, prev: sha256Hex(text), time: at }));
  }
  return bytesOf(text);
}

test("the frame comes last: a body can't bring a frame of its own", () => {
  const body: LineBody & { readonly seq: number } = { type: "seal", reason: "paused", seq: 99 };
  assert.equal(frameLine(body, { seq: 3, prev: EMPTY, time: time(FRAME.time) }).seq, 3);
});
