/** The same public key, written in other ways. */
import { Buffer } from "node:buffer";
import { createPublicKey, ECDH } from "node:crypto";
import { object } from "../../src/tuf/json.ts";
import type { JsonObject } from "../../src/tuf/types.ts";

export function wire(keytype: string, scheme: string, encoded: string): JsonObject {
  return object([
    ["keytype", keytype],
    ["scheme", scheme],
    ["keyval", object([["public", encoded]])],
  ]);
}

/** The point of an elliptic-curve PEM in hex. */
export function pointHex(pem: string, form: "compressed" | "uncompressed" | "hybrid"): string {
  const { crv, x = "", y = "" } = createPublicKey(pem).export({ format: "jwk" });
  const point = Buffer.concat([Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const curve = crv === "P-256" ? "prime256v1" : "secp384r1";
  return ECDH.convertKey(point, curve, undefined, "hex", form).toString();
}

export function pkcs1(pem: string): string {
  return createPublicKey(pem).export({ type: "pkcs1", format: "pem" }).toString();
}

/** The same PEM around DER in which `change` has replaced something. */
export function changeDer(pem: string, change: (hex: string) => string): string {
  const der = createPublicKey(pem).export({ type: "spki", format: "der" });
  const base64 = Buffer.from(change(der.toString("hex")), "hex").toString("base64");
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}

/** RFC 5480 with the point compressed, as OpenSSL writes it when told to. */
export function compressedSpki(pem: string): string {
  return changeDer(
    pem,
    () => `3039301306072a8648ce3d020106082a8648ce3d030107032200${pointHex(pem, "compressed")}`,
  );
}

/** The last digit before the padding carries four bits that mean nothing: sets one of them. */
export function setPaddingBits(pem: string): string {
  return pem.replace(/(.)==/, (_, digit: string) => `${String.fromCharCode(digit.charCodeAt(0) + 1)}==`);
}

export const oneLine = (pem: string): string => pem.replace(/(?<!-)\n(?!-)/g, "");
