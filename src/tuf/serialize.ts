/**
 * The bytes of a metadata file: ordinary JSON around what was signed.
 *
 * Members are in the order of code points in both styles, so a document has one file per style. Strings are escaped as
 * JSON.stringify does, integers are exact: read again, `signed` has the identical canonical form.
 */

import { integerText, sortedMembers } from "./canonical.ts";
import { isObject, object } from "./json.ts";
import type { JsonObject, JsonValue, Signature } from "./types.ts";

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
  const text = style === "compact" ? write(value, null) : `${write(value, "\n")}\n`;
  return new TextEncoder().encode(text);
}

/** `lineBreak`: a line feed and the indentation of the line that the value begins on; null in compact style. */
function write(value: JsonValue, lineBreak: string | null): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "bigint") return integerText(value);
  if (value === null || typeof value === "boolean") return String(value);
  const inner = lineBreak === null ? null : `${lineBreak} `;
  if (!isObject(value))
    return enclose(
      "[",
      value.map((element) => write(element, inner)),
      "]",
      lineBreak,
    );
  const colon = lineBreak === null ? ":" : ": ";
  const members = sortedMembers(value).map(
    ([name, member]) => `${JSON.stringify(name)}${colon}${write(member, inner)}`,
  );
  return enclose("{", members, "}", lineBreak);
}

function enclose(open: string, items: readonly string[], close: string, lineBreak: string | null): string {
  if (lineBreak === null || items.length === 0) return `${open}${items.join(",")}${close}`;
  return `${open}${lineBreak} ${items.join(`,${lineBreak} `)}${lineBreak}${close}`;
}
