import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  MAX_SIGNATURE_FILE_CHARACTERS,
  readSignatureFile,
  type SignatureFor,
  writeSignatureFile,
} from "../../src/ceremony/exchange-files.ts";
import { isSha256Hex, type Sha256Hex } from "../../src/tuf/types.ts";

const wanted: SignatureFor = {
  ceremony: "example-2026-root",
  role: "root",
  key: "root-linus",
  sha256: digest("ab".repeat(32)),
};
const SIG = "0123456789abcdef".repeat(8);

function digest(text: string): Sha256Hex {
  assert.ok(isSha256Hex(text));
  return text;
}

function codeOf(text: string): string {
  const read = readSignatureFile(text, wanted);
  if (!("failure" in read)) return "good";
  assert.match(read.failure.found, /^\P{C}{1,400}$/u, "other people's text is quoted and cut");
  return read.failure.code;
}

function fileWith(change: Record<string, unknown>): string {
  const file = { type: "tuf-ceremony signature v1", ...wanted, sig: SIG, ...change };
  return JSON.stringify(file);
}

test("a signature file is read as it was written, and written again as it was", () => {
  const bytes = writeSignatureFile(wanted, SIG);
  assert.deepEqual(readSignatureFile(new TextDecoder().decode(bytes), wanted), { sig: SIG, bytes });
});

test("another spelling is kept in ours", () => {
  const read = readSignatureFile(`\n ${fileWith({})}`, wanted);
  assert.ok("bytes" in read);
  assert.deepEqual(read.bytes, writeSignatureFile(wanted, SIG));
});

const bad: readonly (readonly [string, string, string])[] = [
  ["nothing", "", "exchange/unreadable"],
  ["an escape sequence", "\u001b[2J", "exchange/unreadable"],
  ["a list", "[]", "exchange/unreadable"],
  ["a request", fileWith({ type: "tuf-ceremony signing request v1" }), "exchange/unreadable"],
  ["the next version of the format", fileWith({ type: "tuf-ceremony signature v2" }), "exchange/unreadable"],
  ["a type that acts on terminals", fileWith({ type: "\u001b[2J\u202e".repeat(99) }), "exchange/unreadable"],
  ["another ceremony", fileWith({ ceremony: "example-2027-root" }), "exchange/other-file"],
  ["another role", fileWith({ role: "targets" }), "exchange/other-file"],
  ["another key", fileWith({ key: "root-ada\u001b[2J" }), "exchange/other-file"],
  ["an earlier form of the document", fileWith({ sha256: "cd".repeat(32) }), "exchange/other-file"],
  ["no digest", fileWith({ sha256: undefined }), "exchange/other-file"],
  ["a number for a name", fileWith({ key: 1 }), "exchange/other-file"],
  ["no signature", fileWith({ sig: undefined }), "exchange/unreadable"],
  ["an empty signature", fileWith({ sig: "" }), "exchange/unreadable"],
  ["half a byte", fileWith({ sig: "abc" }), "exchange/unreadable"],
  ["upper-case hex", fileWith({ sig: "AB" }), "exchange/unreadable"],
  ["a signature in Base64", fileWith({ sig: "q83vEg==" }), "exchange/unreadable"],
  ["a signature of 5,000 bytes", fileWith({ sig: "ab".repeat(5000) }), "exchange/unreadable"],
  ["a member more", fileWith({ root: "trust me" }), "exchange/unreadable"],
  ["an object inside", fileWith({ root: {} }), "exchange/unreadable"],
  ["a member twice", fileWith({}).replace("{", '{"sig":"ab",'), "exchange/unreadable"],
  ["a file that is too long", " ".repeat(MAX_SIGNATURE_FILE_CHARACTERS + 1), "exchange/unreadable"],
];
for (const [name, text, code] of bad) {
  test(`refused: ${name}`, () => assert.equal(codeOf(text), code));
}

test("everything in which a file is another one is said at once", () => {
  const read = readSignatureFile(fileWith({ role: "targets", key: "targets-1" }), wanted);
  assert.deepEqual("failure" in read && read.failure, {
    code: "exchange/other-file",
    expected: "role root, key root-linus",
    found: 'role "targets", key "targets-1"',
  });
});

test("whatever the text is, it is read or refused", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => codeOf(text) !== "good"));
});
