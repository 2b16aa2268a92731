/** The list `signatures` of any document (TUF specification 1.0.34 §4.2). It is not signed itself: anybody may edit it. */

import type { ReadSignature } from "./documents.ts";
import { isArray, isObject } from "./json.ts";
import { describe, type Observer, observeUnknownFields, pointTo } from "./observer.ts";
import type { JsonValue, KeyId } from "./types.ts";

const SIGNATURE_FIELDS: ReadonlySet<string> = new Set(["keyid", "sig"]);
const HEX = /^(?:[0-9a-fA-F]{2})+$/;

export function readSignatures(value: JsonValue | undefined, observer: Observer): readonly ReadSignature[] {
  if (!isArray(value)) {
    observer.observe("document/envelope", "/signatures", describe(value));
    return [];
  }
  const keyids = new Set<string>();
  return value.flatMap((element, index) => {
    const where = pointTo("/signatures", index);
    const keyid = isObject(element) ? element.get("keyid") : undefined;
    const sig = isObject(element) ? element.get("sig") : undefined;
    if (!isObject(element) || typeof keyid !== "string" || typeof sig !== "string") {
      observer.observe("signature/shape", where, `keyid ${describe(keyid)}, sig ${describe(sig)}`);
      return [];
    }
    observeUnknownFields(element, SIGNATURE_FIELDS, where, observer);
    if (keyids.has(keyid)) {
      observer.observe("signature/duplicate-keyid", where, `${describe(keyid)} again`);
      return []; // the document is refused; verifying thousands would only take time
    }
    keyids.add(keyid);
    return [{ keyid: keyid as KeyId, sig: readHex(sig, pointTo(where, "sig"), observer) }];
  });
}

function readHex(sig: string, where: string, observer: Observer): string | null {
  if (sig === "") {
    observer.observe("signature/empty", where, "an empty one");
    return sig;
  }
  if (!HEX.test(sig)) {
    observer.observe("signature/not-hex", where, describe(sig));
    return null;
  }
  const lower = sig.toLowerCase();
  if (lower !== sig) observer.observe("signature/upper-case", where, describe(sig));
  return lower;
}
