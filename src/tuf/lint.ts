/**
 * The strict judgement, for documents that we make: everything that the reader saw, by the profile `creating`, and
 * what only matters for documents that are still to be signed.
 */

import { CLIENT_LIMITS } from "./chain.ts";
import type { ReadableDocument, ReadDocument } from "./documents.ts";
import { isArray, isObject } from "./json.ts";
import type { ParsedKey } from "./keys.ts";
import { describe, Observer, pointTo } from "./observer.ts";
import { readDocument } from "./read-document.ts";
import { type Finding, judge } from "./rules.ts";
import { type JsonValue, type KeyId, SCHEMES } from "./types.ts";

/**
 * Every rule of the profile `creating` that the document breaks; errors forbid that it is signed. Signatures are judged
 * by their form only: whether they are valid and enough is `verifyChain`'s question. A document of a rehearsal
 * is an error here: lint the real one that it stands for.
 */
export function lintDocument(given: Uint8Array | ReadDocument): readonly Finding[] {
  const document = given instanceof Uint8Array ? readDocument(given) : given;
  const observer = new Observer();
  if (document.kind !== "unreadable") {
    checkSize(document, observer);
    checkNames(document.signed, "/signed", observer);
    if (document.kind === "root") checkSchemes(document.keys, "/signed/keys", observer);
    if (document.kind === "targets" && document.delegations !== null) {
      checkSchemes(document.delegations.keys, "/signed/delegations/keys", observer);
    }
  }
  return judge([...document.observations, ...observer.finish()], "creating");
}

function checkSize({ kind, sizeBytes }: ReadableDocument, observer: Observer): void {
  const limit = kind === "root" ? CLIENT_LIMITS.rootBytes : CLIENT_LIMITS.targetsBytes;
  if (sizeBytes > limit) observer.observe("document/size", "", `${sizeBytes} bytes, more than ${limit}`);
}

function checkSchemes(keys: ReadonlyMap<KeyId, ParsedKey>, where: string, observer: Observer): void {
  for (const [keyid, { scheme }] of keys) {
    const place = pointTo(where, keyid);
    if (!SCHEMES.some((known) => known === scheme))
      observer.observe("key/scheme-of-few", place, describe(scheme));
    if (scheme === "ecdsa-sha2-nistp384") observer.observe("key/p384", place, describe(scheme));
  }
}

/** Printable ASCII everywhere; a PEM's line feeds are the one thing beyond it that every encoder writes alike. */
function checkNames(value: JsonValue, where: string, observer: Observer): void {
  if (typeof value === "string") {
    const isPem = where.endsWith("/keyval/public");
    if (!(isPem ? /^[\n -~]*$/ : /^[ -~]*$/).test(value))
      observer.observe("document/names", where, describe(value));
  } else if (isArray(value)) {
    for (const [index, element] of value.entries()) checkNames(element, pointTo(where, index), observer);
  } else if (isObject(value)) {
    for (const [name, member] of value) {
      const place = pointTo(where, name);
      if (!/^[!-~]+$/.test(name)) observer.observe("document/names", place, describe(name));
      checkNames(member, place, observer);
    }
  }
}
