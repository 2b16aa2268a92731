/** What metadata says of a file, a target or other metadata: how long it is, and its hashes. */

import { isObject } from "./json.ts";
import type { JsonValue } from "./types.ts";

const HEX = /^(?:[0-9a-f]{2})+$/i;

/** LENGTH of TUF specification 1.0.34 §4.4 and §4.5: an integer number of bytes, however large. */
export function isLength(value: JsonValue | undefined): boolean {
  return (typeof value === "number" || typeof value === "bigint") && value >= 0;
}

/** HASHES: for at least one algorithm, whatever its name, a digest in hex. */
export function isHashes(value: JsonValue | undefined): boolean {
  if (!isObject(value) || value.size === 0) return false;
  return value.values().every((digest) => typeof digest === "string" && HEX.test(digest));
}
