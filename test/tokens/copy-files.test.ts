import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { CeremonyError } from "../../src/errors.ts";
import {
  type BackupFile,
  readBackup,
  readTransport,
  type TransportFile,
  writeBackup,
  writeTransport,
} from "../../src/tokens/copy-files.ts";
import { makeTestKey } from "../support/test-keys.ts";

const modulus = `c0${"ab".repeat(383)}`;
const transport: TransportFile = {
  token: { label: "ada-copy", serial: "0013" },
  numbers: { modulus, exponent: "010001" },
};
const backup: BackupFile = {
  label: "example-root root-ada",
  id: "0a0b",
  publicKey: makeTestKey("ecdsa-sha2-nistp256").publicKey,
  copies: [{ modulus, wrapping: "AES_KEY_WRAP_PAD", wrappedAes: "00", wrappedKey: "ff" }],
};

describe("the files of a key's way to a second token", () => {
  it("come back as they were written", () => {
    assert.deepEqual(readTransport(writeTransport(transport)), transport);
    assert.deepEqual(readBackup(writeBackup(backup)), backup);
  });

  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
  const changes: readonly (readonly [string, (bytes: string) => string])[] = [
    ["no JSON", (file) => file.slice(1)],
    ["another type", (file) => file.replace(" v1", " v2")],
    ["an unknown member", (file) => file.replace('"type"', '"more": 1, "type"')],
    ["a member twice", (file) => file.replace('"type"', '"type": "x", "type"')],
    ["upper case hex", (file) => file.replace("abab", "ABAB")],
  ];
  for (const [name, change] of changes) {
    it(`refuse ${name}`, () => {
      refuses(
        () => readTransport(Buffer.from(change(text(writeTransport(transport))))),
        "copy/not-a-transport-key",
      );
      refuses(() => readBackup(Buffer.from(change(text(writeBackup(backup))))), "copy/not-a-backup");
    });
  }

  it("refuse a transport key that is shorter, or has another exponent", () => {
    const short = { ...transport, numbers: { ...transport.numbers, modulus: modulus.slice(0, 512) } };
    const three = { ...transport, numbers: { ...transport.numbers, exponent: "03" } };
    const small = { ...transport, numbers: { ...transport.numbers, modulus: `0${modulus.slice(1)}` } };
    for (const file of [short, three, small])
      refuses(() => readTransport(writeTransport(file)), "copy/not-a-transport-key");
  });

  it("refuse a backup without a copy, and one whose key is none", () => {
    refuses(() => readBackup(writeBackup({ ...backup, copies: [] })), "copy/not-a-backup");
    const publicKey = { ...backup.publicKey, public: "MFkw" };
    refuses(() => readBackup(writeBackup({ ...backup, publicKey })), "copy/not-a-backup");
  });
});

function refuses(read: () => unknown, code: string): void {
  assert.throws(read, (error) => error instanceof CeremonyError && error.code === code);
}
