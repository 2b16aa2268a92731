/** `keys:` of a script: five kinds, told apart by `public`, `enrolled` and `store`. */
import { SCHEMES } from "../tuf/types.ts";
import { readAttestation } from "./read-attestation.ts";
import type {
  ElsewhereKey,
  FileKey,
  HsmKey,
  KeyName,
  OneTimeKey,
  PublicOnlyKey,
  ScriptKey,
} from "./script.ts";
import {
  booleanOf,
  checkName,
  type Fields,
  filePath,
  keyidText,
  listOf,
  nameOf,
  pinnedFile,
  type Read,
  type ScriptReader,
  sha256Hex,
  textOf,
  wordOf,
} from "./script-fields.ts";
import type { YamlNode } from "./script-yaml.ts";

const FIELDS = [
  "holder",
  "scheme",
  "store",
  "device",
  "serial",
  "spares",
  "provision",
  "attestation",
  "keyid",
  "enrolled",
  "public",
  "sha256",
];
const STORES = ["hsm", "file", "one-time", "elsewhere"] as const;

const schemeWord = wordOf("a scheme", SCHEMES);
const holderName = nameOf("the id of the holder");
const serialText = textOf('a serial number in quotes, as "0013200461"', 64);

export interface KeysRead {
  readonly keys: ReadonlyMap<KeyName, ScriptKey>;
  /** Also those with a mistake in them: who refers to them is not wrong. */
  readonly declared: ReadonlySet<KeyName>;
}

export function readKeys(reader: ScriptReader, node: YamlNode, path: string): KeysRead | null {
  const entries = reader.entries(node, path, "keys");
  if (entries === null) return null;
  const keys = new Map<KeyName, ScriptKey>();
  for (const [name, { place, value }] of entries) {
    const isNamed = checkName(reader, name, place, "the name of a key");
    const fields = reader.fields(value, `${path}.${name}`, FIELDS, "a key");
    const key = fields === null ? null : readKey(fields, name);
    if (isNamed && key !== null) keys.set(name, key);
  }
  return { keys, declared: new Set(entries.keys()) };
}

function readKey(fields: Fields, name: KeyName): ScriptKey | null {
  if (fields.has("public")) return readPublicKey(fields, name);
  if (fields.has("enrolled")) return readElsewhereKey(fields, name);
  switch (fields.required("store", wordOf("where the key is kept", STORES))) {
    case "hsm":
      return readHsmKey(fields, name);
    case "file":
      return readFileKey(fields, name);
    case "one-time":
      return readOneTimeKey(fields, name);
    case "elsewhere":
      return readElsewhereKey(fields, name);
    case null:
      return null;
  }
}

function forbidAllBut(fields: Fields, allowed: readonly string[], why: string): void {
  fields.forbid(
    FIELDS.filter((field) => !allowed.includes(field)),
    why,
  );
}

function readHsmKey(fields: Fields, name: KeyName): HsmKey | null {
  forbidAllBut(
    fields,
    ["holder", "scheme", "store", "device", "serial", "spares", "provision", "attestation", "keyid"],
    "a key in a device",
  );
  const holder = fields.required("holder", holderName);
  const scheme = fields.required("scheme", schemeWord);
  const device = fields.required("device", nameOf("a device profile"));
  const serial = fields.required("serial", serialText);
  const spares = fields.optional("spares", listOf("spares", serialText, 0, 16), []);
  const provision = fields.optional("provision", booleanOf("provision"), false);
  const attestation = fields.optional("attestation", readAttestation, undefined);
  const keyid = fields.optional("keyid", keyidText, undefined);
  if (holder === null || scheme === null || device === null || serial === null) return null;
  if (spares === null || provision === null || attestation === null || keyid === null) return null;
  const key = { store: "hsm", name, holder, scheme, device, serial, spares, provision } as const;
  return { ...key, attestation: attestation ?? null, ...(keyid === undefined ? {} : { keyid }) };
}

function readFileKey(fields: Fields, name: KeyName): FileKey | null {
  forbidAllBut(fields, ["holder", "scheme", "store", "keyid"], "a key in a file");
  const holder = fields.required("holder", holderName);
  const scheme = fields.required("scheme", schemeWord);
  const keyid = fields.optional("keyid", keyidText, undefined);
  if (holder === null || scheme === null || keyid === null) return null;
  return { store: "file", name, holder, scheme, ...(keyid === undefined ? {} : { keyid }) };
}

function readOneTimeKey(fields: Fields, name: KeyName): OneTimeKey | null {
  forbidAllBut(fields, ["scheme", "store", "keyid"], "a one-time key");
  const scheme = fields.required("scheme", schemeWord);
  const keyid = fields.optional("keyid", keyidText, undefined);
  if (scheme === null || keyid === null) return null;
  return { store: "one-time", name, scheme, ...(keyid === undefined ? {} : { keyid }) };
}

function readPublicKey(fields: Fields, name: KeyName): PublicOnlyKey | null {
  forbidAllBut(fields, ["scheme", "public", "sha256"], "an online key");
  const file = fields.required("public", filePath);
  const sha256 = fields.required("sha256", sha256Hex);
  const scheme = fields.required("scheme", schemeWord);
  if (file === null || sha256 === null || scheme === null) return null;
  return { store: "public", name, scheme, public: { file, sha256 } };
}

const elsewhere: Read<"elsewhere"> = wordOf("where the key is kept", ["elsewhere"]);

function readElsewhereKey(fields: Fields, name: KeyName): ElsewhereKey | null {
  const allowed = ["holder", "store", fields.has("enrolled") ? "enrolled" : "keyid"];
  forbidAllBut(fields, allowed, "a key elsewhere, which has either `enrolled` or `keyid`");
  const holder = fields.required("holder", holderName);
  const store = fields.optional("store", elsewhere, "elsewhere" as const);
  if (fields.has("enrolled")) {
    const enrolled = fields.required("enrolled", pinnedFile);
    if (holder === null || store === null || enrolled === null) return null;
    return { store, name, holder, enrolled };
  }
  const keyid = fields.required("keyid", keyidText);
  if (holder === null || store === null || keyid === null) return null;
  return { store, name, holder, keyid };
}
