/**
 * The public key itself, whatever the spelling it came in: numbers and points, and what is wrong with them.
 *
 * Two keys are the same key when their materials' names are equal. That, not the keyid, is what a threshold counts.
 */

import { Buffer } from "node:buffer";
import { type CurveName, compressPoint, uncompressPoint } from "./curve-points.ts";
import { findEd25519Weakness } from "./ed25519-points.ts";

export type KeyMaterial =
  /** 32 bytes as RFC 8032 §5.1.2 spells a point. */
  | { readonly kind: "ed25519"; readonly point: Uint8Array }
  /** `point` uncompressed (SEC 1 §2.3.3): 65, 97 or 133 bytes. */
  | { readonly kind: "ecdsa"; readonly curve: CurveName; readonly point: Uint8Array }
  | { readonly kind: "rsa"; readonly modulus: bigint; readonly exponent: bigint };

/** The same as it was found: an `ecdsa` point may be compressed, and need not be one of its curve. */
export type SpelledKey = KeyMaterial;

const MIN_RSA_BITS = 2048;
/** OpenSSL's own limit (OPENSSL_RSA_MAX_MODULUS_BITS); longer ones only cost the verifier time. */
const MAX_RSA_BITS = 16384;
/** OpenSSL's limit for the exponents of long keys (OPENSSL_RSA_MAX_PUBEXP_BITS), here for all. */
const MAX_RSA_EXPONENT_BITS = 64;

/** NIST SP 800-89 §5.3.3 wants a modulus without prime factors up to this. */
const MAX_SMALL_FACTOR = 751;

/**
 * Equal for two spellings of one key. An RSA key is named by its modulus alone: whoever holds the private key for
 * one exponent can factor the modulus and so holds it for every exponent.
 */
export function nameMaterial(material: KeyMaterial | SpelledKey): string {
  switch (material.kind) {
    case "ed25519":
      return `ed25519:${toHex(material.point)}`;
    case "ecdsa":
      return `${material.curve}:${toHex(compressPoint(material.curve, material.point))}`;
    case "rsa":
      return `rsa:${material.modulus.toString(16)}`;
    default:
      return material satisfies never;
  }
}

/** Null where it is not a point of its curve. */
export function readSpelledKey(key: SpelledKey): KeyMaterial | null {
  if (key.kind !== "ecdsa") return key;
  const point = uncompressPoint(key.curve, key.point);
  return point === null ? null : { ...key, point };
}

/** Why nobody should trust signatures of this key, as a whole sentence; null where nothing is known against it. */
export function findWeakness(material: KeyMaterial): string | null {
  switch (material.kind) {
    case "ed25519":
      return findEd25519Weakness(material.point);
    case "ecdsa":
      return null; // uncompressPoint lets only points of the curve through, and its group is of prime order
    case "rsa":
      return findRsaWeakness(material.modulus, material.exponent);
    default:
      return material satisfies never;
  }
}

function findRsaWeakness(modulus: bigint, exponent: bigint): string | null {
  const bits = modulus.toString(2).length;
  if (bits < MIN_RSA_BITS) return `The RSA key has ${bits} bits; at least ${MIN_RSA_BITS} are needed.`;
  if (bits > MAX_RSA_BITS) return `The RSA key has ${bits} bits; at most ${MAX_RSA_BITS} are read.`;
  const factor = findSmallFactor(modulus);
  if (factor !== null) return `The RSA modulus is divisible by ${factor}: anybody can find the private key.`;
  if (exponent < 3n) return `The RSA exponent is ${exponent}: anybody can sign for it.`;
  if (exponent % 2n === 0n) return "The RSA exponent is even.";
  if (exponent.toString(2).length > MAX_RSA_EXPONENT_BITS) {
    return `The RSA exponent has more than ${MAX_RSA_EXPONENT_BITS} bits.`;
  }
  return null;
}

/** The smallest one, which is a prime. */
function findSmallFactor(modulus: bigint): number | null {
  if (modulus % 2n === 0n) return 2;
  for (let factor = 3; factor <= MAX_SMALL_FACTOR; factor += 2) {
    if (modulus % BigInt(factor) === 0n) return factor;
  }
  return null;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
