/** Signatures that nobody made for this document, and keys for which anybody can make them. */

import { Buffer } from "node:buffer";
import { constants, createHash, sign } from "node:crypto";
import { p256 as curve } from "@noble/curves/nist.js";
import { Point } from "@noble/ed25519";
import { ADA, EVE, GRACE, LINUS, sampleRoot } from "../../support/sample-metadata.ts";
import { makeTestKey, type TestKey } from "../../support/test-keys.ts";
import { judgeTraps, respell, type Trap } from "./traps.ts";

const p256 = makeTestKey("ecdsa-sha2-nistp256");
const p384 = makeTestKey("ecdsa-sha2-nistp384");
const rsa = makeTestKey("rsassa-pss-sha256");

/** The eight points of small order and every other spelling of them that fits into 32 bytes. */
const SMALL_ORDER: Readonly<Record<string, string>> = {
  identity: `01${"00".repeat(31)}`,
  "identity, sign set": `01${"00".repeat(30)}80`,
  "identity as p + 1": `ee${"ff".repeat(30)}7f`,
  "identity as p + 1, sign set": `ee${"ff".repeat(31)}`,
  "order 2": `ec${"ff".repeat(30)}7f`,
  "order 2, sign set": `ec${"ff".repeat(31)}`,
  "order 4": "00".repeat(32),
  "order 4, sign set": `${"00".repeat(31)}80`,
  "order 4 as p": `ed${"ff".repeat(30)}7f`,
  "order 4 as p, sign set": `ed${"ff".repeat(31)}`,
  "order 8, first": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "order 8, second": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "order 8, third": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "order 8, fourth": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};

/** R = A and S = 0: valid for one message in eight at least, for all of them under the identity. */
const weakEd25519: readonly Trap[] = Object.entries(SMALL_ORDER).map(([name, point]) => {
  const weak = { ...respell(EVE, { public: point }), sign: () => point + "00".repeat(32) };
  return {
    name: `Ed25519 key of small order: ${name}`,
    files: sampleRoot({ keys: [weak], threshold: 1 }),
    expected: "key/weak",
  };
});

const T8 = Point.fromHex(SMALL_ORDER["order 8, first"] ?? "");
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const others: Readonly<Record<string, string>> = {
  "2^255 - 1": `${"ff".repeat(31)}7f`,
  "all bits set": "ff".repeat(32),
  "y = 2, no point": `02${"00".repeat(31)}`,
  "a good point and one of order 8": Point.fromHex(EVE.publicKey.public).add(T8).toHex(),
  "a good point and one of order 2": Point.fromHex(EVE.publicKey.public).add(T8.multiply(4n)).toHex(),
};

const noEd25519: readonly Trap[] = Object.entries(others).map(([name, point]) => ({
  name: `no Ed25519 key: ${name}`,
  files: sampleRoot({ keys: [ADA, GRACE, respell(EVE, { public: point })], signers: [ADA, GRACE] }),
  expected: "key/weak",
}));

/** As RFC 8032 signs, but with R and S changed before or after the hash is made. */
function signEd25519(key: TestKey, payload: Uint8Array, how: { torsion?: Point; nonce?: bigint }): Buffer {
  const seed = Buffer.from(key.privateKey.export({ format: "jwk" }).d ?? "", "base64url");
  const hash = sha512(seed);
  const clamped = Buffer.from(hash.subarray(0, 32));
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[31] = ((clamped[31] ?? 0) & 63) | 64;
  const nonce = how.nonce ?? toNumber(sha512(hash.subarray(32), payload)) % L;
  const base = nonce === 0n ? Point.ZERO : Point.BASE.multiply(nonce);
  const r = how.torsion === undefined ? base : base.add(how.torsion);
  const challenge = toNumber(sha512(r.toBytes(), Buffer.from(key.publicKey.public, "hex"), payload)) % L;
  return Buffer.concat([r.toBytes(), toBytes((nonce + challenge * (toNumber(clamped) % L)) % L)]);
}

const sha512 = (...parts: readonly Uint8Array[]) =>
  createHash("sha512").update(Buffer.concat(parts)).digest();
const toNumber = (littleEnd: Uint8Array) => BigInt(`0x${Buffer.from(littleEnd).reverse().toString("hex")}`);
const toBytes = (number: bigint) => Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();
const addToS = (sig: Buffer, more: bigint) =>
  Buffer.concat([sig.subarray(0, 32), toBytes(toNumber(sig.subarray(32)) + more)]);

type Forger = (payload: Uint8Array) => Uint8Array;
const ed25519 = (payload: Uint8Array) => Buffer.from(EVE.sign(payload), "hex");
const ecdsa = (payload: Uint8Array) => Buffer.from(p256.sign(payload), "hex");

/** Made by hand without a mistake: the control for those below. */
const good: Readonly<Record<string, readonly [TestKey, Forger]>> = {
  "Ed25519 by hand": [EVE, (payload) => signEd25519(EVE, payload, {})],
  "ECDSA with a high s": [p256, (payload) => withHighS(ecdsa(payload))],
  "ECDSA with a low s": [p256, (payload) => withHighS(withHighS(ecdsa(payload)))],
};

function withHighS(der: Uint8Array): Uint8Array {
  const { r, s } = curve.Signature.fromBytes(der, "der");
  return new curve.Signature(r, curve.Point.Fn.ORDER - s).toBytes("der");
}

