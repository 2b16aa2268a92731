/**
 * PKCS#11 URIs (RFC 7512): how a command line names a token, or a key on it.
 *
 * Stricter than the RFC wherever leniency could mean another token than the one that was meant:
 *
 * - An attribute that is not known, a vendor's own included, is refused. In the path the RFC wants it to match nothing
 *   (§2.5); in the query it may be ignored, but then `x-pin-value` of some tools would pass for a name.
 * - Names are lower case, as everybody writes them, p11tool included; only the scheme may be in any case (RFC 3986 §3.1).
 * - No attribute comes twice (§2.3, §2.4), no escape is broken, no text is anything but UTF-8.
 * - A value longer than its field in CK_TOKEN_INFO, CK_SLOT_INFO or CK_INFO could match nothing.
 *
 * PINs are typed. `pin-value`, and a name that only resembles it, is refused before anything else is looked at; and no
 * error here repeats any attribute's value, since a PIN may stand in the wrong one.
 *
 * What is written is what p11tool (GnuTLS, by p11-kit) writes, byte for byte: its order of attributes, and every byte
 * escaped in upper case except letters, digits, `-`, `_` and `.`; of an id, every byte.
 */
import { Buffer } from "node:buffer";
import { quote } from "../../tuf/quote.ts";
import { readTokenInfo, type TokenInfo } from "./token-info.ts";
import {
  escapeValue,
  type ObjectType,
  type Part,
  readBytes,
  readNumber,
  readText,
  readType,
  readVersion,
  refuse,
  type TextRule,
} from "./uri-values.ts";

export type { ObjectType } from "./uri-values.ts";

/** Decoded. An attribute that is absent matches everything. */
export interface Pkcs11Uri {
  /** The token's label, 32 bytes at most. */
  readonly token?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly serial?: string | undefined;
  readonly model?: string | undefined;
  readonly libraryManufacturer?: string | undefined;
  readonly libraryDescription?: string | undefined;
  /** `major.minor` */
  readonly libraryVersion?: string | undefined;
  readonly slotManufacturer?: string | undefined;
  readonly slotDescription?: string | undefined;
  readonly slotId?: number | undefined;
  /** CKA_LABEL */
  readonly object?: string | undefined;
  readonly type?: ObjectType | undefined;
  /** CKA_ID */
  readonly id?: Uint8Array | undefined;
  /** Where somebody wants a PIN to be read from. Nothing here does: callers refuse it. */
  readonly pinSource?: string | undefined;
  readonly moduleName?: string | undefined;
  /** Absolute. */
  readonly modulePath?: string | undefined;
}

type Draft = { -readonly [Field in keyof Pkcs11Uri]: Pkcs11Uri[Field] };
type TextField = Exclude<keyof Pkcs11Uri, "libraryVersion" | "slotId" | "type" | "id">;

type Attribute =
  | (TextRule & { readonly kind: "text"; readonly field: TextField })
  | { readonly part: Part; readonly kind: "version"; readonly field: "libraryVersion" }
  | { readonly part: Part; readonly kind: "number"; readonly field: "slotId" }
  | { readonly part: Part; readonly kind: "type"; readonly field: "type" }
  | { readonly part: Part; readonly kind: "bytes"; readonly field: "id" };

const LONGEST_CHARACTERS = 2048;
const SCHEME = /^pkcs11:/i;

function text(part: Part, field: TextField, longestBytes = LONGEST_CHARACTERS): Attribute {
  return { part, kind: "text", field, longestBytes };
}

/** In the order in which p11-kit writes them. */
const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ["library-description", text("path", "libraryDescription", 32)],
  ["library-manufacturer", text("path", "libraryManufacturer", 32)],
  ["library-version", { part: "path", kind: "version", field: "libraryVersion" }],
  ["slot-description", text("path", "slotDescription", 64)],
  ["slot-manufacturer", text("path", "slotManufacturer", 32)],
  ["slot-id", { part: "path", kind: "number", field: "slotId" }],
  ["model", text("path", "model", 16)],
  ["manufacturer", text("path", "manufacturer", 32)],
  ["serial", text("path", "serial", 16)],
  ["token", text("path", "token", 32)],
  ["id", { part: "path", kind: "bytes", field: "id" }],
  ["object", text("path", "object")],
  ["type", { part: "path", kind: "type", field: "type" }],
  ["pin-source", text("query", "pinSource")],
  ["module-name", text("query", "moduleName")],
  ["module-path", text("query", "modulePath")],
]);

const DELIMITER = { path: ";", query: "&" } as const;

/** Throws `uri/…` with the exit `usage`, and nothing else. */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  if (uri.length > LONGEST_CHARACTERS)
    throw refuse("too-long", `at most ${LONGEST_CHARACTERS} characters`, `${uri.length}`);
  if (holdsPin(uri)) {
    const remedy =
      "Leave the PIN out: it is typed when it is asked for. Change it if others could see it here.";
    throw refuse("pin-value", "a PKCS#11 URI without a PIN", "one with a PIN in it", remedy);
  }
  if (!SCHEME.test(uri)) throw refuse("scheme", "a PKCS#11 URI, `pkcs11:…`", "a text that begins otherwise");
  const rest = uri.replace(SCHEME, "");
  const mark = rest.indexOf("?");
  const draft: Draft = {};
  readPart("path", mark === -1 ? rest : rest.slice(0, mark), draft);
  if (mark !== -1) readPart("query", rest.slice(mark + 1), draft);
  if (draft.modulePath?.startsWith("/") === false)
    throw refuse("module-path", "an absolute path as `module-path` (RFC 7512 §2.4)", "another one");
  return draft;
}

