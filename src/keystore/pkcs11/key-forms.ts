/**
 * Between the token's spelling of keys and signatures and TUF's. Pure; the parent uses it on what the child reports.
 *
 * Null everywhere where the token's answer has not the shape of its scheme.
 */
import { Buffer } from "node:buffer";
import {
  createPublicKey,
  constants as cryptoConstants,
  type KeyObject,
  verify,
  type webcrypto,
} from "node:crypto";
import type { PublicKey, Scheme } from "../../tuf/types.ts";
import type { RawPublicKey } from "./protocol.ts";

/** Bytes of a point and of a signature as tokens give them. */
const SIZES: Readonly<Record<Exclude<Scheme, "rsassa-pss-sha256">, { point: number; signature: number }>> = {
  ed25519: { point: 32, signature: 64 },
  "ecdsa-sha2-nistp256": { point: 65, signature: 64 },
  "ecdsa-sha2-nistp384": { point: 97, signature: 96 },
};

/** EC_POINT is an OCTET STRING around the point (PKCS#11 2.40 §2.3.3); some modules leave the wrapping out. */
export function unwrapPoint(
  scheme: Exclude<Scheme, "rsassa-pss-sha256">,
  value: Uint8Array,
): Uint8Array | null {
  const size = SIZES[scheme].point;
  if (value.length === size) return value;
  return value.length === size + 2 && value[0] === 0x04 && value[1] === size ? value.subarray(2) : null;
}

/** The key object of TUF, or null where the material is no key of this scheme. */
export function makePublicKey(scheme: Scheme, material: RawPublicKey): PublicKey | null {
  const key = importKey(scheme, material);
  if (key === null) return null;
  if (scheme === "ed25519") {
    return material.kind === "point" ? { keytype: "ed25519", scheme, public: material.point } : null;
  }
  const pem = String(key.export({ type: "spki", format: "pem" }));
  return { keytype: scheme === "rsassa-pss-sha256" ? "rsa" : "ecdsa", scheme, public: pem };
}

/** The other way round, for comparing with what a token holds. */
export function readMaterial(key: PublicKey): RawPublicKey {
  if (key.scheme === "ed25519") return { kind: "point", point: key.public };
  const jwk = createPublicKey(key.public).export({ format: "jwk" });
  if (key.scheme === "rsassa-pss-sha256") {
    return { kind: "rsa", modulus: hexOf(jwk.n), exponent: hexOf(jwk.e) };
  }
  return { kind: "point", point: `04${hexOf(jwk.x)}${hexOf(jwk.y)}` };
}

/** As TUF wants it, lower-case hex: DER for ECDSA, else unchanged. */
export function encodeSignature(scheme: Scheme, raw: Uint8Array): string | null {
  if (scheme === "rsassa-pss-sha256") return Buffer.from(raw).toString("hex");
  if (raw.length !== SIZES[scheme].signature) return null;
  if (scheme === "ed25519") return Buffer.from(raw).toString("hex");
  const half = raw.length / 2;
  const content = Buffer.concat([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]).toString("hex");
}

/** By OpenSSL. False also for a signature without the shape of one. */
export function verifySignature(key: PublicKey, payload: Uint8Array, signatureHex: string): boolean {
  const imported = importKey(key.scheme, readMaterial(key));
  if (imported === null) return false;
  const signature = Buffer.from(signatureHex, "hex");
  switch (key.scheme) {
    case "ed25519":
      return verify(null, payload, imported, signature);
    case "ecdsa-sha2-nistp256":
      return verify("sha256", payload, { key: imported, dsaEncoding: "der" }, signature);
    case "ecdsa-sha2-nistp384":
      return verify("sha384", payload, { key: imported, dsaEncoding: "der" }, signature);
    case "rsassa-pss-sha256": {
      const padding = cryptoConstants.RSA_PKCS1_PSS_PADDING;
      return verify("sha256", payload, { key: imported, padding, saltLength: 32 }, signature);
    }
    default:
      return key.scheme satisfies never;
  }
}

function importKey(scheme: Scheme, material: RawPublicKey): KeyObject | null {
  const jwk = makeJwk(scheme, material);
  if (jwk === null) return null;
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch (error) {
    // What OpenSSL says of a point that is not on its curve; the token made it up.
    if (error instanceof Error && "code" in error && error.code === "ERR_CRYPTO_INVALID_JWK") return null;
    throw error;
  }
}

function makeJwk(scheme: Scheme, material: RawPublicKey): webcrypto.JsonWebKey | null {
  if (scheme === "rsassa-pss-sha256") {
    if (material.kind !== "rsa") return null;
    return { kty: "RSA", n: base64url(material.modulus), e: base64url(material.exponent) };
  }
  if (material.kind !== "point" || material.point.length !== SIZES[scheme].point * 2) return null;
  if (scheme === "ed25519") return { kty: "OKP", crv: "Ed25519", x: base64url(material.point) };
  if (!material.point.startsWith("04")) return null;
  const coordinate = (material.point.length - 2) / 2;
  return {
    kty: "EC",
    crv: scheme === "ecdsa-sha2-nistp256" ? "P-256" : "P-384",
    x: base64url(material.point.slice(2, 2 + coordinate)),
    y: base64url(material.point.slice(2 + coordinate)),
  };
}

/** An unsigned number, big-endian, as a DER INTEGER: no leading zero byte but the one that keeps it positive. */
function derInteger(number: Uint8Array): Buffer {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start += 1;
  const digits = number.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, sign.length + digits.length, ...sign, ...digits]);
}

function base64url(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64url");
}

function hexOf(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64url").toString("hex");
}