const pss =
  (hash: string, more: object = {}) =>
  (payload: Uint8Array) =>
    sign(hash, payload, {
      key: rsa.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
      ...more,
    });
const raw = (number: bigint) => Buffer.from(number.toString(16).padStart(512, "0"), "hex");
const modulus = BigInt(
  `0x${Buffer.from(rsa.privateKey.export({ format: "jwk" }).n ?? "", "base64url").toString("hex")}`,
);

const bad: Readonly<Record<string, readonly [TestKey, Forger]>> = {
  "Ed25519: S + L": [EVE, (payload) => addToS(ed25519(payload), L)],
  "Ed25519: S + 2L": [EVE, (payload) => addToS(ed25519(payload), 2n * L)],
  "Ed25519: the top bits of S set": [EVE, (payload) => addToS(ed25519(payload), 2n ** 253n)],
  "Ed25519: the sign of R": [
    EVE,
    (payload) => ed25519(payload).map((byte, at) => (at === 31 ? byte ^ 128 : byte)),
  ],
  "Ed25519: all zero": [EVE, () => Buffer.alloc(64)],
  "Ed25519: R of small order, S = 0": [EVE, () => Buffer.from(`01${"00".repeat(63)}`, "hex")],
  "Ed25519: R beyond p": [EVE, () => Buffer.from(`ee${"ff".repeat(30)}7f${"00".repeat(32)}`, "hex")],
  "Ed25519: over the hash": [EVE, (payload) => ed25519(sha512(payload))],
  "Ed25519: S and R exchanged": [
    EVE,
    (payload) => Buffer.concat([ed25519(payload).subarray(32), ed25519(payload).subarray(0, 32)]),
  ],
  "Ed25519 under a P-256 key": [p256, ed25519],
  "ECDSA: over SHA-384": [p256, (payload) => sign("sha384", payload, p256.privateKey)],
  "ECDSA: over SHA-1": [p256, (payload) => sign("sha1", payload, p256.privateKey)],
  "ECDSA: over the hash of the hash": [
    p256,
    (payload) => ecdsa(createHash("sha256").update(payload).digest()),
  ],
  "ECDSA: r and s raw": [
    p256,
    (payload) => sign("sha256", payload, { key: p256.privateKey, dsaEncoding: "ieee-p1363" }),
  ],
  "ECDSA: r and s exchanged": [p256, (payload) => exchanged(ecdsa(payload))],
  "ECDSA: r = s = 1": [p256, () => Buffer.from("3006020101020101", "hex")],
  "ECDSA: in a bit string": [
    p256,
    (payload) => Buffer.concat([Buffer.from([3, ecdsa(payload).length + 1, 0]), ecdsa(payload)]),
  ],
  "ECDSA on P-384: raw": [
    p384,
    (payload) => sign("sha384", payload, { key: p384.privateKey, dsaEncoding: "ieee-p1363" }),
  ],
  "ECDSA on P-384: over SHA-256, as tuf-js has it": [
    p384,
    (payload) => sign("sha256", payload, p384.privateKey),
  ],
  "ECDSA on P-384: a byte behind it": [p384, (payload) => Buffer.from(`${p384.sign(payload)}00`, "hex")],
  "RSA: PKCS#1 v1.5 under PSS": [rsa, (payload) => sign("sha256", payload, rsa.privateKey)],
  "RSA: PSS over SHA-512": [rsa, pss("sha512")],
  "RSA: PSS over SHA-1": [rsa, pss("sha1", { saltLength: 20 })],
  "RSA: a zero in front": [rsa, (payload) => Buffer.from(`00${rsa.sign(payload)}`, "hex")],
  "RSA: a zero behind": [rsa, (payload) => Buffer.from(`${rsa.sign(payload)}00`, "hex")],
  "RSA: the modulus added, where it fits, or taken": [
    rsa,
    (payload) => congruent(Buffer.from(rsa.sign(payload), "hex")),
  ],
  "RSA: 0": [rsa, () => raw(0n)],
  "RSA: 1": [rsa, () => raw(1n)],
  "RSA: modulus - 1": [rsa, () => raw(modulus - 1n)],
  "RSA: the modulus": [rsa, () => raw(modulus)],
};

function exchanged(der: Uint8Array): Uint8Array {
  const { r, s } = curve.Signature.fromBytes(der, "der");
  return new curve.Signature(s, r).toBytes("der");
}

function congruent(signature: Uint8Array): Uint8Array {
  const number = BigInt(`0x${Buffer.from(signature).toString("hex")}`) + modulus;
  return Buffer.from(number.toString(16).padStart(514, "0").replace(/^00/, ""), "hex");
}

/** Two must sign: Grace has, and the other signature is this one. */
function signedBy(
  [name, [key, forge]]: readonly [string, readonly [TestKey, Forger]],
  expected: Trap["expected"],
): Trap {
  const forger = { ...key, sign: (payload: Uint8Array) => Buffer.from(forge(payload)).toString("hex") };
  return { name, files: sampleRoot({ keys: [GRACE, LINUS, key], signers: [GRACE, forger] }), expected };
}

judgeTraps([
  ...weakEd25519,
  ...noEd25519,
  ...Object.entries(good).map((entry) => signedBy(entry, "valid")),
  ...Object.entries(bad).map((entry) => signedBy(entry, "threshold/own")),
]);
