import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { CeremonyError } from "../../src/errors.ts";
import { type JsonLimits, object, parseJson, tryParseJson } from "../../src/tuf/json.ts";
import { serializeJson } from "../../src/tuf/serialize.ts";
import { jsonValue } from "./arbitraries.ts";

const read = (text: string, limits?: JsonLimits) => parseJson(Buffer.from(text), limits);

test("reads every kind of value", () => {
  const value = read(
    ' {"a": [1, -2, 0, true, false, null], "b": {"": "x\\n\\u00e9\\ud83d\\ude00/\\/"}}\r\n\t',
  );
  const expected = object([
    ["a", [1, -2, 0, true, false, null]],
    ["b", object([["", "x\né😀//"]])],
  ]);
  assert.deepEqual(value, expected);
});

test("integers are exact on both sides of 2^53", () => {
  assert.deepEqual(read("[9007199254740991, 9007199254740992, -9007199254740993]"), [
    9007199254740991,
    9007199254740992n,
    -9007199254740993n,
  ]);
});

test("member names are data: no name means anything special", () => {
  const value = read('{"__proto__": 1, "constructor": 2, "toString": 3}');
  assert.deepEqual(value instanceof Map && [...value.keys()], ["__proto__", "constructor", "toString"]);
});

interface BadInput {
  readonly name: string;
  readonly bytes: string | Uint8Array;
  readonly code: string;
  readonly found: RegExp;
  readonly limits?: JsonLimits;
}

const deep = `${"[".repeat(65)}${"]".repeat(65)}`;

const badInputs: readonly BadInput[] = [
  { name: "nothing", bytes: "", code: "json/syntax", found: /end of the file at line 1, column 1/ },
  {
    name: "white space only",
    bytes: " \n ",
    code: "json/syntax",
    found: /end of the file at line 2, column 2/,
  },
  { name: "trailing garbage", bytes: "{} x", code: "json/syntax", found: /"x" at line 1, column 4/ },
  { name: "two documents", bytes: "{}{}", code: "json/syntax", found: /"\{" at line 1, column 3/ },
  { name: "trailing NUL", bytes: "{}\0", code: "json/syntax", found: /"\\u\{0\}"/ },
  { name: "cut short", bytes: '{"a": [1,', code: "json/syntax", found: /end of the file/ },
  { name: "cut short in a string", bytes: '{"a', code: "json/syntax", found: /end of the file/ },
  { name: "cut short in an escape", bytes: '"\\', code: "json/syntax", found: /"\\\\"/ },
  { name: "trailing comma in an array", bytes: "[1,]", code: "json/syntax", found: /"\]"/ },
  { name: "trailing comma in an object", bytes: '{"a":1,}', code: "json/syntax", found: /"\}"/ },
  { name: "single quotes", bytes: "{'a':1}", code: "json/syntax", found: /"'"/ },
  { name: "bare member name", bytes: "{a:1}", code: "json/syntax", found: /"a"/ },
  { name: "no colon", bytes: '{"a" 1}', code: "json/syntax", found: /"1"/ },
  { name: "comment", bytes: "{/**/}", code: "json/syntax", found: /"\/"/ },
  { name: "NaN", bytes: "NaN", code: "json/syntax", found: /"N"/ },
  { name: "no-break space", bytes: "\u00a01", code: "json/syntax", found: /"\\u\{a0\}"/ },
  { name: "raw line feed in a string", bytes: '"\n"', code: "json/syntax", found: /"\\u\{a\}"/ },
  { name: "escape that JSON has not", bytes: '"\\x41"', code: "json/syntax", found: /"\\\\x"/ },
  { name: "bad \\u", bytes: '"\\u12g4"', code: "json/syntax", found: /"\\\\u12g4"/ },
  { name: "bidirectional control", bytes: "\u202e", code: "json/syntax", found: /"\\u\{202e\}"/ },
  { name: "float", bytes: "[1.0]", code: "json/number", found: /"1\.0" at line 1, column 2/ },
  { name: "exponent", bytes: "1e2", code: "json/number", found: /"1e2"/ },
  { name: "leading zero", bytes: "01", code: "json/number", found: /"01"/ },
  { name: "minus zero", bytes: "-0", code: "json/number", found: /"-0"/ },
  { name: "minus only", bytes: "-", code: "json/number", found: /"-"/ },
  { name: "plus", bytes: "+1", code: "json/syntax", found: /"\+"/ },
  { name: "endless integer", bytes: "9".repeat(401), code: "json/number", found: /"9{80}"…/ },
  {
    name: "duplicate member",
    bytes: '{"a":1,\n "a":1}',
    code: "json/duplicate-member",
    found: /"a" again at line 2, column 2/,
  },
  { name: "duplicate by escape", bytes: '{"a":1,"\\u0061":1}', code: "json/duplicate-member", found: /"a"/ },
  { name: "duplicate deep inside", bytes: '[{"x":{"":1,"":2}}]', code: "json/duplicate-member", found: /""/ },
  { name: "lone high surrogate", bytes: '"\\ud83d"', code: "json/lone-surrogate", found: /"\\u\{d83d\}"/ },
  { name: "lone low surrogate", bytes: '"\\ude00x"', code: "json/lone-surrogate", found: /"\\u\{de00\}x"/ },
  { name: "lone surrogate in a name", bytes: '{"\\ud83d":1}', code: "json/lone-surrogate", found: /d83d/ },
  { name: "byte order mark", bytes: "\ufeff{}", code: "json/byte-order-mark", found: /ef bb bf/ },
  { name: "UTF-16", bytes: Buffer.from("{}", "utf16le"), code: "json/syntax", found: /"\\u\{0\}"/ },
  { name: "Latin-1", bytes: Buffer.from('"é"', "latin1"), code: "json/not-utf8", found: /0xe9 at byte 1/ },
  {
    name: "overlong UTF-8",
    bytes: Uint8Array.of(0x22, 0xc0, 0xaf, 0x22),
    code: "json/not-utf8",
    found: /byte 1/,
  },
  {
    name: "surrogate in UTF-8",
    bytes: Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
    code: "json/not-utf8",
    found: /byte 1/,
  },
  { name: "UTF-8 cut short", bytes: Uint8Array.of(0x22, 0xe2, 0x82), code: "json/not-utf8", found: /byte 1/ },
  { name: "too deep", bytes: deep, code: "json/too-deep", found: /line 1, column 65/ },
  {
    name: "deeper than asked",
    bytes: '{"a":{}}',
    code: "json/too-deep",
    found: /column 6/,
    limits: { maxDepth: 1 },
  },
  { name: "too large", bytes: "[1]", code: "json/too-large", found: /3 bytes/, limits: { maxBytes: 2 } },
];

