/** Pieces of text to UTF-8, whatever the portions. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { Utf8Writer } from "../../src/tuf/utf8-writer.ts";

function write(pieces: readonly string[]): Uint8Array {
  const writer = new Utf8Writer();
  for (const piece of pieces) writer.write(piece);
  return writer.finish();
}

test("the bytes are those of the whole text", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), (pieces) => {
      assert.deepEqual(Buffer.from(write(pieces)), Buffer.from(pieces.join(""), "utf8"));
    }),
  );
});

test("also where the text is many portions long", () => {
  const pieces = Array.from({ length: 3000 }, (_, index) => `${index} ü 😀 `.repeat(20));
  assert.deepEqual(Buffer.from(write(pieces)), Buffer.from(pieces.join(""), "utf8"));
  const long = "é".repeat(200_000);
  assert.deepEqual(Buffer.from(write(["a", long, "b"])), Buffer.from(`a${long}b`, "utf8"));
});

test("a lone surrogate is refused, also at the end of a portion", () => {
  for (const piece of ["\ud83d", "\ude00", `${"x".repeat(65_535)}\ud83d`]) {
    assert.throws(() => write(['"', piece, '"']), { name: "TypeError", message: /lone surrogates/ });
  }
});
