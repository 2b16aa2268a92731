/**
 * Whether 32 bytes are an Ed25519 public key that can be trusted with a signature: the canonical encoding of a point of
 * the curve (RFC 8032 §5.1.3) in the subgroup of prime order L, and not its neutral element.
 *
 * Nearly all keys are, and multiplying a point by L in JavaScript takes as long as ten signatures. So OpenSSL
 * is asked first, by X25519 (RFC 7748 §5), which multiplies points by numbers that are multiples of 8 between 2^254 and
 * 2^255, given by their u alone. 5L - 1 is such a number, and times a point P of order L it is -P, whose u is P's. Times
 * any other point it is another: a component of small order is multiplied by a multiple of 8 and so falls away, and an
 * u that belongs to no point of this curve belongs to one of its twist, whose orders do not divide 5L or 5L - 2.
 */

import { Buffer } from "node:buffer";
// biome-ignore lint/style/noRestrictedImports: a multiplication of points; the number is public and nothing is random.
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { Point } from "@noble/ed25519";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SIGN = 2n ** 255n;

/** RFC 8410 §7 and §4: what stands before the 32 bytes of an X25519 key. */
const PRIVATE_HEAD = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_HEAD = Buffer.from("302a300506032b656e032100", "hex");

/** A whole sentence; null where nothing is known against the key. */
export function findEd25519Weakness(bytes: Uint8Array): string | null {
  if (isOfPrimeOrder(bytes)) return null;
  const point = readPoint(bytes);
  if (point === null) return "The Ed25519 key is not the encoding of a point of the curve.";
  if (point.isSmallOrder()) return "The Ed25519 key is a point of small order: anybody can sign for it.";
  if (!point.isTorsionFree())
    return "The Ed25519 key has a component of small order: verifiers would disagree.";
  return null;
}

/** False also where that is not sure; true only where it is. */
export function isOfPrimeOrder(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  const y = readNumber(bytes) % SIGN;
  if (y >= P || y === 1n || y === P - 1n) return false;
  const u = writeNumber(((1n + y) * invert((P + 1n - y) % P)) % P);
  const publicKey = createPublicKey({
    key: Buffer.concat([PUBLIC_HEAD, u]),
    format: "der",
    type: "spki",
  });
  try {
    const privateKey = fiveLMinusOne();
    return diffieHellman({ privateKey, publicKey }).equals(u);
  } catch {
    return false; // OpenSSL gives nothing where the product is the neutral element
  }
}

let multiplier: KeyObject | undefined;

function fiveLMinusOne(): KeyObject {
  multiplier ??= createPrivateKey({
    key: Buffer.concat([PRIVATE_HEAD, writeNumber(5n * L - 1n)]),
    format: "der",
    type: "pkcs8",
  });
  return multiplier;
}

function readPoint(bytes: Uint8Array): Point | null {
  try {
    return Point.fromBytes(bytes, false);
  } catch (error) {
    // The library has no other way to say "no point"; what it throws for that has no class of its own.
    if (error instanceof Error) return null;
    throw error;
  }
}

/** Euclid's algorithm; `value` is not 0 and below P. */
function invert(value: bigint): bigint {
  let [a, b] = [P, value];
  let [x, y] = [0n, 1n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return x < 0n ? x + P : x;
}

/** Little-endian, as both RFCs have it. */
function readNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function writeNumber(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
}
