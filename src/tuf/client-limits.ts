/**
 * What clients can stumble over, as questions about a document or a key: the predicates of the rows in client-table.ts.
 *
 * None of it judges a document: that is what the rules do. All of it was written by others and is only looked at.
 */

import { compareCodePoints, sortedMembers } from "./canonical.ts";
import type { ReadableDocument } from "./documents.ts";
import { isArray, isObject, object } from "./json.ts";
import { keyIdOf, type ParsedKey } from "./keys.ts";
import { describe, pointTo } from "./observer.ts";
import { TOP_LEVEL_ROLES } from "./read-root.ts";
import type { JsonObject, JsonValue, KeyId } from "./types.ts";

/** A place in a document over which a client stumbles. */
export interface Sight {
  /** JSON pointer (RFC 6901). Text of the file: escape it to show it. */
  readonly where: string;
  /** What stands there, quoted as printable ASCII. */
  readonly found: string;
  /** The key that it is about; null: none. */
  readonly keyid: KeyId | null;
}

export type FindInDocument = (document: ReadableDocument) => readonly Sight[];
/** `undefined`: a role names the key and the document does not have it. */
export type IsUnread = (key: ParsedKey | undefined, keyid: KeyId) => boolean;

const sight = (where: string, value: JsonValue | undefined, keyid: KeyId | null = null): Sight => ({
  where,
  found: describe(value),
  keyid,
});

// Keys

/** The keys of a document by their keyids, and where they stand. Empty where it has none. */
export function keysOf(document: ReadableDocument): {
  readonly keys: ReadonlyMap<KeyId, ParsedKey>;
  readonly where: string;
} {
  if (document.kind === "root") return { keys: document.keys, where: "/signed/keys" };
  const delegations = document.kind === "targets" ? document.delegations : null;
  return { keys: delegations?.keys ?? new Map(), where: "/signed/delegations/keys" };
}

/** `ecdsa, ecdsa-sha2-nistp384`: keytype and scheme, as far as the key has them. */
export function describeKey({ keytype, scheme }: ParsedKey): string {
  return keytype === scheme ? describe(scheme) : `${describe(keytype)}, ${describe(scheme)}`;
}

/** Keys anywhere in the document, whether a role names them or not. */
export const keysThat =
  (isUnread: (key: ParsedKey, keyid: KeyId) => boolean): FindInDocument =>
  (document) => {
    const { keys, where } = keysOf(document);
    return Array.from(keys).flatMap(([keyid, key]) =>
      isUnread(key, keyid) ? [{ where: pointTo(where, keyid), found: describeKey(key), keyid }] : [],
    );
  };

/** `read`: keytype and scheme with a slash between them. */
export const hasOtherScheme = (...read: readonly string[]): IsUnread => {
  const known = new Set(read);
  return (key) => key !== undefined && !known.has(`${key.keytype}/${key.scheme}`);
};

export const hasOtherKeytype = (...read: readonly string[]): IsUnread => {
  const known = new Set(read);
  return (key) => key !== undefined && !known.has(key.keytype);
};

export const isMissing: IsUnread = (key) => key === undefined;

/** An elliptic-curve point in hex instead of a PEM. */
export const isHexPoint: IsUnread = (key) =>
  key?.keytype.startsWith("ecdsa") === true && !isPem(publicOf(key));

/** An Ed25519 key as PEM instead of 64 hex digits. */
export const isEd25519Pem: IsUnread = (key) => key?.keytype === "ed25519" && isPem(publicOf(key));

export const isUpperCaseEd25519: IsUnread = (key) =>
  key?.keytype === "ed25519" && publicOf(key) !== publicOf(key).toLowerCase();

/** `RSA PUBLIC KEY` (PKCS#1) instead of `PUBLIC KEY` (SubjectPublicKeyInfo). */
export const isPkcs1Pem: IsUnread = (key) =>
  key !== undefined && publicOf(key).includes("BEGIN RSA PUBLIC KEY");

export const anyOf =
  (...questions: readonly IsUnread[]): IsUnread =>
  (key, keyid) =>
    questions.some((isUnread) => isUnread(key, keyid));

export const hasNoPublic: IsUnread = (key) => key !== undefined && publicOf(key) === "";

/** The keyid is compared as bytes: upper-case digits are the same. */
export const hasOtherKeyId = (key: ParsedKey, keyid: KeyId): boolean =>
  keyid.toLowerCase() !== key.computedKeyId;

/** Hashed over what rust-tuf keeps of a key object; in lower-case digits. */
export const hasOtherRustKeyId: IsUnread = (key, keyid) => key !== undefined && keyid !== rustKeyIdOf(key);

