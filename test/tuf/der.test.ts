import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import {
  DerTag,
  readBytes,
  readElements,
  readSequence,
  readUnsigned,
  writeBytes,
  writeElement,
  writeUnsigned,
} from "../../src/tuf/der.ts";

const bytes = (hex: string) => Buffer.from(hex, "hex");

test("what is written is read again", () => {
  const contents = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.alloc(7000, 1)));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 4096n }), contents, (number, content) => {
      const [integer, bitString, ...rest] =
        readSequence(writeElement(DerTag.sequence, writeUnsigned(number), writeBytes(content))) ?? [];
      assert.equal(readUnsigned(integer), number);
      assert.deepEqual(Buffer.from(readBytes(bitString) ?? []), Buffer.from(content));
      assert.deepEqual(rest, []);
    }),
  );
});

test("what is read has that one spelling only", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (raw) => {
      const elements = readElements(raw);
      if (elements === null) return;
      const again = elements.map(({ tag, content }) => writeElement(tag, content));
      assert.deepEqual(Buffer.concat(again), Buffer.from(raw));
    }),
    { numRuns: 2000 },
  );
});

const noSequences: Readonly<Record<string, string>> = {
  nothing: "",
  "a tag only": "30",
  "content cut short": "3003020101".slice(0, 8),
  "bytes behind it": "300302010100",
  "two of them": "30003000",
  "another tag": "3103020101",
  "indefinite length": "30800201010000",
  "long form of a short length": "308103020101",
  "long form with a leading zero": `30820080${"00".repeat(128)}`,
  "length of lengths missing": "3082",
  "a length of four bytes": "308400000003020101",
  "a tag of several bytes": "3f2103020101",
  "an element inside that is cut short": "3003020201",
};

for (const [name, hex] of Object.entries(noSequences)) {
  test(`no sequence: ${name}`, () => assert.equal(readSequence(bytes(hex)), null));
}

for (const content of ["", "80", "ff01", "0001", "007f"]) {
  test(`no unsigned integer: ${content === "" ? "empty" : content}`, () => {
    assert.equal(readUnsigned({ tag: DerTag.integer, content: bytes(content) }), null);
  });
}

test("an integer has its own tag, a bit string has no unused bits", () => {
  assert.equal(readUnsigned({ tag: DerTag.bitString, content: bytes("01") }), null);
  assert.equal(readUnsigned(undefined), null);
  assert.equal(readUnsigned({ tag: DerTag.integer, content: bytes("00") }), 0n);
  assert.equal(readUnsigned({ tag: DerTag.integer, content: bytes("0080") }), 128n);
  assert.equal(readBytes({ tag: DerTag.bitString, content: bytes("0100") }), null);
  assert.equal(readBytes({ tag: DerTag.bitString, content: bytes("") }), null);
});
