/** The certificates on a token: a YubiKey has those of its attestation there. Nobody has to be logged in. */
import { Attribute, ObjectClass } from "./cryptoki.ts";
import { findObjects, readAttribute, type Session } from "./objects.ts";

/** A YubiKey has at most 25. */
export const MOST_CERTIFICATES = 32;
const MOST_BYTES = 16_384;

/** Base64 of the DER. */
export function readCertificates(session: Session): readonly string[] {
  return findObjects(session, [{ type: Attribute.class, value: ObjectClass.certificate }])
    .map((object) => readAttribute(session, object, Attribute.value))
    .filter((value) => value !== null && value.length > 0 && value.length <= MOST_BYTES)
    .slice(0, MOST_CERTIFICATES)
    .map((value) => value?.toString("base64") ?? "");
}
