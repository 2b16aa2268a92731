/**
 * A strict JSON reader (RFC 8259) for documents that others wrote and that signatures depend on.
 *
 * Two readers that understand the same bytes differently are how a signed document comes to mean two things, so
 * everything on which readers are known to differ is refused: a byte order mark, invalid UTF-8, duplicate members,
 * lone surrogates, floats, exponents and `-0`. Integers of any size are exact. Depth and size are limited.
 */

import { CeremonyError, type Problem } from "../errors.ts";
import { type JsonLimits, JsonParser, JsonRefusal, refuse } from "./json-parser.ts";
import type { JsonValue } from "./types.ts";
import { decodeUtf8, findInvalidByte } from "./utf8.ts";

export { isArray, isObject, object } from "./json-values.ts";
export type { JsonLimits };

export type ParsedJson =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: Problem };

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Throws CeremonyError `json/too-large`, `json/not-utf8`, `json/byte-order-mark`, `json/syntax`,
 * `json/number`, `json/lone-surrogate`, `json/duplicate-member` or `json/too-deep`.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits = {}): JsonValue {
  const result = tryParseJson(bytes, limits);
  if (!result.ok) throw new CeremonyError(result.problem);
  return result.value;
}

/** The same as a value: the problem carries the code that `parseJson` would throw. */
export function tryParseJson(bytes: Uint8Array, limits: JsonLimits = {}): ParsedJson {
  const maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
  try {
    if (bytes.length > maxBytes) refuse("too-large", `at most ${maxBytes} bytes`, `${bytes.length} bytes`);
    const parser = new JsonParser(decode(bytes), limits);
    return { ok: true, value: parser.parseDocument() };
  } catch (error) {
    if (error instanceof JsonRefusal) return { ok: false, problem: error.problem };
    throw error;
  }
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    refuse("byte-order-mark", "JSON without a byte order mark", "bytes ef bb bf at byte 0");
  }
  const text = decodeUtf8(bytes);
  if (text !== null) return text;
  const offset = findInvalidByte(bytes);
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, "0");
  return refuse("not-utf8", "UTF-8", `byte 0x${byte} at byte ${offset}, which starts no valid character`);
}
