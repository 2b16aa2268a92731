/** The one spelling of a line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalText, encodeLine, type Line } from "../../src/transcript/line.ts";
import { isSha256Hex } from "../../src/tuf/types.ts";
import { time } from "../live/ceremony-harness.ts";
import { digests, lineBodies, times } from "./arbitraries.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

test("a line is one JSON object, its members in order, and one line feed", () => {
  assert.ok(isSha256Hex(EMPTY));
  const line: Line = {
    type: "seal",
    reason: "paused",
    seq: 1,
    prev: EMPTY,
    time: time("2026-12-04T15:00:00Z"),
  };
  assert.equal(
    encodeLine(line),
    `{"prev":"${EMPTY}","reason":"paused","seq":1,"time":"2026-12-04T15:00:00Z","type":"seal"}\n`,
  );
});

for (const [name, data, text] of [
  [
    "members in the order of UTF-16 code units",
    { "\ufb33": 1, "\u{1f600}": 2, a: 3, A: 4 },
    '{"A":4,"a":3,"\u{1f600}":2,"\ufb33":1}',
  ],
  [
    "only what must be is escaped",
    '\u0000\b\t\n\f\r"\\/\u007f\u2028é',
    '"\\u0000\\b\\t\\n\\f\\r\\"\\\\/\u007f\u2028é"',
  ],
  ["numbers as JavaScript writes them", [0, -0, 1e3, 2 ** 53 - 1], "[0,0,1000,9007199254740991]"],
  ["nothing between", { a: [true, null, {}] }, '{"a":[true,null,{}]}'],
] as const) {
  test(`${name} (RFC 8785)`, () => assert.equal(canonicalText(data), text));
}

test("what is no JSON has no text", () => {
  assert.throws(() => canonicalText(undefined), TypeError);
  assert.throws(() => canonicalText({ half: "\ud800" }));
  assert.throws(() => canonicalText([Number.NaN]));
});

test("whatever is in a line, its text is one line, and says the same", () => {
  fc.assert(
    fc.property(lineBodies, digests, times, fc.nat(), (body, prev, at, seq) => {
      const text = encodeLine({ ...body, seq, prev, time: at });
      assert.equal(text.indexOf("\n"), text.length - 1);
      assert.equal(`${canonicalText(JSON.parse(text))}\n`, text);
      assert.deepEqual(JSON.parse(text), { ...body, seq, prev, time: at });
    }),
  );
});
