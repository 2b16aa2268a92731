/** The object `keys` of root and of delegations (TUF specification 1.0.34 §4.2, §4.3, §4.5). */

import { isObject } from "./json.ts";
import { parseKeyObjectOnce } from "./key-cache.ts";
import { type ParsedKey, spellKeyObject } from "./keys.ts";
import { describe, type Observer, observeUnknownFields, pointTo } from "./observer.ts";
import type { JsonObject, JsonValue, KeyId } from "./types.ts";

const KEY_FIELDS: ReadonlySet<string> = new Set(["keytype", "scheme", "keyval"]);
const KEYVAL_FIELDS: ReadonlySet<string> = new Set(["public"]);

/** `spelling`: of very many keys, which are looked at closely only when they have signed something (threshold.ts). */
export function readKeys(keys: JsonObject, depth: "whole" | "spelling"): ReadonlyMap<KeyId, ParsedKey> {
  const read = depth === "whole" ? parseKeyObjectOnce : spellKeyObject;
  return new Map(Array.from(keys, ([keyid, value]) => [keyid as KeyId, read(value)]));
}

/** What is wrong with the keys. `used`: those that some role names. */
export function checkKeys(
  keys: ReadonlyMap<KeyId, ParsedKey>,
  used: ReadonlySet<KeyId>,
  where: string,
  observer: Observer,
): void {
  for (const [keyid, key] of keys) {
    const place = pointTo(where, keyid);
    checkForm(key.wire, place, observer);
    if (key.unusualSpelling !== null) observer.observe("key/spelling", place, key.unusualSpelling);
    if (key.problem !== undefined) {
      const isHarmless = !used.has(keyid) && key.problem.rule !== "key/unknown-scheme";
      observer.observe(isHarmless ? "key/unusable-unused" : key.problem.rule, place, key.problem.text);
    }
    if (key.problem?.rule === "key/shape") continue;
    if (keyid === key.computedKeyId) continue;
    const rule = keyid === key.computedShortKeyId ? "key/keyid-partial" : "key/keyid";
    observer.observe(rule, place, `${describe(keyid)} for the key ${key.computedKeyId}`);
  }
}

function checkForm(wire: JsonValue, where: string, observer: Observer): void {
  if (!isObject(wire)) return;
  observeUnknownFields(wire, KEY_FIELDS, where, observer, "key/extra-field");
  observePrivate(wire, where, observer);
  const keyval = wire.get("keyval");
  if (!isObject(keyval)) return;
  observeUnknownFields(keyval, KEYVAL_FIELDS, pointTo(where, "keyval"), observer, "key/extra-field");
  observePrivate(keyval, pointTo(where, "keyval"), observer);
}

/** Whatever is called private and is not empty; securesystemslib writes `"private": ""`. */
function observePrivate(members: JsonObject, where: string, observer: Observer): void {
  for (const [name, value] of members) {
    const isSomething =
      typeof value === "string" ? value !== "" : typeof value === "object" && value !== null;
    if (/^private/i.test(name) && isSomething)
      observer.observe("key/private", pointTo(where, name), "a private key");
  }
}
