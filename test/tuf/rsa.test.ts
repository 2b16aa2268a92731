import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  constants,
  createHash,
  createPrivateKey,
  generatePrimeSync,
  type KeyObject,
  privateEncrypt,
  sign,
} from "node:crypto";
import { test } from "node:test";
import { type RsaPublicKey, verifyPkcs1v15, verifyPss } from "../../src/tuf/rsa.ts";

/** Of 2049 bits the encoded message is one byte shorter than the signature: a case of its own (RFC 8017 §8.1.2). */
const sizes = [2048, 2049, 2050, 3072];
const payload = Buffer.from("what is signed");

interface Pair {
  readonly bits: number;
  readonly privateKey: KeyObject;
  readonly key: RsaPublicKey;
}

const pairs: readonly Pair[] = sizes.map(makePair);

/** OpenSSL itself makes moduli of even bit lengths only, so the primes are put together here. */
function makePair(bits: number): Pair {
  const exponent = 65537n;
  for (;;) {
    const p = generatePrimeSync(Math.ceil(bits / 2), { bigint: true });
    const q = generatePrimeSync(Math.floor(bits / 2), { bigint: true });
    const modulus = p * q;
    const d = invert(exponent, (p - 1n) * (q - 1n));
    if (modulus.toString(2).length !== bits || d === null) continue;
    const numbers = {
      n: modulus,
      e: exponent,
      d,
      p,
      q,
      dp: d % (p - 1n),
      dq: d % (q - 1n),
      qi: invert(q, p) ?? 0n,
    };
    const encoded = Object.entries(numbers).map(([name, number]) => [name, base64Url(number)]);
    const privateKey = createPrivateKey({
      key: { kty: "RSA", ...Object.fromEntries(encoded) },
      format: "jwk",
    });
    return { bits, privateKey, key: { modulus, exponent } };
  }
}

function base64Url(number: bigint): string {
  const digits = number.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex").toString("base64url");
}

/** Extended Euclid; null where there is no inverse. */
function invert(number: bigint, modulus: bigint): bigint | null {
  let [r, nextR, t, nextT] = [modulus, number % modulus, 0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR, t, nextT] = [nextR, r - quotient * nextR, nextT, t - quotient * nextT];
  }
  return r === 1n ? (t + modulus) % modulus : null;
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

/** Applies the private key to an encoded message of any make, good or bad. */
function signRaw({ privateKey, bits }: Pair, encoded: Uint8Array): Buffer {
  const block = Buffer.alloc(Math.ceil(bits / 8));
  Buffer.from(encoded).copy(block, block.length - encoded.length);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block);
}

interface PssEncoding {
  readonly salt?: Uint8Array;
  readonly separator?: number;
  readonly paddingByte?: number;
  readonly trailer?: number;
  readonly maskSeed?: Uint8Array;
  readonly keepUnusedBits?: boolean;
}

/** EMSA-PSS-ENCODE, with whatever `wrong` says done wrong. */
function encodePss(bits: number, wrong: PssEncoding): Buffer {
  const salt = wrong.salt ?? Buffer.alloc(32, 7);
  const length = Math.ceil((bits - 1) / 8);
  const check = sha256(Buffer.alloc(8), sha256(payload), salt);
  const block = Buffer.alloc(length - 33);
  block[block.length - salt.length - 1] = wrong.separator ?? 1;
  block[block.length - salt.length - 2] = wrong.paddingByte ?? 0;
  Buffer.from(salt).copy(block, block.length - salt.length);
  const seed = wrong.maskSeed ?? check;
  const mask = Buffer.concat(
    Array.from({ length: Math.ceil(block.length / 32) }, (_, counter) =>
      sha256(seed, Uint8Array.of(0, 0, 0, counter)),
    ),
  );
  const masked = block.map((byte, index) => byte ^ (mask[index] ?? 0));
  const unusedBits = length * 8 - (bits - 1);
  if (wrong.keepUnusedBits) masked[0] = (masked[0] ?? 0) | (0x80 >> (unusedBits - 1));
  else masked[0] = (masked[0] ?? 0) & (0xff >> unusedBits);
  return Buffer.concat([masked, check, Uint8Array.of(wrong.trailer ?? 0xbc)]);
}

