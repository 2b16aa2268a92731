/**
 * Points of the NIST curves (SEC 1 §2.3.3, FIPS 186-5), as OpenSSL reads them. JavaScript's own implementation reads
 * them again when it verifies (javascript-signatures.ts), so nothing rests on one reading alone.
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
}

/** `id-ecPublicKey`, the contents in hex. */
export const EC_PUBLIC_KEY = "2a8648ce3d0201";

export const CURVES: Readonly<Record<CurveName, Curve>> = {
  "P-256": {
    bytes: 32,
    oid: "2a8648ce3d030107",
    order: Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex"),
  },
  "P-384": {
    bytes: 48,
    oid: "2b81040022",
    order: Buffer.from(`${"f".repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`, "hex"),
  },
  "P-521": {
    bytes: 66,
    oid: "2b81040023",
    order: Buffer.from(
      `01${"f".repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
      "hex",
    ),
  },
};

/**
 * A point of the curve, compressed or not, made uncompressed. Null where it is no point of the curve, is the point at
 * infinity, or is in the hybrid form, which implementations disagree about.
 */
export function uncompressPoint(curve: CurveName, point: Uint8Array): Uint8Array | null {
  const { bytes } = CURVES[curve];
  const form = point[0];
  const isCompressed = (form === 2 || form === 3) && point.length === 1 + bytes;
  if (!isCompressed && !(form === 4 && point.length === 1 + 2 * bytes)) return null;
  const coordinates = readCoordinates(writeEcSpki(curve, point));
  if (coordinates === null) return null;
  return isCompressed ? Buffer.concat([Uint8Array.of(4), coordinates.x, coordinates.y]) : point;
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

/** OpenSSL's own refusal of what it was given. */
export function isOpenSslError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_OSSL_");
}