function rustKeyIdOf(key: ParsedKey): KeyId {
  const wire: JsonObject = isObject(key.wire) ? key.wire : new Map();
  const kept = ["keytype", "scheme", "keyid_hash_algorithms"].flatMap((name) => {
    const value = wire.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return keyIdOf(object([...kept, ["keyval", object([["public", publicOf(key)]])]]));
}

function publicOf({ wire }: ParsedKey): string {
  const keyval = isObject(wire) ? wire.get("keyval") : undefined;
  const encoded = isObject(keyval) ? keyval.get("public") : undefined;
  return typeof encoded === "string" ? encoded : "";
}

function isPem(text: string): boolean {
  return text.includes("-----BEGIN ");
}

// Members that all metadata has

export const specVersionOtherThan =
  (...read: readonly string[]): FindInDocument =>
  ({ signed }) => {
    const value = signed.get("spec_version");
    return typeof value === "string" && read.includes(value) ? [] : [sight("/signed/spec_version", value)];
  };

const expiresThat =
  (isUnread: (text: string, seconds: number) => boolean): FindInDocument =>
  ({ expires }) =>
    expires !== null && isUnread(expires.text, expires.seconds)
      ? [sight("/signed/expires", expires.text)]
      : [];

/** Anything but `YYYY-MM-DDTHH:MM:SSZ`. */
export const expiresNotExact: FindInDocument = (document) =>
  document.expires?.isExact === false ? expiresThat(() => true)(document) : [];

/** What Go writes otherwise than it stands there (time.RFC3339Nano): trailing zeros, and an offset of zero for `Z`. */
export const expiresNotAsGoWrites = expiresThat((text) => /\.\d*0(?:Z|[+-])|[+-]00:00$/.test(text));

/** What tough writes otherwise than it stands there: offsets, and fractions but the shortest of 3, 6 or 9 digits. */
export const expiresNotAsToughWrites = expiresThat(
  (text) => !/^[^.]{19}(?:\.(?:\d{3}){1,3})?Z$/.test(text) || /\.\d*000Z$/.test(text),
);

/** The year as C's strftime writes it on Linux: without leading zeros. */
export const expiresBeforeYear1000 = expiresThat((text) => text.startsWith("0"));

const LAST_OF_JIFF = Date.UTC(9999, 11, 30, 22) / 1000;
export const expiresAfterJiff = expiresThat((_, seconds) => seconds > LAST_OF_JIFF);

export const largerThan =
  (limits: { readonly rootBytes: number; readonly targetsBytes: number }): FindInDocument =>
  ({ kind, sizeBytes }) => {
    const limit = kind === "root" ? limits.rootBytes : limits.targetsBytes;
    return sizeBytes > limit ? [{ where: "", found: `${sizeBytes} bytes`, keyid: null }] : [];
  };

// Root

export const noConsistentSnapshot: FindInDocument = ({ kind, signed }) =>
  kind === "root" && !signed.has("consistent_snapshot") ? [sight("/signed", "no consistent_snapshot")] : [];

export const otherRoles: FindInDocument = ({ kind, signed }) => {
  const roles = signed.get("roles");
  if (kind !== "root" || !isObject(roles)) return [];
  return Array.from(roles.keys())
    .filter((name) => !TOP_LEVEL_ROLES.some((role) => role === name))
    .map((name) => sight(pointTo("/signed/roles", name), name));
};

// Targets and delegations

export const succinctRoles: FindInDocument = (document) =>
  document.kind === "targets" && document.delegations?.succinct != null
    ? [sight("/signed/delegations/succinct_roles", "succinct_roles")]
    : [];

export const rolesWithoutPaths: FindInDocument = (document) => {
  const roles = document.kind === "targets" ? (document.delegations?.roles ?? []) : [];
  return roles.flatMap(({ name, paths }, index) =>
    paths === null ? [sight(`/signed/delegations/roles/${index}`, name)] : [],
  );
};

const DELEGATED_ROLE: ReadonlySet<string> = new Set([
  "name",
  "keyids",
  "threshold",
  "terminating",
  "paths",
  "path_hash_prefixes",
]);

export const delegatedRolesWithMore: FindInDocument = (document) => {
  const delegations = document.signed.get("delegations");
  const roles = isObject(delegations) ? delegations.get("roles") : undefined;
  if (document.kind !== "targets" || !isArray(roles)) return [];
  return roles.flatMap((role, index) =>
    isObject(role) ? membersBeyond(role, DELEGATED_ROLE, `/signed/delegations/roles/${index}`) : [],
  );
};

function membersBeyond(object: JsonObject, known: ReadonlySet<string>, where: string): readonly Sight[] {
  return Array.from(object.keys())
    .filter((name) => !known.has(name))
    .map((name) => sight(pointTo(where, name), name));
}

export const targetsWithoutSha256: FindInDocument = (document) => {
  const targets = document.signed.get("targets");
  if (document.kind !== "targets" || !isObject(targets)) return [];
  return Array.from(targets).flatMap(([path, target]) => {
    const hashes = isObject(target) ? target.get("hashes") : undefined;
    const isRead = isObject(hashes) && hashes.has("sha256");
    return isRead ? [] : [sight(pointTo("/signed/targets", path), path)];
  });
};

// Signatures

export const signaturesNotHex: FindInDocument = ({ signatures }) =>
  signatures.flatMap(({ keyid, sig }, index) =>
    sig === null ? [{ where: `/signatures/${index}/sig`, found: "no hex", keyid }] : [],
  );

export const signersNotHex: FindInDocument = ({ signatures }) =>
  signatures.flatMap(({ keyid }, index) =>
    /^(?:[0-9a-fA-F]{2})*$/.test(keyid) ? [] : [sight(`/signatures/${index}/keyid`, keyid, keyid)],
  );

/** Names that every plain object of JavaScript has already. */
const OF_EVERY_OBJECT: ReadonlySet<string> = new Set([
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
]);

export const signersOfEveryObject: FindInDocument = ({ signatures }) =>
  signatures.flatMap(({ keyid }, index) =>
    OF_EVERY_OBJECT.has(keyid) ? [sight(`/signatures/${index}/keyid`, keyid, keyid)] : [],
  );

// The canonical form: what encoders write otherwise, so that their clients see other signed bytes

/** Integers that JavaScript's numbers, which are doubles, don't write as they stand there. */
export const integersNotAsDoubles: FindInDocument = ({ signed }) =>
  findValues(signed, (value) => typeof value === "bigint" && String(Number(value)) !== String(value));

export const integersBeyond64Bits: FindInDocument = ({ signed }) =>
  findValues(signed, (value) => typeof value === "bigint" && (value < -(2n ** 63n) || value >= 2n ** 64n));

/** Text that is not in Unicode's normal form C. */
export const notNormalised: FindInDocument = ({ signed }) =>
  findTexts(signed, (text) => !/^[\0-\x7f]*$/.test(text) && text.normalize("NFC") !== text);

/** Line feeds, as every PEM has them. */
export const lineFeeds: FindInDocument = ({ signed }) =>
  findTexts(signed, (text) => text.includes("\n")).map((seen) => ({ ...seen, found: "a line feed" }));

/** Names that UTF-16 code units order otherwise than code points do. */
export const namesOrderedByUtf16: FindInDocument = ({ signed }) =>
  findPairs(signed, (before, after) => before > after);

/** Names that are ordered otherwise when each is written with its quotation marks and escapes: `a` and `a b`. */
export const namesOrderedWithQuotes: FindInDocument = ({ signed }) =>
  findPairs(
    signed,
    (before, after) =>
      WRITTEN_OTHERWISE.test(before + after) && compareCodePoints(withQuote(before), withQuote(after)) > 0,
  );

/** What sorts before a quotation mark, and what is escaped. */
const WRITTEN_OTHERWISE = /[\0-"\\]/;

function withQuote(name: string): string {
  return `${name.replace(/["\\]/g, "\\$&")}"`;
}

function findValues(signed: JsonObject, isUnread: (value: JsonValue) => boolean): readonly Sight[] {
  const sights: Sight[] = [];
  walk(signed, ["signed"], (value, path) => {
    if (isUnread(value)) sights.push(sight(pointerOf(path), value));
  });
  return sights;
}

/** Names as well as values. */
function findTexts(signed: JsonObject, isUnread: (text: string) => boolean): readonly Sight[] {
  const sights: Sight[] = [];
  walk(signed, ["signed"], (value, path) => {
    if (typeof value === "string" && isUnread(value)) sights.push(sight(pointerOf(path), value, keyAt(path)));
    if (!isObject(value)) return;
    for (const name of value.keys()) {
      if (isUnread(name)) sights.push(sight(pointerOf([...path, name]), name, keyAt([...path, name])));
    }
  });
  return sights;
}

type Path = readonly (string | number)[];

function pointerOf(path: Path): string {
  return path.reduce<string>(pointTo, "");
}

/** The keyid of the key object that a path leads into; null: into none. */
function keyAt(path: Path): KeyId | null {
  const at = path[1] === "delegations" ? 2 : 1;
  const keyid = path[at + 1];
  return path[at] === "keys" && typeof keyid === "string" && path.length > at + 2 ? (keyid as KeyId) : null;
}

/** Names of one object that follow each other in the order of code points. */
function findPairs(
  signed: JsonObject,
  isUnread: (before: string, after: string) => boolean,
): readonly Sight[] {
  const sights: Sight[] = [];
  walk(signed, ["signed"], (value, path) => {
    if (!isObject(value) || value.size < 2) return;
    let before: string | undefined;
    for (const [name] of sortedMembers(value)) {
      if (before !== undefined && isUnread(before, name))
        sights.push(sight(pointerOf([...path, name]), name));
      before = name;
    }
  });
  return sights;
}

/** `path` is the same array every time: what is to be kept of it is copied. */
function walk(
  value: JsonValue,
  path: (string | number)[],
  look: (value: JsonValue, path: Path) => void,
): void {
  look(value, path);
  if (isArray(value)) {
    for (const [index, element] of value.entries()) walkInto(index, element, path, look);
  } else if (isObject(value)) {
    for (const [name, member] of value) walkInto(name, member, path, look);
  }
}

function walkInto(
  step: string | number,
  value: JsonValue,
  path: (string | number)[],
  look: (value: JsonValue, path: Path) => void,
): void {
  path.push(step);
  walk(value, path, look);
  path.pop();
}
