/**
 * The same few keys stand in every document of a chain, and checking that a key is sound costs more than a signature.
 * This remembers keys by their content; nobody can tell but by the time it takes.
 */

import { canonicalBytes } from "./canonical.ts";
import { type ParsedKey, parseKeyObject } from "./keys.ts";
import type { JsonValue } from "./types.ts";

/** A chain of 256 roots that changes every key of nine each time has fewer. */
const MAX_REMEMBERED = 4096;

const remembered = new Map<string, ParsedKey>();
const decoder = new TextDecoder();

export function parseKeyObjectOnce(value: JsonValue): ParsedKey {
  const content = decoder.decode(canonicalBytes(value));
  const known = remembered.get(content);
  if (known !== undefined) return known;
  const key = parseKeyObject(value);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(content, key);
  return key;
}
