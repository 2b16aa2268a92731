/**
 * Key objects: reading anybody's, and spelling ours.
 *
 * Reading never throws: a key that this tool can't use is a key with a problem, and what it would have signed
 * "cannot be verified". Everything in a key object was chosen by whoever wrote the document.
 */

import { createHash } from "node:crypto";
import { canonicalBytes } from "./canonical.ts";
import { isObject, object } from "./json.ts";
import { findWeakness, type KeyMaterial, nameMaterial, readSpelledKey } from "./key-material.ts";
import { findUnusualSpelling, readEncoded } from "./key-spelling.ts";
import { quote } from "./quote.ts";
import { findMethod, isContradiction, type SigningMethod } from "./schemes.ts";
import type { JsonObject, JsonValue, KeyId, PublicKey } from "./types.ts";

export type KeyRule =
  /** Without the strings keytype and scheme, or keyval.public where the scheme is known. */
  | "key/shape"
  /** keytype and scheme name nothing that this tool can verify. */
  | "key/unknown-scheme"
  /** keyval.public is not a public key, or not in a spelling that the keytype allows. */
  | "key/encoding"
  /** Key and scheme are of different kinds or curves. */
  | "key/mismatch"
  /** Signatures of such a key prove nothing. */
  | "key/weak";

export interface KeyProblem {
  readonly rule: KeyRule;
  /** One sentence; text of the document only escaped. */
  readonly text: string;
}

/** What is needed to check a signature: the key and the method, agreeing with each other. */
export type Verification =
  | (Extract<SigningMethod, { kind: "ed25519" }> & Extract<KeyMaterial, { kind: "ed25519" }>)
  | (Extract<SigningMethod, { kind: "ecdsa" }> & Extract<KeyMaterial, { kind: "ecdsa" }>)
  | (Extract<SigningMethod, { kind: "rsa" }> & Extract<KeyMaterial, { kind: "rsa" }>);

export interface ParsedKey {
  /** As it stands in the document, with all its fields. */
  readonly wire: JsonValue;
  /** SHA-256 over the whole object: the specification's keyid. */
  readonly computedKeyId: KeyId;
  /** SHA-256 over keytype, scheme and keyval only, as securesystemslib makes it; the same without extra fields. */
  readonly computedShortKeyId: KeyId;
  /** Empty where it is missing or no string. */
  readonly keytype: string;
  readonly scheme: string;
  /** Equal for two spellings of one public key, whatever keytype and scheme say. Never empty. */
  readonly material: string;
  /** Whether it is known to be a sound key; otherwise only how it is spelled was looked at. */
  readonly isExamined: boolean;
  /** In a few words how it is spelled otherwise than the specification does, though it is clear what is meant. */
  readonly unusualSpelling: string | null;
  readonly verifiable: boolean;
  /** Null exactly where not verifiable. */
  readonly verification: Verification | null;
  /** Present exactly where not verifiable. */
  readonly problem?: KeyProblem;
}

/** The members that every producer agrees on, and no others: then all the ways to make a keyid agree too. */
export function keyObject(key: PublicKey): JsonObject {
  return object([
    ["keytype", key.keytype],
    ["keyval", object([["public", key.public]])],
    ["scheme", key.scheme],
  ]);
}

/** 64 lower-case hex digits: SHA-256 of the canonical form (TUF specification 1.0.34 §4.2). */
export function keyIdOf(keyObject: JsonObject): KeyId {
  return hashValue(keyObject);
}

export function parseKeyObject(value: JsonValue): ParsedKey {
  return readKeyObject(value, true);
}

/** How it is spelled, and whose it is; whether it is a sound key, which takes longer than all the rest, is not asked. */
export function spellKeyObject(value: JsonValue): ParsedKey {
  return readKeyObject(value, false);
}

