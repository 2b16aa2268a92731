/** Points as tokens spell them. */
import type { Scheme } from "../../tuf/types.ts";

export type PointScheme = Exclude<Scheme, "rsassa-pss-sha256">;

/** Bytes of a point (SEC 1 uncompressed, or RFC 8032) and of a signature as tokens give them (r‖s, or RFC 8032). */
export const SIZES: Readonly<Record<PointScheme, { readonly point: number; readonly signature: number }>> = {
  ed25519: { point: 32, signature: 64 },
  "ecdsa-sha2-nistp256": { point: 65, signature: 64 },
  "ecdsa-sha2-nistp384": { point: 97, signature: 96 },
};

/**
 * EC_POINT is an OCTET STRING around the point (PKCS#11 2.40 §2.3.3); some modules leave the wrapping out.
 * Null where it is neither.
 */
export function unwrapPoint(scheme: PointScheme, value: Uint8Array): Uint8Array | null {
  const size = SIZES[scheme].point;
  if (value.length === size) return value;
  return value.length === size + 2 && value[0] === 0x04 && value[1] === size ? value.subarray(2) : null;
}
