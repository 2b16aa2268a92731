/** Signatures verified by OpenSSL: the first opinion (signatures.ts). */

import { Buffer } from "node:buffer";
import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import { isOpenSslError } from "./curve-points.ts";
import { isObject } from "./json.ts";
import type { ParsedKey, Verification } from "./keys.ts";
import { writeSpki } from "./public-key-der.ts";
import { judgeSignature, type SaltPolicy, type SignatureVerifier } from "./signatures.ts";

export const verifyByOpenSsl: SignatureVerifier = (key, payload, sigHex, salt) =>
  judgeSignature(key, sigHex, (verification, signature) => {
    const opensslKey = openSslKey(key, verification);
    if (opensslKey === null) return "cannot-verify";
    return isValid(opensslKey, verification, payload, signature, salt) ? "valid" : "invalid";
  });

function isValid(
  key: KeyObject,
  verification: Verification,
  payload: Uint8Array,
  signature: Uint8Array,
  salt: SaltPolicy,
): boolean {
  switch (verification.kind) {
    case "ed25519":
      return verify(null, payload, key, signature);
    case "ecdsa":
      return verify(verification.hash, payload, key, signature); // DER, unless told otherwise
    case "rsa": {
      // RFC 8017 §8.1.2 step 1; OpenSSL reads a PSS signature without its leading zeros too.
      if (signature.length * 8 < (key.asymmetricKeyDetails?.modulusLength ?? Number.POSITIVE_INFINITY))
        return false;
      const { RSA_PSS_SALTLEN_AUTO, RSA_PSS_SALTLEN_DIGEST } = constants;
      const saltLength = salt === "any" ? RSA_PSS_SALTLEN_AUTO : RSA_PSS_SALTLEN_DIGEST;
      const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = constants;
      const options =
        verification.padding === "pss"
          ? { key, padding: RSA_PKCS1_PSS_PADDING, saltLength }
          : { key, padding: RSA_PKCS1_PADDING };
      return verify(verification.hash, payload, options, signature);
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
    if (isOpenSslError(error)) return null;
    throw error;
  }
}
