import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { makeSoftwareKey, readSoftwareKey } from "../../src/keystore/software-key.ts";
import { SCHEMES } from "../../src/tuf/types.ts";
import { judge, spkiPem } from "../support/openssl-judge.ts";
import { openssl, requires } from "../support/requires.ts";

const payload = new TextEncoder().encode('{"_type":"root"}');

describe("software keys", () => {
  for (const scheme of SCHEMES) {
    it(
      `${scheme}: OpenSSL's command accepts what it signs and reads what it exports`,
      requires(openssl),
      () => {
        const key = makeSoftwareKey(scheme);
        const sig = key.sign(payload);
        assert.match(sig, /^([0-9a-f]{2})+$/);
        assert.equal(judge(key.publicKey, payload, sig), true);
        assert.equal(judge(key.publicKey, payload.with(0, 0x5b), sig), false);

        const pem = key.exportPem();
        const exported = execFileSync("openssl", ["pkey", "-pubout"], { input: pem, encoding: "utf8" });
        assert.equal(exported, spkiPem(key.publicKey));
      },
    );

    it(`${scheme}: comes back from its export, and only as what it is`, requires(openssl), () => {
      const key = makeSoftwareKey(scheme);
      const again = readSoftwareKey(key.exportPem(), scheme);
      assert.deepEqual(again?.publicKey, key.publicKey);
      assert.equal(judge(key.publicKey, payload, again?.sign(payload) ?? ""), true);
      for (const other of SCHEMES) {
        if (other !== scheme) assert.equal(readSoftwareKey(key.exportPem(), other), null);
      }
    });

    it(`${scheme}: two keys differ`, () => {
      assert.notEqual(makeSoftwareKey(scheme).publicKey.public, makeSoftwareKey(scheme).publicKey.public);
    });

    it(`${scheme}: can't be used after wipe`, () => {
      const key = makeSoftwareKey(scheme);
      key.wipe();
      key.wipe();
      assert.throws(() => key.sign(payload), /wiped/);
      assert.throws(() => key.exportPem(), /wiped/);
    });
  }

  it("has the shapes of our key objects", () => {
    assert.match(makeSoftwareKey("ed25519").publicKey.public, /^[0-9a-f]{64}$/);
    assert.match(
      makeSoftwareKey("rsassa-pss-sha256").publicKey.public,
      /^-----BEGIN PUBLIC KEY-----\n[^-]*\n-----END PUBLIC KEY-----\n$/,
    );
  });

  for (const [name, pem] of [
    ["nothing", ""],
    ["a public key", makeSoftwareKey("ecdsa-sha2-nistp256").publicKey.public],
    [
      "an encrypted key",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ],
    [
      "an Ed25519 key that is too short",
      "-----BEGIN PRIVATE KEY-----\nMAwCAQAwBQYDK2VwBAA=\n-----END PRIVATE KEY-----\n",
    ],
  ] as const) {
    it(`reads no key from ${name}`, () => {
      assert.equal(readSoftwareKey(new TextEncoder().encode(pem), "ed25519"), null);
    });
  }
});
