/**
 * Between the token's spelling of keys and signatures and TUF's. The parent uses it on what the child reports.
 *
 * Null everywhere where the token's answer has not the shape of its scheme.
 */
import { Buffer } from "node:buffer";
import { type CurveName, uncompressPoint } from "../../tuf/curve-points.ts";
import { DerTag, writeElement, writeUnsigned } from "../../tuf/der.ts";
import type { KeyMaterial } from "../../tuf/key-material.ts";
import { keyObject, parseKeyObject } from "../../tuf/keys.ts";
import type { PublicKey, Scheme } from "../../tuf/types.ts";
import { SIZES } from "./ec-point.ts";
import type { RawPublicKey } from "./protocol.ts";

export function readMaterial(scheme: Scheme, raw: RawPublicKey): KeyMaterial | null {
  if (scheme === "rsassa-pss-sha256") {
    if (raw.kind !== "rsa" || raw.modulus === "" || raw.exponent === "") return null;
    return { kind: "rsa", modulus: BigInt(`0x${raw.modulus}`), exponent: BigInt(`0x${raw.exponent}`) };
  }
  if (raw.kind !== "point") return null;
  const encoded = Buffer.from(raw.point, "hex");
  if (encoded.length !== SIZES[scheme].point) return null;
  if (scheme === "ed25519") return { kind: "ed25519", point: encoded };
  const curve: CurveName = scheme === "ecdsa-sha2-nistp256" ? "P-256" : "P-384";
  const point = uncompressPoint(curve, encoded);
  return point === null ? null : { kind: "ecdsa", curve, point };
}

/** The other way round, for comparing with what a token holds. */
export function spellMaterial(key: PublicKey): RawPublicKey | null {
  const { verification } = parseKeyObject(keyObject(key));
  if (verification === null) return null;
  if (verification.kind !== "rsa")
    return { kind: "point", point: Buffer.from(verification.point).toString("hex") };
  return { kind: "rsa", modulus: evenHex(verification.modulus), exponent: evenHex(verification.exponent) };
}

/** As TUF wants it, lower-case hex: DER for ECDSA, which tokens give as r‖s, else unchanged. */
export function encodeSignature(scheme: Scheme, raw: Uint8Array): string | null {
  if (scheme !== "rsassa-pss-sha256" && raw.length !== SIZES[scheme].signature) return null;
  if (scheme === "rsassa-pss-sha256" || scheme === "ed25519") return Buffer.from(raw).toString("hex");
  const [r, s] = [raw.subarray(0, raw.length / 2), raw.subarray(raw.length / 2)].map(readUnsigned);
  if (r === undefined || s === undefined) return null;
  return Buffer.from(writeElement(DerTag.sequence, writeUnsigned(r), writeUnsigned(s))).toString("hex");
}

function readUnsigned(bigEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bigEndian).toString("hex")}`);
}

function evenHex(number: bigint): string {
  const digits = number.toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
