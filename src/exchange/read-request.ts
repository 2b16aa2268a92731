/**
 * Reads a signing request: strictly, everything that is wrong with it at once. Whoever sent the file controls all of
 * it; what it claims about itself (digest, keyid) is computed again.
 */
import { sha256Hex } from "../ceremony/composer.ts";
import { REQUEST_TYPE } from "../ceremony/exchange-files.ts";
import type { KeyName, PersonId, RoleName } from "../ceremony/script.ts";
import { isName } from "../ceremony/script-fields.ts";
import { CeremonyError } from "../errors.ts";
import { canonicalBytes } from "../tuf/canonical.ts";
import { isObject, tryParseJson } from "../tuf/json.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { type ReadDocument, readDocument } from "../tuf/metadata.ts";
import { describe } from "../tuf/observer.ts";
import { strictPublicKey } from "../tuf/public-keys.ts";
import { serializeDocument } from "../tuf/serialize.ts";
import {
  isSha256Hex,
  type JsonObject,
  type JsonValue,
  type KeyId,
  type PublicKey,
  type Sha256Hex,
} from "../tuf/types.ts";
import { finding, type RequestFinding } from "./request-rules.ts";

export const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export interface SigningRequest {
  readonly ceremony: string;
  /** Of the script that the request says it was made from. */
  readonly script: Sha256Hex;
  readonly role: RoleName;
  readonly key: KeyName;
  readonly holder: PersonId;
  readonly publicKey: PublicKey;
  /** Computed from `publicKey`. */
  readonly keyid: KeyId;
  readonly signed: JsonObject;
  /** Canonical bytes of `signed`: what is to be signed. */
  readonly payload: Uint8Array;
  /** Computed from `payload`. */
  readonly sha256: Sha256Hex;
  /** The document, without signatures. */
  readonly document: ReadDocument;
}

export interface RequestRead {
  /** null where a member is not usable; then there is an error among the findings. */
  readonly request: SigningRequest | null;
  readonly findings: readonly RequestFinding[];
}

const MEMBERS = [
  "type",
  "ceremony",
  "script",
  "role",
  "key",
  "holder",
  "keyid",
  "publicKey",
  "sha256",
  "signed",
] as const;

export function readRequest(bytes: Uint8Array): RequestRead {
  const parsed = tryParseJson(bytes, { maxBytes: MAX_REQUEST_BYTES });
  if (!parsed.ok) return { request: null, findings: [finding("request/file", parsed.problem.found)] };
  const file = parsed.value;
  if (!isObject(file)) return { request: null, findings: [finding("request/file", describe(file))] };
  const type = file.get("type");
  if (type !== REQUEST_TYPE) {
    const expected = JSON.stringify(REQUEST_TYPE);
    return { request: null, findings: [finding("request/type", describe(type), { expected })] };
  }
  return readMembers(file);
}

function readMembers(file: JsonObject): RequestRead {
  const findings: RequestFinding[] = [];
  const missing = MEMBERS.filter((name) => !file.has(name));
  const stray = [...file.keys()].filter((name) => !MEMBERS.some((known) => known === name));
  for (const name of missing) findings.push(finding("request/members", `no ${name}`));
  for (const name of stray.slice(0, 20)) findings.push(finding("request/members", describe(name)));

  const wrong = (member: string, expected: string): null => {
    const found = `${member}: ${describe(file.get(member))}`;
    if (file.has(member))
      findings.push(finding("request/form", found, { expected: `${member}: ${expected}` }));
    return null;
  };
  const name = (member: string): string | null => {
    const value = file.get(member);
    return typeof value === "string" && isName(value)
      ? value
      : wrong(member, "1 to 64 lower-case letters, digits and hyphens");
  };
  const digest = (member: string): Sha256Hex | null => {
    const value = file.get(member);
    return typeof value === "string" && isSha256Hex(value)
      ? value
      : wrong(member, "64 lower-case hex digits");
  };

  const ceremony = name("ceremony");
  const script = digest("script");
  const role = name("role");
  const key = name("key");
  const holder = name("holder");
  const keyid = digest("keyid");
  const claimed = digest("sha256");
  const publicKey = readKey(file.get("publicKey"), keyid, findings);
  const signed = file.get("signed");
  const content = isObject(signed) ? describeContent(signed) : wrong("signed", "a document");
  if (content !== null && claimed !== null && content.sha256 !== claimed) {
    findings.push(finding("request/digest", claimed, { expected: content.sha256 }));
  }
  if (
    ceremony === null ||
    script === null ||
    role === null ||
    key === null ||
    holder === null ||
    publicKey === null ||
    content === null
  ) {
    return { request: null, findings };
  }
  const request = { ceremony, script, role, key, holder, ...publicKey, ...content };
  return { request, findings };
}

function describeContent(signed: JsonObject) {
  const payload = canonicalBytes(signed);
  const document = readDocument(serializeDocument(signed, [], "compact"));
  return { signed, payload, sha256: sha256Hex(payload), document };
}

function readKey(
  value: JsonValue | undefined,
  claimed: string | null,
  findings: RequestFinding[],
): { readonly publicKey: PublicKey; readonly keyid: KeyId } | null {
  if (value === undefined) return null;
  const publicKey = readPublicKey(value);
  if (typeof publicKey === "string") {
    findings.push(finding("request/key", publicKey));
    return null;
  }
  const keyid = keyIdOf(keyObject(publicKey));
  if (claimed !== null && claimed !== keyid)
    findings.push(finding("request/key", `the keyid ${claimed}`, { expected: `the keyid ${keyid}` }));
  return { publicKey, keyid };
}

/** Or what is wrong with it. */
export function readPublicKey(value: JsonValue): PublicKey | string {
  try {
    return strictPublicKey(value);
  } catch (error) {
    const codes = ["key/not-our-spelling", "key/unfit"];
    if (error instanceof CeremonyError && codes.includes(error.code)) return error.found;
    throw error;
  }
}
