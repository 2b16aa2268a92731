/**
 * Is this signature valid? Asked of two implementations that share no code: OpenSSL (openssl-signatures.ts) and
 * JavaScript (javascript-signatures.ts). Here is what they have in common: the question.
 *
 * What is decided here, because implementations differ:
 * - hex: an even number of digits and nothing else; upper case is read, never accepted for a ceremony;
 * - ECDSA: exact DER (OpenSSL alone would also take some BER), low and high s alike;
 * - RSA-PSS: MGF1 over the same hash; a salt of any length is read, as python-tuf and go-tuf do; a ceremony accepts
 *   only as many bytes as the hash has (32 for SHA-256), because ring and aws-lc take no other;
 * - Ed25519: RFC 8032 without the relaxations of ZIP 215; keys of small order never get here (keys.ts).
 */

import { Buffer } from "node:buffer";
import { CURVES } from "./curve-points.ts";
import { type DerElement, readSequence, readUnsignedBytes } from "./der.ts";
import { readHex } from "./hex.ts";
import type { ParsedKey, Verification } from "./keys.ts";
import type { SignatureVerdict } from "./types.ts";

/** How many bytes of salt an RSA-PSS signature may have. */
export type SaltPolicy = "any" | "of-the-hash";

/** One implementation. `cannot-verify` where the key is not verifiable, or not readable for this implementation. */
export type SignatureVerifier = (
  key: ParsedKey,
  payload: Uint8Array,
  sigHex: string,
  salt: SaltPolicy,
) => SignatureVerdict;

/** Asks for an answer only where the key is one that can verify and the signature has the length and encoding it needs. */
export function judgeSignature(
  { verification }: ParsedKey,
  sigHex: string,
  answer: (verification: Verification, signature: Uint8Array) => SignatureVerdict,
): SignatureVerdict {
  if (verification === null) return "cannot-verify";
  const signature = readHex(sigHex);
  if (signature === null || !hasRightShape(verification, signature)) return "invalid";
  return answer(verification, signature);
}

function hasRightShape(verification: Verification, signature: Uint8Array): boolean {
  switch (verification.kind) {
    case "ed25519":
      return signature.length === 64;
    case "ecdsa": {
      const { order } = CURVES[verification.curve];
      const [r, s, ...rest] = readSequence(signature) ?? [];
      return rest.length === 0 && isBetweenOneAnd(order, r) && isBetweenOneAnd(order, s);
    }
    case "rsa":
      return true;
    default:
      return verification satisfies never;
  }
}

/** At least 1 and below `order`. */
function isBetweenOneAnd(order: Uint8Array, element: DerElement | undefined): boolean {
  const number = readUnsignedBytes(element);
  if (number === null || number.length === 0 || number.length > order.length) return false;
  const padded = new Uint8Array(order.length);
  padded.set(number, order.length - number.length);
  return Buffer.compare(padded, order) < 0;
}
