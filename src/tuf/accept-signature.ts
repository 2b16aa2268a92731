/** Whether a signature that was made in a ceremony, or for one, may go into a document. */

import { verifyByJavaScript } from "./javascript-signatures.ts";
import type { ParsedKey } from "./keys.ts";
import { verifyByOpenSsl } from "./openssl-signatures.ts";
import type { SignatureVerdict } from "./types.ts";

export type Acceptance =
  | { readonly ok: true }
  | { readonly ok: false; readonly openssl: SignatureVerdict; readonly javascript: SignatureVerdict };

/** Lower-case hex, the one salt length that every client takes, and both implementations agree. */
export function acceptSignature(key: ParsedKey, payload: Uint8Array, sigHex: string): Acceptance {
  const spelling = sigHex === sigHex.toLowerCase() ? sigHex : "";
  const openssl = verifyByOpenSsl(key, payload, spelling, "of-the-hash");
  const javascript = verifyByJavaScript(key, payload, spelling, "of-the-hash");
  return openssl === "valid" && javascript === "valid" ? { ok: true } : { ok: false, openssl, javascript };
}