for (const { name, bytes, code, found, limits } of badInputs) {
  test(`refused: ${name}`, () => {
    const raw = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    const result = tryParseJson(raw, limits);
    assert.ok(!result.ok);
    assert.equal(result.problem.code, code);
    assert.match(result.problem.found, found);
    assert.throws(
      () => parseJson(raw, limits),
      (error) => error instanceof CeremonyError && error.code === code && error.exit === "refused",
    );
  });
}

test("exactly the allowed depth and size are read", () => {
  assert.ok(Array.isArray(read(deep.slice(1, -1))));
  assert.deepEqual(read("[1]", { maxBytes: 3 }), [1]);
});

test("what is written is read again, in both styles", () => {
  fc.assert(
    fc.property(jsonValue, (value) => {
      assert.deepEqual(parseJson(serializeJson(value, "compact")), value);
      assert.deepEqual(parseJson(serializeJson(value, "indented")), value);
    }),
  );
});

test("nothing is read that JSON.parse refuses, and what is read is the same", () => {
  const piece = fc.constantFrom(...'{}[]:,"\\ \n01-.eE+/utrn', "true", "null", '"a"', "\\u00", "\u2028");
  fc.assert(
    fc.property(fc.string({ unit: piece, maxLength: 12 }), (text) => {
      const ours = tryParseJson(Buffer.from(text));
      if (ours.ok) assert.deepEqual(parseJson(serializeJson(ours.value, "compact")), ours.value);
      if (ours.ok) assert.deepEqual(toPlain(ours.value), JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

test("no bytes make it fail in any other way", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => typeof tryParseJson(bytes).ok === "boolean"),
  );
});

test("a long string full of escapes and long white space take linear time", () => {
  const large = `[${" ".repeat(2_000_000)}"${"\\u0041\\n".repeat(250_000)}"]`;
  const begin = process.cpuUsage();
  assert.ok(tryParseJson(Buffer.from(large)).ok);
  assert.ok(process.cpuUsage(begin).user < 10_000_000, "microseconds, where quadratic time would be hours");
});

test("a member repeated with an equal value is read where somebody wants to hear of it", () => {
  const places: string[] = [];
  const limits = { onRepeatedMember: (place: string) => places.push(place) };
  const value = read('{"a": {"x": 1, "y": [2]},\n "a": {"y": [2], "x": 1}}', limits);
  assert.deepEqual(
    value,
    object([
      [
        "a",
        object([
          ["x", 1],
          ["y", [2]],
        ]),
      ],
    ]),
  );
  assert.equal(places.length, 1);
  assert.match(places[0] ?? "", /line 2, column 2/);
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":[],"a":{}}',
    '{"a":{"b":1},"a":{"c":1}}',
    '{"a":null,"a":false}',
  ]) {
    const result = tryParseJson(Buffer.from(text), limits);
    assert.equal(!result.ok && result.problem.code, "json/duplicate-member");
  }
});

test("object refuses one name twice", () => {
  assert.throws(
    () =>
      object([
        ["a", 1],
        ["a", 2],
      ]),
    TypeError,
  );
});

function toPlain(value: unknown): unknown {
  if (value instanceof Map)
    return Object.fromEntries(Array.from(value, ([name, member]) => [name, toPlain(member)]));
  return Array.isArray(value) ? value.map(toPlain) : value;
}