/** Canonical: two URIs mean the same if this gives the same for both. */
export function formatPkcs11Uri(uri: Pkcs11Uri): string {
  const write = (part: Part) =>
    [...ATTRIBUTES]
      .filter(([, attribute]) => attribute.part === part)
      .flatMap(([name, { field }]) => {
        const value = uri[field];
        return value === undefined ? [] : [`${name}=${escapeValue(value)}`];
      })
      .join(DELIMITER[part]);
  const query = write("query");
  return `pkcs11:${write("path")}${query === "" ? "" : `?${query}`}`;
}

/** A token's own URI, as `p11tool --list-token-urls` prints it. */
export function tokenUri(info: TokenInfo): string {
  return formatPkcs11Uri(describeToken(info));
}

/** The URI of a key pair on a token: of both halves, so without `type`. `id` is CKA_ID in hex. */
export function keyUri(info: TokenInfo, key: { readonly label: string; readonly id: string }): string {
  return formatPkcs11Uri({
    ...describeToken(info),
    id: key.id === "" ? undefined : Buffer.from(key.id, "hex"),
    object: key.label === "" ? undefined : known(key.label),
  });
}

/**
 * Whether this token may be the one that is meant (RFC 7512 §2.5). Values are compared as the token's own are read:
 * without padding. What a `TokenInfo` can't answer for (`attributesBeyondToken`) matches no token.
 */
export function matchToken(uri: Pkcs11Uri, info: TokenInfo): boolean {
  const asked = readTokenInfo({
    label: uri.token ?? "",
    manufacturerID: uri.manufacturer ?? "",
    serialNumber: uri.serial ?? "",
    model: uri.model ?? "",
    ...NOTHING_ELSE,
  });
  return (
    attributesBeyondToken(uri).length === 0 &&
    (uri.token === undefined || asked.label === known(info.label)) &&
    (uri.manufacturer === undefined || asked.manufacturer === known(info.manufacturer)) &&
    (uri.serial === undefined || asked.serial === known(info.serial)) &&
    (uri.model === undefined || asked.model === known(info.model))
  );
}

/** The names of the URI's attributes about the library and the slot, for callers to refuse with a reason. */
export function attributesBeyondToken(uri: Pkcs11Uri): readonly string[] {
  return [...ATTRIBUTES]
    .filter(([name, { field }]) => /^(?:library|slot)-/.test(name) && uri[field] !== undefined)
    .map(([name]) => name);
}

const NOTHING_ELSE = { flags: 0, minPinLen: 0, maxPinLen: 0, firmwareVersion: { major: 0, minor: 0 } };

function describeToken(info: TokenInfo): Pkcs11Uri {
  return {
    model: known(info.model),
    manufacturer: known(info.manufacturer),
    serial: known(info.serial),
    token: known(info.label),
  };
}

/** The addon replaces bytes that are no UTF-8: what they were is lost, so they can neither be written nor matched. */
function known(value: string): string | undefined {
  return value.includes("\ufffd") ? undefined : value;
}

/**
 * Any attribute's name, wherever it stands and however it is spelt, that says that a PIN follows. The second pattern is
 * for a wrong delimiter before it; a value with these characters in it has its `=` escaped by whoever escapes at all.
 */
function holdsPin(uri: string): boolean {
  const names = uri.split(/[;&?]/).map((piece) => unescapeName(piece.split("=", 1)[0] ?? ""));
  return (
    names.some((name) => /pin[-_]?value|(?:^|[^a-z])pin$/i.test(name)) || /pin[-_]?value\s*[=:]/i.test(uri)
  );
}

function unescapeName(name: string): string {
  return name.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function readPart(part: Part, body: string, draft: Draft): void {
  if (body === "") return;
  for (const piece of body.split(DELIMITER[part])) {
    const equals = piece.indexOf("=");
    if (equals === -1) {
      throw refuse(
        "syntax",
        "attributes as `name=value`, with `;` between them, after `?` with `&`",
        "another form",
      );
    }
    const name = piece.slice(0, equals);
    const attribute = ATTRIBUTES.get(name);
    if (attribute?.part !== part) {
      const all = [...ATTRIBUTES].filter(([, known]) => known.part === part).map(([known]) => known);
      const found = /^[\w-]+$/.test(name) ? quote(name, 40) : "something that is no name";
      throw refuse("unknown-attribute", `in the ${part} only ${all.join(", ")}`, found);
    }
    if (draft[attribute.field] !== undefined)
      throw refuse("duplicate", "each attribute once", `two of \`${name}\``);
    readValue(name, attribute, piece.slice(equals + 1), draft);
  }
}

function readValue(name: string, attribute: Attribute, value: string, draft: Draft): void {
  switch (attribute.kind) {
    case "text":
      draft[attribute.field] = readText(name, attribute, value);
      return;
    case "bytes":
      draft.id = readBytes(name, attribute.part, value);
      return;
    case "version":
      draft.libraryVersion = readVersion(value);
      return;
    case "number":
      draft.slotId = readNumber(name, value, Number.MAX_SAFE_INTEGER);
      return;
    case "type":
      draft.type = readType(value);
      return;
    default:
      attribute satisfies never;
  }
}
