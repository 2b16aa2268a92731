/**
 * OLPC canonical JSON: the bytes that TUF signatures and keyids are made over (TUF specification 1.0.34 §4.1).
 *
 * It is not RFC 8785: only `"` and `\` are escaped, so that a PEM's line feeds go in raw, and members are in the
 * order of code points, not of UTF-16 code units. Integers are exact; there are no floats.
 */

import { isObject } from "./json.ts";
import type { JsonObject, JsonValue } from "./types.ts";

/** UTF-8. Throws TypeError where the value could not have come from a JSON document: a float, a lone surrogate. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  const text = canonicalText(value);
  if (!text.isWellFormed()) throw new TypeError("canonical JSON has no lone surrogates");
  return new TextEncoder().encode(text);
}

/** Orders as the UTF-8 bytes do. UTF-16 code units differ from that where a surrogate meets U+E000 to U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) {
      const leftIsHigh = (left & 0xf800) === 0xd800;
      const rightIsHigh = (right & 0xf800) === 0xd800;
      return leftIsHigh === rightIsHigh ? left - right : leftIsHigh ? 1 : -1;
    }
  }
  return a.length - b.length;
}

/** The members in the order of their names' code points. */
export function sortedMembers(object: JsonObject): [string, JsonValue][] {
  return Array.from(object).sort(([a], [b]) => compareCodePoints(a, b));
}

function canonicalText(value: JsonValue): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
    case "bigint":
      return integerText(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      if (value === null) return "null";
      return isObject(value) ? objectText(value) : arrayText(value);
  }
}

function quoted(text: string): string {
  return text.includes('"') || text.includes("\\") ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"${text}"`;
}

/** Exact decimal digits. Throws TypeError for a number that is no safe integer: its digits would be a guess. */
export function integerText(value: number | bigint): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new TypeError(`canonical JSON has exact integers only, not ${value}`);
  }
  return String(value);
}

function objectText(object: JsonObject): string {
  let text = "{";
  for (const [name, value] of sortedMembers(object)) {
    text += `${text === "{" ? "" : ","}${quoted(name)}:${canonicalText(value)}`;
  }
  return `${text}}`;
}

function arrayText(elements: readonly JsonValue[]): string {
  let text = "[";
  for (const [index, element] of elements.entries())
    text += `${index === 0 ? "" : ","}${canonicalText(element)}`;
  return `${text}]`;
}
