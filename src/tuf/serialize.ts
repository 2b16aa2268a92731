/**
 * The bytes of a metadata file: ordinary JSON around what was signed.
 *
 * Members are in the order of code points in both styles, so a document has one file per style. Strings are escaped as
 * JSON.stringify does, integers are exact: read again, `signed` has the identical canonical form.
 */

import { integerText, sortedMembers } from "./canonical.ts";
import { isObject, object } from "./json.ts";
import type { JsonObject, JsonValue, Signature } from "./types.ts";
import { Utf8Writer } from "./utf8-writer.ts";

/**
 * - `indented`: by one space, with a line feed at the end: people read and diff it (root, targets).
 * - `compact`: no white space at all, no line feed at the end (bins: indented, 16,384 of them pass tuf-js's
 *   5,000,000-byte limit).
 */
export type FileStyle = "indented" | "compact";

export function serializeDocument(
  signed: JsonObject,
  signatures: readonly Signature[],
  style: FileStyle,
): Uint8Array {
  const document = object([
    [
      "signatures",
      signatures.map(({ keyid, sig }) =>
        object([
          ["keyid", keyid],
          ["sig", sig],
        ]),
      ),
    ],
    ["signed", signed],
  ]);
  return serializeJson(document, style);
}

/** Any value in the same two styles. */
export function serializeJson(value: JsonValue, style: FileStyle): Uint8Array {
  const writer = new Utf8Writer();
  writeValue(value, style === "compact" ? COMPACT : INDENTED, writer);
  if (style === "indented") writer.write("\n");
  return writer.finish();
}

interface Layout {
  readonly colon: string;
  /** What the line of the value itself begins with, and the lines inside it; empty in compact style. */
  readonly outer: string;
  readonly inner: string;
}

const COMPACT: Layout = { colon: ":", outer: "", inner: "" };
const INDENTED: Layout = { colon: ": ", outer: "\n", inner: "\n " };

function deeper(layout: Layout): Layout {
  return layout === COMPACT ? COMPACT : { ...layout, outer: layout.inner, inner: `${layout.inner} ` };
}

function writeValue(value: JsonValue, layout: Layout, writer: Utf8Writer): void {
  if (typeof value === "string") writer.write(JSON.stringify(value));
  else if (typeof value === "number" || typeof value === "bigint") writer.write(integerText(value));
  else if (value === null || typeof value === "boolean") writer.write(String(value));
  else if (isObject(value)) writeObject(value, layout, writer);
  else writeArray(value, layout, writer);
}

function writeObject(object: JsonObject, layout: Layout, writer: Utf8Writer): void {
  if (object.size === 0) return writer.write("{}");
  const inside = deeper(layout);
  let before = "{";
  for (const [name, member] of sortedMembers(object)) {
    writer.write(`${before}${layout.inner}${JSON.stringify(name)}${layout.colon}`);
    writeValue(member, inside, writer);
    before = ",";
  }
  writer.write(`${layout.outer}}`);
}

function writeArray(elements: readonly JsonValue[], layout: Layout, writer: Utf8Writer): void {
  if (elements.length === 0) return writer.write("[]");
  const inside = deeper(layout);
  let before = "[";
  for (const element of elements) {
    writer.write(`${before}${layout.inner}`);
    writeValue(element, inside, writer);
    before = ",";
  }
  writer.write(`${layout.outer}]`);
}
