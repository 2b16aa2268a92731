/**
 * RSA signature verification (RFC 8017 §8.1.2 and §8.2.2) in plain JavaScript: the second implementation beside OpenSSL,
 * with which it shares nothing. It handles public data only, so nothing here needs constant time.
 */

import { Buffer } from "node:buffer";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { HashName } from "./schemes.ts";

export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

const HASHES = { sha256, sha384, sha512 } as const;

/** DER of DigestInfo up to the digest, in hex (RFC 8017 §9.2, note 1). */
const DIGEST_INFO: Readonly<Record<HashName, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

/**
 * RSASSA-PSS with MGF1 over the same hash. The salt's length in bytes where the signature is valid, else null: whoever
 * wants a certain length compares.
 */
export function verifyPss(
  key: RsaPublicKey,
  hash: HashName,
  payload: Uint8Array,
  signature: Uint8Array,
): number | null {
  const modulusBits = key.modulus.toString(2).length;
  const encoded = recoverEncoded(key, signature, Math.ceil((modulusBits - 1) / 8));
  return encoded === null ? null : checkPssEncoding(hash, payload, encoded, modulusBits - 1);
}

export function verifyPkcs1v15(
  key: RsaPublicKey,
  hash: HashName,
  payload: Uint8Array,
  signature: Uint8Array,
): boolean {
  const length = modulusLength(key);
  const encoded = recoverEncoded(key, signature, length);
  const digestInfo = Buffer.concat([Buffer.from(DIGEST_INFO[hash], "hex"), HASHES[hash](payload)]);
  const padding = Buffer.alloc(length - digestInfo.length - 3, 0xff);
  const expected = Buffer.concat([Uint8Array.of(0, 1), padding, Uint8Array.of(0), digestInfo]);
  return encoded !== null && expected.equals(encoded);
}

/** signature^exponent mod modulus in exactly `length` bytes; null for what is out of range (RFC 8017 §5.2.2). */
function recoverEncoded(key: RsaPublicKey, signature: Uint8Array, length: number): Uint8Array | null {
  if (signature.length !== modulusLength(key)) return null;
  const representative = toNumber(signature);
  if (representative >= key.modulus) return null;
  const hex = power(representative, key.exponent, key.modulus).toString(16);
  return hex.length > length * 2 ? null : Buffer.from(hex.padStart(length * 2, "0"), "hex");
}

/** EMSA-PSS-VERIFY (RFC 8017 §9.1.2), the numbers being its steps; the salt's length is found out, not given. */
function checkPssEncoding(
  hash: HashName,
  payload: Uint8Array,
  encoded: Uint8Array,
  encodedBits: number,
): number | null {
  const digest = HASHES[hash];
  const maskedLength = encoded.length - digest.outputLen - 1;
  if (maskedLength < 1 || encoded.at(-1) !== 0xbc) return null; // 3, 4
  const masked = encoded.subarray(0, maskedLength); // 5
  const check = encoded.subarray(maskedLength, maskedLength + digest.outputLen);
  const unusedBits = encoded.length * 8 - encodedBits;
  const usedMask = 0xff >> unusedBits;
  if (((masked[0] ?? 0) & ~usedMask) !== 0) return null; // 6
  const mask = generateMask(hash, check, maskedLength); // 7
  const block = masked.map((byte, index) => byte ^ (mask[index] ?? 0)); // 8
  block[0] = (block[0] ?? 0) & usedMask; // 9
  const separator = block.findIndex((byte) => byte !== 0);
  if (separator === -1 || block[separator] !== 1) return null; // 10
  const salt = block.subarray(separator + 1); // 11
  const again = digest(Buffer.concat([Buffer.alloc(8), digest(payload), salt])); // 12, 13
  return Buffer.compare(again, check) === 0 ? salt.length : null; // 14
}

/** MGF1 (RFC 8017 B.2.1). */
function generateMask(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; blocks.length * HASHES[hash].outputLen < length; counter++) {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32BE(counter);
    blocks.push(HASHES[hash](Buffer.concat([seed, suffix])));
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}

function modulusLength(key: RsaPublicKey): number {
  return Math.ceil(key.modulus.toString(2).length / 8);
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
