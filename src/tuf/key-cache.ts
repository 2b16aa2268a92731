/**
 * The same few keys stand in every document of a chain, and checking that a key is sound costs more than a signature.
 * This remembers keys by their content; nobody can tell but by the time it takes.
 */

import { canonicalBytes } from "./canonical.ts";
import { isObject } from "./json.ts";
import { type ParsedKey, parseKeyObject } from "./keys.ts";
import type { JsonValue } from "./types.ts";

/** A chain of 256 roots that changes every key of nine each time has fewer. */
const MAX_REMEMBERED = 4096;

const remembered = new Map<string, ParsedKey>();
const decoder = new TextDecoder();

export function parseKeyObjectOnce(value: JsonValue): ParsedKey {
  const content = plainContent(value) ?? decoder.decode(canonicalBytes(value));
  const known = remembered.get(content);
  if (known !== undefined) return known;
  const key = parseKeyObject(value);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(content, key);
  return key;
}

/** For those who measure how long reading takes. */
export function forgetKeys(): void {
  remembered.clear();
}

/**
 * All that there is in a key of keytype, scheme and keyval.public and nothing else, which nearly every key is; null for
 * others. No canonical form begins with a line feed, and no two such keys have the same text: the lengths say where each
 * part ends.
 */
function plainContent(value: JsonValue): string | null {
  if (!isObject(value) || value.size !== 3) return null;
  const [keytype, scheme, keyval] = ["keytype", "scheme", "keyval"].map((name) => value.get(name));
  const encoded = onlyPublic(keyval);
  if (typeof keytype !== "string" || typeof scheme !== "string" || encoded === null) return null;
  return `\n${keytype.length} ${scheme.length} ${keytype}${scheme}${encoded}`;
}

function onlyPublic(keyval: JsonValue | undefined): string | null {
  const encoded = isObject(keyval) && keyval.size === 1 ? keyval.get("public") : undefined;
  return typeof encoded === "string" ? encoded : null;
}
