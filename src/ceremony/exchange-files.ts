/**
 * What travels to and from a holder who is elsewhere (docs/formats-exchange.md).
 *
 * A request carries the whole document, so that its receiver composes, shows and hashes it alone; it carries no anchor:
 * a holder compares with their own. A signature file carries nothing but the signature and what it is for.
 */
import { isObject, object, tryParseJson } from "../tuf/json.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { quote } from "../tuf/quote.ts";
import { serializeJson } from "../tuf/serialize.ts";
import type { JsonValue, PublicKey, Sha256Hex } from "../tuf/types.ts";
import type { ComposedDocument } from "./composer.ts";
import type { Plan } from "./plan-types.ts";
import type { KeyName, RoleName } from "./script.ts";

export const REQUEST_TYPE = "tuf-ceremony signing request v1";
export const SIGNATURE_TYPE = "tuf-ceremony signature v1";
/** Nothing that a signature file may hold is longer. */
export const MAX_SIGNATURE_FILE_CHARACTERS = 65_536;

/** The digest is in the name: an amended document is asked for under another one. */
export function requestPath(role: RoleName, key: KeyName, sha256: Sha256Hex): string {
  return `requests/${role}-${key}-${sha256.slice(0, 8)}.json`;
}

export function signaturePath(role: RoleName, key: KeyName, sha256: Sha256Hex): string {
  return `signatures/${role}-${key}-${sha256.slice(0, 8)}.json`;
}

export function writeRequest(
  plan: Plan,
  document: ComposedDocument,
  key: KeyName,
  publicKey: PublicKey,
): Uint8Array {
  const planned = plan.keys.get(key)?.key;
  const holder = planned !== undefined && "holder" in planned ? planned.holder : "";
  const wire = keyObject(publicKey);
  return serializeJson(
    object([
      ["type", REQUEST_TYPE],
      ["ceremony", plan.script.ceremony],
      ["script", plan.scriptSha256],
      ["role", document.role],
      ["key", key],
      ["holder", holder],
      ["keyid", keyIdOf(wire)],
      ["publicKey", wire],
      ["sha256", document.sha256],
      ["signed", document.signed],
    ]),
    "indented",
  );
}

export interface SignatureFor {
  readonly ceremony: string;
  readonly role: RoleName;
  readonly key: KeyName;
  /** Of the canonical bytes that are signed. */
  readonly sha256: Sha256Hex;
}

export function writeSignatureFile(what: SignatureFor, sig: string): Uint8Array {
  return serializeJson(
    object([
      ["type", SIGNATURE_TYPE],
      ["ceremony", what.ceremony],
      ["role", what.role],
      ["key", what.key],
      ["sha256", what.sha256],
      ["sig", sig],
    ]),
    "indented",
  );
}

export type ReadSignature =
  | { readonly sig: string; readonly bytes: Uint8Array }
  | { readonly failure: { readonly code: string; readonly expected: string; readonly found: string } };

/**
 * Read a signature file and hold it against what was asked for. `bytes` is the one spelling that is kept.
 * Failures: `exchange/unreadable`, `exchange/other-file` (with everything that differs). Whoever sent the text controls
 * it: in `found` it is quoted.
 */
export function readSignatureFile(text: string, wanted: SignatureFor): ReadSignature {
  const unreadable = (found: string): ReadSignature => ({
    failure: { code: "exchange/unreadable", expected: "a signature file of tuf-ceremony", found },
  });
  if (text.length > MAX_SIGNATURE_FILE_CHARACTERS) return unreadable(`${text.length} characters`);
  const parsed = tryParseJson(new TextEncoder().encode(text), { maxDepth: 1 });
  if (!parsed.ok) return unreadable("something that is not JSON as this tool reads it");
  const file = parsed.value;
  if (!isObject(file)) return unreadable("JSON that is no object");
  if (file.get("type") !== SIGNATURE_TYPE) return unreadable(`type ${show(file.get("type"))}`);
  const { ceremony, role, key, sha256 } = wanted;
  const expected = Object.entries({ ceremony, role, key, sha256 });
  const others = expected.filter(([member, value]) => file.get(member) !== value);
  if (others.length > 0) {
    return {
      failure: {
        code: "exchange/other-file",
        expected: others.map(([member, value]) => `${member} ${value}`).join(", "),
        found: others.map(([member]) => `${member} ${show(file.get(member))}`).join(", "),
      },
    };
  }
  const sig = file.get("sig");
  if (typeof sig !== "string" || !SIGNATURE.test(sig)) return unreadable(`sig ${show(sig)}`);
  if (file.size !== expected.length + 2) return unreadable("members that do not belong there");
  return { sig, bytes: writeSignatureFile(wanted, sig) };
}

/** Lower-case hex of at most 4,096 bytes, far more than any signature has. */
const SIGNATURE = /^(?:[0-9a-f]{2}){1,4096}$/;

function show(value: JsonValue | undefined): string {
  if (value === undefined) return "missing";
  return typeof value === "string" ? quote(value, 100) : "that is no text";
}
