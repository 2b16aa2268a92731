/**
 * Points of the NIST curves (SEC 1 §2.3.3, SP 800-186 §3.2.1). OpenSSL and JavaScript read them again, each for itself,
 * when they verify (openssl-signatures.ts, javascript-signatures.ts), so nothing rests on one reading alone.
 */

import { Buffer } from "node:buffer";
import { createPublicKey } from "node:crypto";
import { DerTag, writeBytes, writeElement } from "./der.ts";

export type CurveName = "P-256" | "P-384" | "P-521";

interface Curve {
  /** Of one coordinate. */
  readonly bytes: number;
  /** Contents of its object identifier, in hex (RFC 5480 §2.1.1.1). */
  readonly oid: string;
  /** The number of its points, as many bytes as a coordinate has (SEC 2 §2). */
  readonly order: Uint8Array;
  /** Its points are those of y² = x³ - 3x + b in the field of p elements. */
  readonly p: bigint;
  readonly b: bigint;
}

/** `id-ecPublicKey`, the contents in hex. */
export const EC_PUBLIC_KEY = "2a8648ce3d0201";

export const CURVES: Readonly<Record<CurveName, Curve>> = {
  "P-256": {
    bytes: 32,
    oid: "2a8648ce3d030107",
    order: Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex"),
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  "P-384": {
    bytes: 48,
    oid: "2b81040022",
    order: Buffer.from(`${"f".repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`, "hex"),
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  "P-521": {
    bytes: 66,
    oid: "2b81040023",
    order: Buffer.from(
      `01${"f".repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
      "hex",
    ),
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
};

/**
 * A point of the curve, compressed or not, made uncompressed. Null where it is no point of the curve, is the point at
 * infinity, or is in the hybrid form, which implementations disagree about.
 */
export function uncompressPoint(curve: CurveName, bytes: Uint8Array): Uint8Array | null {
  switch (formOf(curve, bytes)) {
    case "uncompressed":
      return isOnCurve(curve, bytes) ? bytes : null;
    case "compressed":
      return uncompress(curve, bytes);
    default:
      return null;
  }
}

/** The one spelling that a point, or what has the form of one, has in common with no other. */
export function compressPoint(curve: CurveName, point: Uint8Array): Uint8Array {
  if (formOf(curve, point) !== "uncompressed") return point;
  const isOdd = (point.at(-1) ?? 0) % 2 === 1;
  return Buffer.concat([Uint8Array.of(isOdd ? 3 : 2), point.subarray(1, 1 + CURVES[curve].bytes)]);
}

/** By its first byte and its length; whether there is such a point is another question. */
export function formOf(
  curve: CurveName,
  { 0: form, length }: Uint8Array,
): "compressed" | "uncompressed" | null {
  const { bytes } = CURVES[curve];
  if ((form === 2 || form === 3) && length === 1 + bytes) return "compressed";
  return form === 4 && length === 1 + 2 * bytes ? "uncompressed" : null;
}

/** SEC 1 §3.2.2.1, steps 2 and 3; the point at infinity has no such form, and every other point is of full order. */
function isOnCurve(curve: CurveName, point: Uint8Array): boolean {
  const { bytes, p, b } = CURVES[curve];
  const [x, y] = [readNumber(point.subarray(1, 1 + bytes)), readNumber(point.subarray(1 + bytes))];
  return x < p && y < p && (y * y - x * (x * x - 3n) - b) % p === 0n;
}

/** By OpenSSL: it takes a square root in a fraction of the time. */
function uncompress(curve: CurveName, point: Uint8Array): Uint8Array | null {
  const coordinates = readCoordinates(writeEcSpki(curve, point));
  return coordinates === null ? null : Buffer.concat([Uint8Array.of(4), coordinates.x, coordinates.y]);
}

/** SubjectPublicKeyInfo (RFC 5480 §2) around a point in whatever form it is. */
export function writeEcSpki(curve: CurveName, point: Uint8Array): Uint8Array {
  const oid = (hex: string) => writeElement(DerTag.oid, Buffer.from(hex, "hex"));
  const algorithm = writeElement(DerTag.sequence, oid(EC_PUBLIC_KEY), oid(CURVES[curve].oid));
  return writeElement(DerTag.sequence, algorithm, writeBytes(point));
}

function readCoordinates(spki: Uint8Array): { readonly x: Uint8Array; readonly y: Uint8Array } | null {
  try {
    const { x, y } = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }).export({
      format: "jwk",
    });
    if (typeof x !== "string" || typeof y !== "string") return null;
    return { x: Buffer.from(x, "base64url"), y: Buffer.from(y, "base64url") };
  } catch (error) {
    if (isOpenSslError(error)) return null;
    throw error;
  }
}

function readNumber(bigEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bigEndian).toString("hex")}`);
}

/** OpenSSL's own refusal of what it was given. */
export function isOpenSslError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_OSSL_");
}
