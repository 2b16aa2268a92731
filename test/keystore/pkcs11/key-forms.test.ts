import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { unwrapPoint } from "../../../src/keystore/pkcs11/ec-point.ts";
import { encodeSignature, readMaterial, spellMaterial } from "../../../src/keystore/pkcs11/key-forms.ts";
import { makePublicKey, takeSignature } from "../../../src/keystore/pkcs11/token-answers.ts";
import { SCHEMES } from "../../../src/tuf/types.ts";
import { makeTestKey } from "../../support/test-keys.ts";

describe("public keys", () => {
  for (const scheme of SCHEMES) {
    it(`${scheme}: to the token's spelling and back`, () => {
      const { publicKey } = makeTestKey(scheme);
      const raw = spellMaterial(publicKey);
      assert.ok(raw !== null);
      assert.deepEqual(makePublicKey(scheme, raw), publicKey);
    });
  }

  it("are refused where the numbers are no key of the scheme", () => {
    const point = "04".padEnd(130, "1");
    const table = [
      ["ed25519", { kind: "rsa", modulus: "01", exponent: "03" }],
      ["ed25519", { kind: "point", point: "00" }],
      ["ed25519", { kind: "point", point: "01".padEnd(64, "0") }], // the neutral element: of small order
      ["ecdsa-sha2-nistp256", { kind: "point", point }],
      ["ecdsa-sha2-nistp384", { kind: "point", point }],
      ["rsassa-pss-sha256", { kind: "point", point }],
      ["rsassa-pss-sha256", { kind: "rsa", modulus: "", exponent: "03" }],
      ["rsassa-pss-sha256", { kind: "rsa", modulus: "c1", exponent: "03" }],
    ] as const;
    for (const [scheme, raw] of table) {
      assert.throws(() => makePublicKey(scheme, raw), { code: "token/key-unreadable" }, JSON.stringify(raw));
    }
    assert.equal(readMaterial("ecdsa-sha2-nistp256", { kind: "point", point }), null);
  });

  it("are read with and without the OCTET STRING around the point", () => {
    const point = Buffer.alloc(65, 4);
    assert.deepEqual(unwrapPoint("ecdsa-sha2-nistp256", point), point);
    const wrapped = Buffer.concat([Buffer.from([0x04, 65]), point]);
    assert.deepEqual(unwrapPoint("ecdsa-sha2-nistp256", wrapped), point);
    assert.equal(unwrapPoint("ecdsa-sha2-nistp256", wrapped.subarray(0, 66)), null);
    assert.equal(unwrapPoint("ecdsa-sha2-nistp256", Buffer.concat([Buffer.from([0x03, 65]), point])), null);
    assert.equal(unwrapPoint("ed25519", point), null);
  });
});

describe("signatures", () => {
  it("r‖s becomes the DER that OpenSSL writes", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    fc.assert(
      fc.property(fc.uint8Array(), (payload) => {
        const der = sign("sha256", payload, privateKey).toString("hex");
        const { r, s } = splitDer(der);
        const raw = Buffer.from(r.padStart(64, "0") + s.padStart(64, "0"), "hex");
        assert.equal(encodeSignature("ecdsa-sha2-nistp256", raw), der);
      }),
      { numRuns: 300 },
    );
  });

  const short = [
    ["0".repeat(128), "3006020100020100"],
    [`${"0".repeat(62)}80${"0".repeat(62)}7f`, "30070202008002017f"],
    [`80${"0".repeat(62)}${"0".repeat(63)}1`, `302602210080${"0".repeat(62)}020101`],
  ] as const;
  for (const [raw, der] of short) {
    it(`numbers that are short or look negative: ${der.slice(0, 16)}…`, () => {
      assert.equal(encodeSignature("ecdsa-sha2-nistp256", Buffer.from(raw, "hex")), der);
    });
  }

  it("of a wrong length are none", () => {
    for (const scheme of ["ed25519", "ecdsa-sha2-nistp256"] as const) {
      for (const length of [0, 63, 65, 96]) assert.equal(encodeSignature(scheme, Buffer.alloc(length)), null);
    }
    assert.equal(encodeSignature("ecdsa-sha2-nistp384", Buffer.alloc(64)), null);
  });

  it("count only when they verify", () => {
    const key = makeTestKey("ed25519");
    const payload = Buffer.from("{}");
    const signature = key.sign(payload);
    assert.equal(takeSignature(key.publicKey, payload, signature), signature);
    assert.throws(() => takeSignature(key.publicKey, Buffer.from("{ }"), signature), {
      code: "token/signature-bad",
    });
    assert.throws(() => takeSignature(makeTestKey("ed25519").publicKey, payload, signature), {
      code: "token/signature-bad",
    });
  });
});

/** The two numbers of an ECDSA signature of P-256, whose every length fits in one byte. */
function splitDer(der: string): { r: string; s: string } {
  const bytes = Buffer.from(der, "hex");
  const rLength = bytes[3] ?? 0;
  const strip = (number: Buffer) => number.toString("hex").replace(/^(?:00)+(?=.)/, "");
  return { r: strip(bytes.subarray(4, 4 + rLength)), s: strip(bytes.subarray(6 + rLength)) };
}
