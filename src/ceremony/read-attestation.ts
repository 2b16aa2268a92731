/** `attestation:` of a key in a device: `waived`, or what is required. */
import { type AttestationRequirement, PIN_POLICIES, TOUCH_POLICIES } from "./script.ts";
import { integerOf, listOf, type Read, sha256Hex, textOf, wordOf } from "./script-fields.ts";

const FIELDS = ["roots", "firmware", "domains", "pin", "touch"];
const EXPECTED = "`waived`, or what is required of it: { roots: [SHA-256 of the maker's root] }";
const MOST_DOMAINS = 16;

const versionText: Read<string> = (reader, node, path) => {
  const expected = 'a firmware version in quotes, as "5.7.0"';
  const text = textOf(expected, 20)(reader, node, path);
  if (text === null) return null;
  return /^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(text) ? text : reader.wrong(node, expected);
};

export const readAttestation: Read<AttestationRequirement | "waived"> = (reader, node, path) => {
  if (node.kind !== "map") {
    const isWaived = node.kind === "scalar" && node.value === "waived";
    return isWaived ? "waived" : reader.wrong(node, EXPECTED);
  }
  const fields = reader.fields(node, path, FIELDS, "an attestation");
  if (fields === null) return null;
  const roots = fields.required("roots", listOf("roots", sha256Hex, 1, 8));
  const firmware = fields.optional("firmware", versionText, undefined);
  const domain = integerOf("a domain", 1, MOST_DOMAINS);
  const domains = fields.optional("domains", listOf("domains", domain, 1, MOST_DOMAINS), undefined);
  const pin = fields.optional("pin", wordOf("PIN policy", PIN_POLICIES), undefined);
  const touch = fields.optional("touch", wordOf("touch policy", TOUCH_POLICIES), undefined);
  if (roots === null || firmware === null || domains === null || pin === null || touch === null) return null;
  return {
    roots,
    firmware: firmware ?? null,
    domains: domains ?? null,
    pin: pin ?? null,
    touch: touch ?? null,
  };
};