function readKeyObject(value: JsonValue, isExamined: boolean): ParsedKey {
  const members: JsonObject = isObject(value) ? value : new Map();
  const keyval = members.get("keyval");
  const encoded = isObject(keyval) ? keyval.get("public") : undefined;
  const keytype = stringOrEmpty(members.get("keytype"));
  const scheme = stringOrEmpty(members.get("scheme"));
  const spelled = typeof encoded === "string" ? readEncoded(encoded, keytype) : null;
  const material = spelled !== null && isExamined ? readSpelledKey(spelled) : spelled;
  const computedKeyId = hashValue(value);
  const identity = {
    wire: value,
    computedKeyId,
    computedShortKeyId: hasExtraFields(members) ? hashValue(withoutExtraFields(members)) : computedKeyId,
    keytype,
    scheme,
    isExamined,
    unusualSpelling:
      typeof encoded === "string" && findMethod(keytype, scheme) !== null
        ? findUnusualSpelling(keytype, encoded, spelled)
        : null,
    material: material === null ? `unread:${hashValue(keyval ?? value)}` : nameMaterial(material),
  };
  const judged = judge(keytype, scheme, encoded, material, isExamined);
  return "rule" in judged
    ? { ...identity, verifiable: false, verification: null, problem: judged }
    : { ...identity, verifiable: true, verification: judged };
}

function judge(
  keytype: string,
  scheme: string,
  encoded: JsonValue | undefined,
  material: KeyMaterial | null,
  isExamined: boolean,
): Verification | KeyProblem {
  if (keytype === "" || scheme === "") {
    return { rule: "key/shape", text: "A key needs the strings keytype and scheme." };
  }
  const method = findMethod(keytype, scheme);
  if (isContradiction(keytype, scheme)) {
    const text = `Keytype ${quote(keytype)} and scheme ${quote(scheme)} contradict each other.`;
    return { rule: "key/mismatch", text };
  }
  if (method === null) {
    const text = `Keytype ${quote(keytype)} with scheme ${quote(scheme)} can't be verified here.`;
    return { rule: "key/unknown-scheme", text };
  }
  if (typeof encoded !== "string") {
    return { rule: "key/shape", text: "A key of this scheme needs the string keyval.public." };
  }
  if (material === null) {
    const text = `The public key ${quote(encoded, 24)} can't be read as one for scheme ${quote(scheme)}.`;
    return { rule: "key/encoding", text };
  }
  if (material.kind === "ed25519" && encoded.length !== 64) {
    return { rule: "key/encoding", text: "An Ed25519 key is spelled as 64 hex digits, not as PEM." };
  }
  const weakness = isExamined ? findWeakness(material) : null;
  if (weakness !== null) return { rule: "key/weak", text: weakness };
  return join(method, material) ?? { rule: "key/mismatch", text: describeMismatch(scheme, material) };
}

function join(method: SigningMethod, material: KeyMaterial): Verification | null {
  if (method.kind === "ed25519" && material.kind === "ed25519") return { ...method, ...material };
  if (method.kind === "rsa" && material.kind === "rsa") return { ...method, ...material };
  if (method.kind === "ecdsa" && material.kind === "ecdsa" && method.curve === material.curve) {
    return { ...method, ...material };
  }
  return null;
}

function describeMismatch(scheme: string, material: KeyMaterial): string {
  const kind = { ed25519: "an Ed25519 key", ecdsa: "a key on another curve", rsa: "an RSA key" };
  const found = material.kind === "ecdsa" ? `a key on the curve ${material.curve}` : kind[material.kind];
  return `Scheme ${quote(scheme)} goes with another kind of key; this is ${found}.`;
}

const KEY_FIELDS: ReadonlySet<string> = new Set(["keytype", "keyval", "scheme"]);

function hasExtraFields(members: JsonObject): boolean {
  return members.keys().some((name) => !KEY_FIELDS.has(name));
}

function withoutExtraFields(members: JsonObject): JsonObject {
  return new Map(Array.from(members).filter(([name]) => KEY_FIELDS.has(name)));
}

function stringOrEmpty(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function hashValue(value: JsonValue): KeyId {
  return createHash("sha256").update(canonicalBytes(value)).digest("hex") as KeyId; // the one place that mints computed keyids
}
