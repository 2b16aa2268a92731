import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SecretLine } from "../../src/keystore/secret-line.ts";

function typed(text: string, maxBytes = 64) {
  const line = new SecretLine(maxBytes);
  const end = line.feed(Buffer.from(text, "utf8"));
  return { end, overflowed: line.overflowed, secret: Buffer.from(line.take()).toString("utf8") };
}

describe("a line that nobody sees", () => {
  const cases: readonly (readonly [name: string, keys: string, secret: string])[] = [
    ["plain text", "correct horse\r", "correct horse"],
    ["a line feed ends it too", "abc\n", "abc"],
    ["what follows Enter is dropped", "abc\rdef\r", "abc"],
    ["Backspace", "abx\x7fc\r", "abc"],
    ["Ctrl-H", "abx\bc\r", "abc"],
    ["Backspace on nothing", "\x7f\x7fabc\r", "abc"],
    ["Backspace takes a whole character", "a\u{1f511}\x7fé\x7fb\r", "ab"],
    ["Ctrl-U", "wrong\x15right\r", "right"],
    ["arrow keys", "a\x1b[Ab\x1b[1;5Dc\x1bOPd\r", "abcd"],
    ["bracketed paste", "\x1b[200~pasted text\x1b[201~\r", "pasted text"],
    ["an operating system command", "a\x1b]0;title\x07b\x1b]52;c;aGk=\x1b\\c\r", "abc"],
    ["Alt and a key", "a\x1bxb\r", "ab"],
    ["Tab, Ctrl-T and Ctrl-Z", "a\tb\x14c\x1ad\r", "abcd"],
    ["Enter before anything was typed", "\r\n\rabc\r", "abc"],
    ["Enter after Ctrl-U", "wrong\x15\rright\r", "right"],
  ];
  for (const [name, keys, secret] of cases) {
    it(name, () => assert.deepEqual(typed(keys), { end: "entered", overflowed: false, secret }));
  }

  for (const [name, key] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const) {
    it(`${name} cancels, also in the middle of an escape sequence`, () => {
      assert.equal(typed(`abc${key}`).end, "cancelled");
      assert.equal(typed(`abc\x1b[1${key}`).end, "cancelled");
    });
  }

  it("refuses what is too long as a whole, until Ctrl-U", () => {
    assert.equal(typed("12345\r", 4).overflowed, true);
    assert.equal(typed("12345\x7f\x7f\r", 4).overflowed, true);
    assert.deepEqual(typed("12345\x151234\r", 4), { end: "entered", overflowed: false, secret: "1234" });
  });

  it("is not ended by Enter while it is empty", () => {
    assert.equal(typed("\r\n\x7f\r").end, "more");
  });

  it("takes the Escape key alone when a pause follows", () => {
    const line = new SecretLine(8);
    line.feed(Buffer.from("a\x1b"));
    line.endEscapeSequence();
    line.feed(Buffer.from("bc\r"));
    assert.equal(Buffer.from(line.take()).toString(), "abc");
  });

  it("is empty after wipe", () => {
    const line = new SecretLine(8);
    line.feed(Buffer.from("abc"));
    line.wipe();
    assert.equal(line.take().length, 0);
  });

  it("gives printable text back, however it is cut into chunks and wherever keys without text fall", () => {
    const silent = fc.constantFrom("\x1b[A", "\x1b[200~", "\x1bOQ", "\t", "\x1bb");
    const text = fc.string({ unit: "binary", maxLength: 12 }).filter((part) => !/[\p{Cc}\p{Cs}]/u.test(part));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, silent), { maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        (parts, step) => {
          const line = new SecretLine(1024);
          const keys = Buffer.from(parts.flat().join(""), "utf8");
          for (let at = 0; at < keys.length; at += step) line.feed(keys.subarray(at, at + step));
          assert.equal(Buffer.from(line.take()).toString("utf8"), parts.map(([part]) => part).join(""));
        },
      ),
    );
  });
});
