/** Signatures verified in plain JavaScript: the second opinion (signatures.ts). It shares no code with OpenSSL. */

import { p256, p384, p521 } from "@noble/curves/nist.js";
import { hashes as ed25519Hashes, Point, verify as verifyEd25519 } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import type { Verification } from "./keys.ts";
import { verifyPkcs1v15, verifyPss } from "./rsa.ts";
import { judgeSignature, type SaltPolicy, type SignatureVerifier } from "./signatures.ts";

const CURVES = { "P-256": p256, "P-384": p384, "P-521": p521 } as const;

// noble-ed25519 v3 has no synchronous SHA-512 of its own.
ed25519Hashes.sha512 = sha512;

export const verifyByJavaScript: SignatureVerifier = (key, payload, sigHex, salt) =>
  judgeSignature(key, sigHex, (verification, signature) =>
    isValid(verification, payload, signature, salt) ? "valid" : "invalid",
  );

function isValid(
  verification: Verification,
  payload: Uint8Array,
  signature: Uint8Array,
  salt: SaltPolicy,
): boolean {
  switch (verification.kind) {
    case "ed25519":
      return isValidEd25519(verification.point, payload, signature);
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

/**
 * RFC 8032 §5.1.7 without the cofactor, as OpenSSL and every TUF client verify. The library multiplies by the cofactor;
 * the two differ exactly where R has a component of small order, since no key that has one gets here (key/weak).
 */
function isValidEd25519(key: Uint8Array, payload: Uint8Array, signature: Uint8Array): boolean {
  return (
    verifyEd25519(signature, payload, key, { zip215: false }) &&
    Point.fromBytes(signature.subarray(0, 32), false).isTorsionFree()
  );
}
