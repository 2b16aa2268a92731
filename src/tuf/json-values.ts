/** Making, telling apart and comparing the values that json.ts reads. */

import { quote } from "./quote.ts";
import type { JsonObject, JsonValue } from "./types.ts";

/** Builds an object in the given order; a name given twice is a mistake in this program. */
export function object(members: Iterable<readonly [string, JsonValue]>): JsonObject {
  const map = new Map<string, JsonValue>();
  for (const [name, value] of members) {
    if (map.has(name)) throw new TypeError(`member ${quote(name)} given twice`);
    map.set(name, value);
  }
  return map;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Equal values, whatever order their members are in. */
export function isSameValue(a: JsonValue, b: JsonValue): boolean {
  if (isObject(a)) {
    if (!isObject(b) || a.size !== b.size) return false;
    return a.entries().every(([name, value]) => {
      const other = b.get(name);
      return other !== undefined && isSameValue(value, other);
    });
  }
  if (isArray(a)) {
    return (
      isArray(b) &&
      a.length === b.length &&
      a.every((element, index) => isSameValue(element, b[index] ?? null))
    );
  }
  return a === b;
}
