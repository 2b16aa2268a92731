/** Signatures that verifiers disagree about: what one implementation lets pass and another does not. */

import { Buffer } from "node:buffer";
import { constants, createHash, sign } from "node:crypto";
import { Point } from "@noble/ed25519";
import { ADA, EVE, GRACE, sampleRoot } from "../../support/sample-metadata.ts";
import { makeTestKey, type TestKey } from "../../support/test-keys.ts";
import { judgeTraps } from "./traps.ts";

const rsa = makeTestKey("rsassa-pss-sha256");

/** RFC 8017 §8.1.2 step 1: a signature has as many bytes as the modulus. OpenSSL reads a shorter one as PSS. */
const shortPss: TestKey = {
  ...rsa,
  sign: (payload) => {
    for (;;) {
      const options = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      const sig = sign("sha256", payload, options).toString("hex");
      if (sig.startsWith("00")) return sig.slice(2);
    }
  },
};

/** RFC 8032 allows both equations; with a component of small order in R they differ, and only one is OpenSSL's. */
const torsionInR: TestKey = { ...EVE, sign: (payload) => signWithTorsion(payload).toString("hex") };

function signWithTorsion(payload: Uint8Array): Buffer {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const seed = Buffer.from(EVE.privateKey.export({ format: "jwk" }).d ?? "", "base64url");
  const hash = sha512(seed);
  const clamped = (toNumber(hash.subarray(0, 32)) & (2n ** 254n - 8n)) | (2n ** 254n);
  const nonce = toNumber(sha512(hash.subarray(32), payload)) % order;
  const t8 = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  const r = Point.BASE.multiply(nonce).add(t8).toBytes();
  const challenge = toNumber(sha512(r, Buffer.from(EVE.publicKey.public, "hex"), payload)) % order;
  const s = (nonce + challenge * clamped) % order;
  return Buffer.concat([r, Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse()]);
}

const sha512 = (...parts: readonly Uint8Array[]) =>
  createHash("sha512").update(Buffer.concat(parts)).digest();
const toNumber = (littleEnd: Uint8Array) => BigInt(`0x${Buffer.from(littleEnd).reverse().toString("hex")}`);

judgeTraps([
  {
    name: "RSA-PSS: the signature is a byte shorter than the modulus",
    files: sampleRoot({ keys: [ADA, GRACE, rsa], signers: [ADA, shortPss] }),
    expected: "threshold/own",
  },
  {
    name: "Ed25519: R has a component of small order, the others are enough",
    files: sampleRoot({ keys: [ADA, GRACE, EVE], signers: [ADA, GRACE, torsionInR] }),
    expected: "valid",
    warning: "signature/invalid",
  },
]);
