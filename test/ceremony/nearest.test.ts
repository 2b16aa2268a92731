import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../src/ceremony/nearest.ts";

const known = ["preflight", "attendance", "script", "clock", "keys", "roles"];

for (const [word, expected] of [
  ["preflihgt", "preflight"],
  ["prefligt", "preflight"],
  ["preflightt", "preflight"],
  ["Preflight", "preflight"],
  ["clokc", "clock"],
  ["key", "keys"],
  ["rolls", "roles"],
  ["something else", null],
  ["x", null],
  ["", null],
  ["k".repeat(10_000), null],
] as const) {
  test(`${JSON.stringify(word.slice(0, 20))} is probably ${expected}`, () => {
    assert.equal(nearest(word, known), expected);
  });
}
