/** `keyval.public` in all the spellings that older and newer producers have for it. */

import { type CurveName, formOf } from "./curve-points.ts";
import { readHex } from "./hex.ts";
import type { SpelledKey } from "./key-material.ts";
import { readPem } from "./pem.ts";
import { readPkcs1, readSpki } from "./public-key-der.ts";
import { quote } from "./quote.ts";

/** The hex digits of an elliptic-curve point, by their number: uncompressed and compressed. */
const CURVE_OF_HEX_LENGTH: ReadonlyMap<number, CurveName> = new Map([
  [130, "P-256"],
  [66, "P-256"],
  [194, "P-384"],
  [98, "P-384"],
  [266, "P-521"],
  [134, "P-521"],
]);

/** The PEM of an RSA key of 16,384 bits, the longest that is read, has less than half as many characters. */
const MAX_ENCODED_LENGTH = 8192;

/** Null where it is none of them. */
export function readEncoded(encoded: string, keytype: string): SpelledKey | null {
  if (encoded.length > MAX_ENCODED_LENGTH) return null;
  if (encoded.includes("-----BEGIN")) {
    const block = readPem(encoded);
    if (block?.label === "PUBLIC KEY") return readSpki(block.bytes);
    return block?.label === "RSA PUBLIC KEY" ? readPkcs1(block.bytes) : null;
  }
  const bytes = readHex(encoded);
  if (bytes === null) return null;
  if (keytype === "ed25519") return bytes.length === 32 ? { kind: "ed25519", point: bytes } : null;
  const curve = CURVE_OF_HEX_LENGTH.get(encoded.length);
  return curve === undefined || formOf(curve, bytes) === null ? null : { kind: "ecdsa", curve, point: bytes };
}

/** What the specification (1.0.34 §4.2) would have spelled otherwise; null where it would not, or nothing could be read. */
export function findUnusualSpelling(
  keytype: string,
  encoded: string,
  spelled: SpelledKey | null,
): string | null {
  if (keytype === "ed25519") return encoded === encoded.toLowerCase() ? null : "upper-case hex";
  if (encoded.startsWith("-----BEGIN RSA PUBLIC KEY-----")) return "a PKCS#1 PEM";
  if (/^[0-9a-fA-F]+$/.test(encoded)) return "a point in hex";
  if (spelled?.kind === "ecdsa" && formOf(spelled.curve, spelled.point) === "compressed")
    return "a compressed point";
  return keytype.startsWith("ecdsa-") ? `keytype ${quote(keytype, 40)}` : null;
}
