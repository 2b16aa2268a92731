import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { quote } from "../../src/tuf/quote.ts";

test("everything but printable ASCII is escaped", () => {
  assert.equal(quote('a"b\\c\n\u202e\u{1f600}~'), '"a\\"b\\\\c\\u{a}\\u{202e}\\u{1f600}~"');
});

test("long text is cut, and says so", () => {
  assert.equal(quote("abcdef", 3), '"abc"…');
  assert.equal(quote("abc", 3), '"abc"');
  assert.equal(quote("😀😀😀😀", 3), '"\\u{1f600}\\u{1f600}\\u{1f600}"…');
});

test("what is shown is printable ASCII, whatever it was", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => /^"[ -~]*"…?$/.test(quote(text))));
});
