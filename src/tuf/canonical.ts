/**
 * OLPC canonical JSON: the bytes that TUF signatures and keyids are made over (TUF specification 1.0.34 §4.1).
 *
 * It is not RFC 8785: only `"` and `\` are escaped, so that a PEM's line feeds go in raw, and members are in the
 * order of code points, not of UTF-16 code units. Integers are exact; there are no floats.
 */

import { isObject } from "./json.ts";
import type { JsonObject, JsonValue } from "./types.ts";
import { Utf8Writer } from "./utf8-writer.ts";

/** UTF-8. Throws TypeError where the value could not have come from a JSON document: a float, a lone surrogate. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  const writer = new Utf8Writer();
  writeValue(value, writer);
  return writer.finish();
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
export function sortedMembers(object: JsonObject): Iterable<readonly [string, JsonValue]> {
  // Nearly every document that was published is in this order already.
  if (isSorted(object.keys())) return object;
  return Array.from(object).sort(([a], [b]) => compareCodePoints(a, b));
}

function isSorted(names: Iterable<string>): boolean {
  let previous: string | undefined;
  for (const name of names) {
    if (previous !== undefined && compareCodePoints(previous, name) > 0) return false;
    previous = name;
  }
  return true;
}

function writeValue(value: JsonValue, writer: Utf8Writer): void {
  if (typeof value === "string") writer.write(quoted(value));
  else if (typeof value === "number" || typeof value === "bigint") writer.write(integerText(value));
  else if (value === null || typeof value === "boolean") writer.write(String(value));
  else if (isObject(value)) writeObject(value, writer);
  else writeArray(value, writer);
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

function writeObject(object: JsonObject, writer: Utf8Writer): void {
  if (object.size === 0) return writer.write("{}");
  let before = "{";
  for (const [name, value] of sortedMembers(object)) {
    writer.write(`${before}${quoted(name)}:`);
    writeValue(value, writer);
    before = ",";
  }
  writer.write("}");
}

function writeArray(elements: readonly JsonValue[], writer: Utf8Writer): void {
  if (elements.length === 0) return writer.write("[]");
  let before = "[";
  for (const element of elements) {
    writer.write(before);
    writeValue(element, writer);
    before = ",";
  }
  writer.write("]");
}
