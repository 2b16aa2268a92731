import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { canonicalBytes, compareCodePoints } from "../../src/tuf/canonical.ts";
import { object, parseJson } from "../../src/tuf/json.ts";
import type { JsonValue } from "../../src/tuf/types.ts";
import { jsonValue, text } from "./arbitraries.ts";

const canonical = (value: JsonValue): string => Buffer.from(canonicalBytes(value)).toString("utf8");

const PEM = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";

/** The rows are those of the table of encoders that securesystemslib and olpc-cjson were measured by. */
const rows: readonly { readonly name: string; readonly value: JsonValue; readonly bytes: string }[] = [
  { name: "a line feed goes in raw", value: "A\nB", bytes: '"A\nB"' },
  {
    name: "only the quote and the backslash are escaped",
    value: '\u0000"\\/\u007f',
    bytes: '"\u0000\\"\\\\/\u007f"',
  },
  { name: "no normalisation", value: "e\u0301", bytes: '"e\u0301"' },
  {
    name: "code points, not UTF-16 code units",
    value: object([
      ["\u{1f600}", 1],
      ["\u{ff5e}", 2],
    ]),
    bytes: '{"\u{ff5e}":2,"\u{1f600}":1}',
  },
  {
    name: "a name before its extension",
    value: object([
      ["a b", 1],
      ["a", 2],
    ]),
    bytes: '{"a":2,"a b":1}',
  },
  { name: "exact integers", value: [2n ** 53n + 1n, -1, 0], bytes: "[9007199254740993,-1,0]" },
  {
    name: "the rest",
    value: object([["a", [true, false, null, "", [], object([])]]]),
    bytes: '{"a":[true,false,null,"",[],{}]}',
  },
];

for (const { name, value, bytes } of rows) {
  test(name, () => assert.equal(canonical(value), bytes));
}

test("RFC 8785 is something else on every document with a PEM key", () => {
  const jcs = canonicalize({ public: PEM });
  assert.notEqual(canonical(object([["public", PEM]])), jcs);
  assert.equal(canonical(object([["public", PEM]])).replaceAll("\n", "\\n"), jcs);
});

test("what is no JSON value of TUF is a mistake in the program", () => {
  for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "\ud800"]) {
    assert.throws(() => canonicalBytes([value]), TypeError);
  }
});

test("names are in the order of their UTF-8 bytes", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(Math.sign(compareCodePoints(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test("the order of members in the file does not matter, and one form has one meaning", () => {
  fc.assert(
    fc.property(jsonValue, jsonValue, (a, b) => {
      assert.deepEqual(canonicalBytes(reversed(a)), canonicalBytes(a));
      if (canonical(a) === canonical(b)) assert.deepEqual(reversed(a), reversed(b));
    }),
  );
});

test("canonical form without control characters is JSON that reads back, with the same canonical form", () => {
  fc.assert(
    fc.property(jsonValue, (value) => {
      const bytes = canonicalBytes(value);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON would have escaped
      fc.pre(!/[\u0000-\u001f]/.test(Buffer.from(bytes).toString("utf8")));
      assert.deepEqual(canonicalBytes(parseJson(bytes)), bytes);
    }),
  );
});

function reversed(value: JsonValue): JsonValue {
  if (value instanceof Map)
    return new Map(Array.from(value, ([name, member]) => [name, reversed(member)] as const).reverse());
  return Array.isArray(value) ? value.map(reversed) : value;
}
