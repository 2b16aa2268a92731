/** What a token's answers must be like before anybody relies on them. Runs in the parent, out of the library's reach. */
import { Buffer } from "node:buffer";
import { CeremonyError } from "../../errors.ts";
import { acceptSignature } from "../../tuf/accept-signature.ts";
import { keyObject, parseKeyObject } from "../../tuf/keys.ts";
import { publicKeyFromMaterial } from "../../tuf/public-keys.ts";
import type { PublicKey, Scheme } from "../../tuf/types.ts";
import { encodeSignature, readMaterial } from "./key-forms.ts";
import type { RawAttributes, RawPublicKey } from "./protocol.ts";
import { describeFailure } from "./situations.ts";

/** Not waivable: a key that the token would hand out, or does not vouch for. */
export function refuseExposed(attributes: RawAttributes): void {
  const { CKA_SENSITIVE: sensitive, CKA_EXTRACTABLE: extractable } = attributes;
  if (sensitive === true && extractable === false) return;
  const found = `CKA_SENSITIVE ${sensitive ?? "unknown"}, CKA_EXTRACTABLE ${extractable ?? "unknown"}`;
  throw describeFailure({ situation: "token/key-exposed", found });
}

/** A key that shall be copied: sensitive all the same, so that it can't be read in the clear. */
export function requireWrappable(attributes: RawAttributes): void {
  const { CKA_SENSITIVE: sensitive, CKA_EXTRACTABLE: extractable } = attributes;
  if (sensitive !== true) return refuseExposed(attributes);
  if (extractable !== true)
    throw describeFailure({ situation: "token/key-not-wrappable", found: "CKA_EXTRACTABLE is not true" });
}

/** Numbers that the token made up are refused by the same rules as anybody's key. */
export function makePublicKey(scheme: Scheme, raw: RawPublicKey): PublicKey {
  const material = readMaterial(scheme, raw);
  if (material === null) throw refuseUnreadable(undefined);
  try {
    return publicKeyFromMaterial(material, scheme);
  } catch (error) {
    if (error instanceof CeremonyError && error.code === "key/unfit") throw refuseUnreadable(error);
    throw error;
  }
}

function refuseUnreadable(reason: CeremonyError | undefined): CeremonyError {
  const found = reason?.found ?? "numbers that are no key of the scheme";
  return describeFailure({ situation: "token/key-unreadable", found });
}

/** A signature counts when two implementations that share no code say so. */
export function takeSignature(key: PublicKey, payload: Uint8Array, rawHex: string): string {
  const signature = encodeSignature(key.scheme, Buffer.from(rawHex, "hex"));
  if (signature !== null && acceptSignature(parseKeyObject(keyObject(key)), payload, signature).ok)
    return signature;
  throw describeFailure({ situation: "token/signature-bad", found: "one that does not verify" });
}
