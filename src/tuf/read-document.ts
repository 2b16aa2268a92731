/**
 * Reads anybody's TUF metadata: what can be understood of it, and everything that is wrong with it.
 *
 * Nothing in a document makes reading throw. All of it is controlled by whoever wrote the file, and until its
 * signatures are counted that may be an attacker.
 */

import { Buffer } from "node:buffer";
import { canonicalBytes } from "./canonical.ts";
import type { CommonFields, ReadableDocument, ReadDocument } from "./documents.ts";
import { type Expiry, readExpiry } from "./expiry.ts";
import { isObject, tryParseJson } from "./json.ts";
import { describe, Observer, observeUnknownFields } from "./observer.ts";
import { readOnline } from "./read-online.ts";
import { readRoot } from "./read-root.ts";
import { readSignatures } from "./read-signatures.ts";
import { readTargets } from "./read-targets.ts";
import { judge, type RuleId } from "./rules.ts";
import type { JsonValue } from "./types.ts";

/** What a rehearsal puts before `_type`, so that no client takes its documents. */
export const REHEARSAL_PREFIX = "rehearsal-";

/** Larger files are not read at all. bin-n documents of a large repository have a few megabytes. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

export interface SizeLimits {
  readonly rootBytes: number;
  readonly targetsBytes: number;
}

const RULE_OF_JSON_CODE: ReadonlyMap<string, RuleId> = new Map([
  ["json/too-large", "document/size"],
  ["json/too-deep", "document/depth"],
  ["json/duplicate-member", "document/duplicate-member"],
  ["json/number", "document/canonical"],
  ["json/lone-surrogate", "document/canonical"],
] as const);

const TYPE = /^(?:rehearsal-)?(root|targets|snapshot|timestamp)$/;
const SPEC_VERSION = /^1\.\d{1,9}(?:\.\d{1,9})?$/;
const ENVELOPE_FIELDS: ReadonlySet<string> = new Set(["signed", "signatures"]);

/**
 * Reads one document of any kind (TUF specification 1.0.34 §4.2 to §4.6). `findings` has what the profile `reading` has to say.
 */
export function readDocument(bytes: Uint8Array): ReadDocument {
  return readWithin(bytes, null);
}

/** What is larger is refused as soon as that is known, and is unreadable then. */
export function readWithin(bytes: Uint8Array, sizes: SizeLimits | null): ReadDocument {
  const observer = new Observer();
  const unreadable = (): ReadDocument => ({ kind: "unreadable", ...finish(bytes, observer) });

  const parsed = tryParseJson(bytes, {
    maxBytes: Math.min(MAX_FILE_BYTES, Math.max(sizes?.rootBytes ?? Infinity, sizes?.targetsBytes ?? 0)),
    onRepeatedMember: (place) => observer.observe("document/repeated-member", "", place),
  });
  if (!parsed.ok) {
    const rule = RULE_OF_JSON_CODE.get(parsed.problem.code) ?? "document/json";
    observer.observe(rule, "", parsed.problem.found);
    return unreadable();
  }
  const signed = isObject(parsed.value) ? parsed.value.get("signed") : undefined;
  if (!isObject(parsed.value) || !isObject(signed)) {
    const found = isObject(parsed.value) ? `\`signed\`: ${describe(signed)}` : describe(parsed.value);
    observer.observe("document/envelope", "", found);
    return unreadable();
  }
  observeUnknownFields(parsed.value, ENVELOPE_FIELDS, "", observer);
  const signatures = readSignatures(parsed.value.get("signatures"), observer);
  const type = TYPE.exec(describeType(signed.get("_type")));
  if (type === null) {
    observer.observe("document/type", "/signed/_type", describe(signed.get("_type")));
    return unreadable();
  }
  const limit = (type[1] === "root" ? sizes?.rootBytes : sizes?.targetsBytes) ?? MAX_FILE_BYTES;
  if (bytes.length > limit) {
    observer.observe("document/size", "", `${bytes.length} bytes, more than ${limit}`);
    return unreadable();
  }
  const isRehearsal = type[0] !== type[1];
  if (isRehearsal) observer.observe("document/rehearsal", "/signed/_type", describe(type[0]));
  const payload = canonicalBytes(signed);
  if (Buffer.from(payload.buffer, payload.byteOffset, payload.length).includes("PRIVATE KEY-----")) {
    observer.observe("key/private", "/signed", "a private key in PEM");
  }
  const common: CommonFields = {
    signed,
    payload,
    signatures,
    isRehearsal,
    specVersion: readSpecVersion(signed.get("spec_version"), observer),
    version: readVersion(signed.get("version"), observer),
    expires: readExpires(signed.get("expires"), observer),
  };
  return readKind(type[1], common, bytes, observer);
}

function readKind(
  type: string | undefined,
  common: CommonFields,
  bytes: Uint8Array,
  observer: Observer,
): ReadableDocument {
  switch (type) {
    case "root": {
      const own = readRoot(common.signed, observer);
      return { kind: "root", ...common, ...own, ...finish(bytes, observer) };
    }
    case "targets": {
      const own = readTargets(common.signed, observer);
      return { kind: "targets", ...common, ...own, ...finish(bytes, observer) };
    }
    default: {
      const kind = type === "snapshot" ? "snapshot" : "timestamp";
      readOnline(kind, common.signed, observer);
      return { kind, ...common, ...finish(bytes, observer) };
    }
  }
}

function finish(bytes: Uint8Array, observer: Observer) {
  const observations = observer.finish();
  return { sizeBytes: bytes.length, observations, findings: judge(observations, "reading") };
}

function describeType(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function readSpecVersion(value: JsonValue | undefined, observer: Observer): string | null {
  if (typeof value === "string" && SPEC_VERSION.test(value)) return value;
  observer.observe("document/spec-version", "/signed/spec_version", describe(value));
  return null;
}

function readVersion(value: JsonValue | undefined, observer: Observer): number | null {
  if (typeof value === "number" && value >= 1) return value;
  observer.observe("document/version", "/signed/version", describe(value));
  return null;
}

function readExpires(value: JsonValue | undefined, observer: Observer): Expiry | null {
  const expiry = typeof value === "string" ? readExpiry(value) : null;
  if (expiry === null) observer.observe("document/expires", "/signed/expires", describe(value));
  else if (!expiry.isExact) observer.observe("document/expires-form", "/signed/expires", describe(value));
  return expiry;
}
