/** Compares JSON members that have no meaning of their own here: extra fields, whole values. */

import { canonicalBytes } from "./canonical.ts";
import type { Change } from "./changes.ts";
import { isObject } from "./json.ts";
import { isSameValue } from "./json-values.ts";
import { pointTo } from "./observer.ts";
import type { JsonObject, JsonValue } from "./types.ts";

/** Members of two objects that differ, but for those that are compared elsewhere. */
export function diffOther(
  where: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  isKnown: (name: string) => boolean,
): readonly Change[] {
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return Array.from(names).flatMap((name) => {
    const [was, is] = [before?.get(name), after?.get(name)];
    if (isKnown(name) || isEqual(was, is)) return [];
    const change = { before: canonicalText(was), after: canonicalText(is) };
    return [{ kind: "other", where: pointTo(where, name), ...change } as const];
  });
}

export function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : isSameValue(a, b);
}

export function canonicalText(value: JsonValue | undefined): string | null {
  return value === undefined ? null : new TextDecoder().decode(canonicalBytes(value));
}

/** Empty where there is no object of that name. */
export function objectAt(object: JsonObject | undefined, name: string): JsonObject {
  return objectOf(object?.get(name)) ?? new Map();
}

export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}
