/**
 * Is this signature valid? Asked of two implementations that share no code: OpenSSL, and JavaScript.
 *
 * What is decided here, because implementations differ:
 * - hex: an even number of digits and nothing else; upper case is read, never accepted for a ceremony;
 * - ECDSA: exact DER (OpenSSL alone would also take some BER), low and high s alike;
 * - RSA-PSS: MGF1 over the same hash; a salt of any length is read, as python-tuf and go-tuf do; a ceremony accepts
 *   only as many bytes as the hash has (32 for SHA-256), because ring and aws-lc take no other;
 * - Ed25519: RFC 8032 without the relaxations of ZIP 215; keys of small order never get here (keys.ts).
 */

import { Buffer } from "node:buffer";
import { constants, createPublicKey, type KeyObject, verify as verifyWithOpenSsl } from "node:crypto";
import { hashes as ed25519Hashes, verify as verifyEd25519 } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { readSequence, readUnsigned } from "./der.ts";
import { readHex } from "./hex.ts";
import { isObject } from "./json.ts";
import { CURVES } from "./key-material.ts";
import type { ParsedKey, Verification } from "./keys.ts";
import { writeSpki } from "./public-key-der.ts";
import { verifyPkcs1v15, verifyPss } from "./rsa.ts";
import type { SignatureVerdict } from "./types.ts";

export type Implementation = "openssl" | "javascript";

export type Acceptance =
  | { readonly ok: true }
  | { readonly ok: false; readonly openssl: SignatureVerdict; readonly javascript: SignatureVerdict };

/** How many bytes of salt an RSA-PSS signature may have. */
type SaltPolicy = "any" | "of-the-hash";

// noble-ed25519 v3 has no synchronous SHA-512 of its own.
ed25519Hashes.sha512 = sha512;

/** For anybody's documents. `cannot-verify` where the key is not verifiable, or not readable for OpenSSL. */
export function verifySignature(
  key: ParsedKey,
  payload: Uint8Array,
  sigHex: string,
  implementation: Implementation,
): SignatureVerdict {
  return judge(key, payload, sigHex, implementation, "any");
}

/** For our own: lower-case hex, the one salt length that every client takes, and both implementations agree. */
export function acceptSignature(key: ParsedKey, payload: Uint8Array, sigHex: string): Acceptance {
  const spelling = sigHex === sigHex.toLowerCase() ? sigHex : "";
  const openssl = judge(key, payload, spelling, "openssl", "of-the-hash");
  const javascript = judge(key, payload, spelling, "javascript", "of-the-hash");
  return openssl === "valid" && javascript === "valid" ? { ok: true } : { ok: false, openssl, javascript };
}

function judge(
  key: ParsedKey,
  payload: Uint8Array,
  sigHex: string,
  implementation: Implementation,
  salt: SaltPolicy,
): SignatureVerdict {
  const { verification } = key;
  if (verification === null) return "cannot-verify";
  const signature = readHex(sigHex);
  if (signature === null || !hasRightShape(verification, signature)) return "invalid";
  if (implementation === "javascript") {
    return isValidForJavaScript(verification, payload, signature, salt) ? "valid" : "invalid";
  }
  const opensslKey = openSslKey(key, verification);
  if (opensslKey === null) return "cannot-verify";
  return isValidForOpenSsl(opensslKey, verification, payload, signature, salt) ? "valid" : "invalid";
}

/** Length and encoding, checked alike for both implementations. */
function hasRightShape(verification: Verification, signature: Uint8Array): boolean {
  switch (verification.kind) {
    case "ed25519":
      return signature.length === 64;
    case "ecdsa": {
      const order = CURVES[verification.curve].Point.Fn.ORDER;
      const [r, s, ...rest] = readSequence(signature) ?? [];
      const numbers = [readUnsigned(r) ?? 0n, readUnsigned(s) ?? 0n];
      return rest.length === 0 && numbers.every((number) => number > 0n && number < order);
    }
    case "rsa":
      return true;
    default:
      return verification satisfies never;
  }
}

function isValidForOpenSsl(
  key: KeyObject,
  verification: Verification,
  payload: Uint8Array,
  signature: Uint8Array,
  salt: SaltPolicy,
): boolean {
  switch (verification.kind) {
    case "ed25519":
      return verifyWithOpenSsl(null, payload, key, signature);
    case "ecdsa":
      return verifyWithOpenSsl(verification.hash, payload, { key, dsaEncoding: "der" }, signature);
    case "rsa": {
      const { RSA_PSS_SALTLEN_AUTO, RSA_PSS_SALTLEN_DIGEST } = constants;
      const saltLength = salt === "any" ? RSA_PSS_SALTLEN_AUTO : RSA_PSS_SALTLEN_DIGEST;
      const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = constants;
      const options =
        verification.padding === "pss"
          ? { key, padding: RSA_PKCS1_PSS_PADDING, saltLength }
          : { key, padding: RSA_PKCS1_PADDING };
      return verifyWithOpenSsl(verification.hash, payload, options, signature);
    }
    default:
      return verification satisfies never;
  }
}

const openSslKeys = new WeakMap<ParsedKey, KeyObject | null>();

/** OpenSSL reads the document's own PEM, so that not even the reading is shared; null where it can't. */
function openSslKey(key: ParsedKey, verification: Verification): KeyObject | null {
  const known = openSslKeys.get(key);
  if (known !== undefined) return known;
  const made = readOpenSslKey(key, verification);
  openSslKeys.set(key, made);
  return made;
}

function readOpenSslKey({ wire }: ParsedKey, verification: Verification): KeyObject | null {
  const keyval = isObject(wire) ? wire.get("keyval") : undefined;
  const encoded = isObject(keyval) ? keyval.get("public") : undefined;
  const isPem = typeof encoded === "string" && encoded.includes("-----BEGIN");
  const der = Buffer.from(writeSpki(verification));
  try {
    return createPublicKey(isPem ? encoded : { key: der, format: "der", type: "spki" });
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_OSSL_")) return null;
    throw error;
  }
}

function isValidForJavaScript(
  verification: Verification,
  payload: Uint8Array,
  signature: Uint8Array,
  salt: SaltPolicy,
): boolean {
  switch (verification.kind) {
    case "ed25519":
      return verifyEd25519(signature, payload, verification.point, { zip215: false });
    case "ecdsa": {
      const options = { format: "der", lowS: false, prehash: true } as const;
      return CURVES[verification.curve].verify(signature, payload, verification.point, options);
    }
    case "rsa": {
      if (verification.padding === "pkcs1v15") {
        return verifyPkcs1v15(verification, verification.hash, payload, signature);
      }
      const saltLength = verifyPss(verification, verification.hash, payload, signature);
      if (saltLength === null) return false;
      return salt === "any" || saltLength * 8 === Number(verification.hash.slice("sha".length));
    }
    default:
      return verification satisfies never;
  }
}
