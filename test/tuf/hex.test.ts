import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { readHex } from "../../src/tuf/hex.ts";

test("whole bytes in hex, of either case", () => {
  assert.deepEqual(readHex("00fFa9"), Buffer.from([0x00, 0xff, 0xa9]));
});

for (const bad of ["", "0", "000", "0x00", "0g", " 00", "00 ", "0 0 ", "00\n", "٠٠", "００"]) {
  test(`no hex: ${JSON.stringify(bad)}`, () => assert.equal(readHex(bad), null));
}

test("very long text is no trouble", () => {
  assert.equal(readHex("a".repeat(20_000_000))?.length, 10_000_000);
  assert.equal(readHex(`${"a".repeat(19_999_999)}z`), null);
});