for (const pair of pairs) {
  test(`${pair.bits} bits: what OpenSSL signs is valid, and the salt's length is found`, () => {
    for (const hash of ["sha256", "sha384", "sha512"] as const) {
      for (const saltLength of [0, 1, 32, 64]) {
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        const signature = sign(hash, payload, { key: pair.privateKey, padding, saltLength });
        assert.equal(verifyPss(pair.key, hash, payload, signature), saltLength);
        assert.equal(verifyPss(pair.key, hash, Buffer.from("x"), signature), null);
      }
      assert.equal(verifyPkcs1v15(pair.key, hash, payload, sign(hash, payload, pair.privateKey)), true);
    }
  });

  test(`${pair.bits} bits: the encoding by hand is the right one`, () => {
    assert.equal(verifyPss(pair.key, "sha256", payload, signRaw(pair, encodePss(pair.bits, {}))), 32);
  });

  const badEncodings: Readonly<Record<string, PssEncoding>> = {
    "another trailer": { trailer: 0xcc },
    "another separator": { separator: 2 },
    "no separator": { separator: 0, salt: Buffer.alloc(32) },
    "padding that is not zero": { paddingByte: 0x80 },
    "a mask from another seed": { maskSeed: Buffer.alloc(32) },
  };
  for (const [name, wrong] of Object.entries(badEncodings)) {
    test(`${pair.bits} bits, refused: ${name}`, () => {
      const signature = signRaw(pair, encodePss(pair.bits, wrong));
      assert.equal(verifyPss(pair.key, "sha256", payload, signature), null);
    });
  }

  test(`${pair.bits} bits, refused: out of range, or of another length`, () => {
    const good = signRaw(pair, encodePss(pair.bits, {}));
    const number = BigInt(`0x${good.toString("hex")}`);
    const length = good.length;
    const plusModulus = Buffer.from(
      (number + pair.key.modulus).toString(16).padStart(length * 2 + 2, "0"),
      "hex",
    );
    const bad = [
      Buffer.alloc(0),
      Buffer.alloc(length),
      good.subarray(1),
      Buffer.concat([Uint8Array.of(0), good]),
      plusModulus,
      plusModulus.subarray(1),
      Buffer.alloc(length, 0xff),
    ];
    for (const signature of bad) assert.equal(verifyPss(pair.key, "sha256", payload, signature), null);
  });
}

test("2048 bits, refused: a bit set that no encoded message uses", () => {
  const [pair] = pairs;
  assert.ok(pair);
  // With the top bit set the message may exceed the modulus; a modulus is at least 0.75 of its size, so some salt fits.
  for (let tries = 0; tries < 64; tries++) {
    const encoded = encodePss(pair.bits, { keepUnusedBits: true, salt: Buffer.alloc(32, tries) });
    if (BigInt(`0x${encoded.toString("hex")}`) >= pair.key.modulus) continue;
    assert.equal(verifyPss(pair.key, "sha256", payload, signRaw(pair, encoded)), null);
    return;
  }
  assert.fail("no encoding below the modulus was found");
});

test("PKCS#1 v1.5, refused: padding that only looks right (Bleichenbacher 2006 and kin)", () => {
  const [pair] = pairs;
  assert.ok(pair);
  const info = Buffer.concat([Buffer.from("3031300d060960864801650304020105000420", "hex"), sha256(payload)]);
  const noParameter = Buffer.concat([
    Buffer.from("302f300b0609608648016503040201" + "0420", "hex"),
    sha256(payload),
  ]);
  const encode = (type: number, padding: number, body: Uint8Array, behind = 0): Buffer => {
    const length = 256 - 3 - body.length - behind;
    return Buffer.concat([
      ...[Uint8Array.of(0, type), Buffer.alloc(length, padding), Uint8Array.of(0)],
      ...[body, Buffer.alloc(behind, 0x41)],
    ]);
  };
  const judge = (encoded: Uint8Array) => verifyPkcs1v15(pair.key, "sha256", payload, signRaw(pair, encoded));
  assert.equal(judge(encode(1, 0xff, info)), true);
  assert.equal(judge(encode(1, 0xff, info, 100)), false, "garbage behind the digest");
  assert.equal(judge(encode(2, 0xff, info)), false, "block type 2");
  assert.equal(judge(encode(1, 0xfe, info)), false, "other padding");
  assert.equal(judge(encode(1, 0xff, noParameter)), false, "no NULL parameter");
  assert.equal(judge(encode(1, 0xff, sha256(payload))), false, "no DigestInfo");
});
