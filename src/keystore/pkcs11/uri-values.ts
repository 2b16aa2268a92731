/**
 * The values of a PKCS#11 URI's attributes (RFC 7512 §2.3): out of their escapes, and into them.
 *
 * No error repeats a value, but for the one sign that should have been escaped: a PIN may stand in the wrong attribute.
 */
import { Buffer } from "node:buffer";
import { CeremonyError } from "../../errors.ts";
import { quote } from "../../tuf/quote.ts";

export type Part = "path" | "query";

const OBJECT_TYPES = ["public", "private", "cert", "secret-key", "data"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

export interface TextRule {
  readonly part: Part;
  readonly longestBytes: number;
}

/** What may stand without an escape: `unreserved` of RFC 3986, `pk11-path-res-avail`, `pk11-query-res-avail` (§2.3). */
const PLAIN = { path: /[\w.~:[\]@!$'()*+,=&-]/, query: /[\w.~:[\]@!$'()*+,=/?|-]/ } as const;

export function readText(name: string, { part, longestBytes }: TextRule, value: string): string {
  const bytes = readBytes(name, part, value);
  if (bytes.length > longestBytes) {
    throw refuse("value-too-long", `at most ${longestBytes} bytes as \`${name}\``, `${bytes.length}`);
  }
  const decoded = decodeUtf8(bytes);
  // C ends a string at a NUL; devices pad their own fields with it.
  if (decoded === null || (part === "query" && decoded.includes("\0"))) {
    throw refuse("not-text", `text in UTF-8 as \`${name}\``, "bytes that are none");
  }
  return decoded;
}

export function readBytes(name: string, part: Part, value: string): Uint8Array {
  const units = value.match(/%[\da-f]{2}|./gisu) ?? [];
  return Uint8Array.from(units, (unit) => {
    if (unit.length === 3) return Number.parseInt(unit.slice(1), 16);
    if (PLAIN[part].test(unit)) return unit.charCodeAt(0);
    const found = unit === "%" ? "`%` without them" : quote(unit);
    throw refuse(
      "escape",
      "all but a few signs as `%` and two hex digits",
      `${found} in the value of \`${name}\``,
    );
  });
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** One byte each; without a minor one it is 0 (§2.3). p11-kit keeps 255 for itself. */
export function readVersion(value: string): string {
  const [major = "", minor = "0", ...more] = value.split(".");
  const last = more.length === 0 ? minor : "";
  return `${readNumber("library-version", major, 254)}.${readNumber("library-version", last, 254)}`;
}

export function readNumber(name: string, value: string, largest: number): number {
  if (/^\d+$/.test(value) && Number(value) <= largest) return Number(value);
  const form = name === "slot-id" ? "a decimal number" : "`major.minor` in decimal";
  throw refuse("number", `${form} as \`${name}\`, up to ${largest}`, "something else");
}

export function readType(value: string): ObjectType {
  const type = OBJECT_TYPES.find((known) => known === value);
  if (type === undefined)
    throw refuse("type", `one of ${OBJECT_TYPES.join(", ")} as \`type\``, "something else");
  return type;
}

export function escapeValue(value: string | number | Uint8Array): string {
  const isId = value instanceof Uint8Array;
  const bytes = isId ? value : Buffer.from(String(value), "utf8");
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    if (!isId && /[\w.-]/.test(character)) return character;
    return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

/** `found` never has a value in it. */
export function refuse(
  code: string,
  expected: string,
  found: string,
  remedy = "Copy the token's URI from `tuf-ceremony token list` or `p11tool --list-token-urls`, in quotes.",
): CeremonyError {
  return new CeremonyError({ code: `uri/${code}`, exit: "usage", expected, found, remedy });
}
