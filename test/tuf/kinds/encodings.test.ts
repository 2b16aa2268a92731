/** Bytes, white space, depth and size: one document to one reader, another or none to the next. */

import { Buffer } from "node:buffer";
import { ADA, GRACE, json, keyIdOfTestKey, LINUS, sampleRoot } from "../../support/sample-metadata.ts";
import { makeTestKey } from "../../support/test-keys.ts";
import { bytes, judgeTraps, rootWith, type Trap, tampered } from "./traps.ts";

const text = new TextDecoder().decode(sampleRoot());
const utf16le = Buffer.from(text, "utf16le");
const utf16be = Buffer.from(utf16le).swap16();
const utf32 = Buffer.concat(Array.from(text, (letter) => Buffer.from([letter.charCodeAt(0), 0, 0, 0])));
const mark = Buffer.from("feff", "hex");

/** A root signed with "x": "#", the # being replaced by these bytes. */
function withBytes(hex: string): Uint8Array {
  const [before = "", after = ""] = new TextDecoder().decode(rootWith(["x"], "#")).split("#");
  return Buffer.concat([bytes(before), Buffer.from(hex, "hex"), bytes(after)]);
}

const wrongEncodings: Readonly<Record<string, Uint8Array>> = {
  "UTF-16, little end first": utf16le,
  "UTF-16, big end first": utf16be,
  "UTF-16 with its byte order mark": Buffer.concat([mark, utf16be]),
  "UTF-32": utf32,
  "a byte order mark behind the document": bytes(`${text}\ufeff`),
  "two byte order marks": bytes(`\ufeff\ufeff${text}`),
  "a byte order mark between tokens": tampered('"signed": {', '"signed":\ufeff{'),
  "compressed with gzip": Buffer.concat([Buffer.from("1f8b0800", "hex"), bytes(text)]),
  "Latin-1 in an unknown field": withBytes("e9"),
  "an overlong #": withBytes("c0a3"),
  "an overlong NUL": withBytes("c080"),
  "an overlong quotation mark that ends the text": withBytes("c0a2"),
  "an emoji as CESU-8": withBytes("eda0bdedb880"),
  "half an emoji": withBytes("eda0bd"),
  "beyond U+10FFFF": withBytes("f4908080"),
  "a sequence of five bytes": withBytes("f888808080"),
  "a character cut short": withBytes("e282"),
  "a continuation alone": withBytes("80"),
  "byte FF": withBytes("ff"),
  "a raw NUL in a text": withBytes("00"),
  "a raw line feed in a text": withBytes("0a"),
  "a raw tab in a text": withBytes("09"),
  "a NUL between tokens": tampered('"signed": {', '"signed":\0{'),
  "a NUL in front": bytes(`\0${text}`),
  "a NUL behind": bytes(`${text}\0`),
  "a page of base64": bytes(Buffer.from(text).toString("base64")),
};

const SIGNED_TEXTS: Readonly<Record<string, string>> = {
  "U+FEFF inside a text": "a\ufeffb",
  NUL: "\0",
  "all control characters": Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join(""),
  "DEL and C1": "\u007f\u0080\u009f",
  "line and paragraph separators": "\u2028\u2029",
  "right to left": "\u202eevil\u2066",
  "an emoji, a flag, a family": "🔑🇪🇺👩‍👩‍👧",
  noncharacters: "\ufffe\uffff\u{10ffff}",
  "NFC and NFD": "é e\u0301",
  "backslashes and quotes": '\\"\\\\"/',
};

const grammar: Readonly<Record<string, Uint8Array>> = {
  "form feed": tampered('"signed": {', '"signed":\f{'),
  "vertical tab": tampered('"signed": {', '"signed":\v{'),
  "no-break space": tampered('"signed": {', '"signed":\u00a0{'),
  "next line (U+0085)": tampered('"signed": {', '"signed":\u0085{'),
  "line separator": tampered('"signed": {', '"signed":\u2028{'),
  "ideographic space": tampered('"signed": {', '"signed":\u3000{'),
  "zero-width space": tampered('"signed": {', '"signed":\u200b{'),
  "a line comment": bytes(`// root\n${text}`),
  "a block comment": tampered('"signed": {', '/* root */ "signed": {'),
  "a comma behind the last member": bytes(text.replace(/\}\s*$/, ",}")),
  "a comma behind the last element": tampered(/\}\s*\],/, "},],"),
  "a comma too many": tampered('"signed": {', ',"signed": {'),
  "single quotes": tampered('"signed"', "'signed'"),
  "a name without quotes": tampered('"signed"', "signed"),
  "an equals sign": tampered('"signed":', '"signed"='),
  "two documents": bytes(text + text),
  "JSON text sequence (RFC 7464)": bytes(`\u001e${text}`),
  "a prefix against script inclusion": bytes(`)]}',\n${text}`),
  "a capital True": tampered('"consistent_snapshot": true', '"consistent_snapshot": True'),
  "a name cut short by the end": bytes(text.slice(0, text.indexOf("signed") + 3)),
  "an escape of a control letter": tampered('"root"', '"roo\\v"'),
  "an escape in eight digits": tampered('"root"', '"roo\\U00000074"'),
  "an escape in braces": tampered('"root"', '"roo\\u{74}"'),
};

const harmless: Readonly<Record<string, Uint8Array>> = {
  "carriage returns alone": bytes(text.replaceAll("\n", "\r")),
  "tabs and blank lines everywhere": bytes(`\t\r\n${text.replaceAll("\n", "\r\n\t ")}\n\n\t `),
  "every letter escaped": bytes(text.replace(/[a-z_](?=[a-z_]*":)/g, escapeOf)),
};

function escapeOf(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`;
}

const surrogates: Readonly<Record<string, string>> = {
  "a lone surrogate as a name": '"\\udc00": 1',
  "a lone surrogate beside a pair": '"x": "\\ud83d\\ud83d\\ude00"',
  "a pair the wrong way round": '"x": "\\ude00\\ud83d"',
  "a high surrogate before an escape": '"x": "\\ud83d\\n"',
};

/** `levels` of nesting in the whole document, two of which are the document and `signed`. */
const nestedLists = (levels: number) =>
  rootWith(["x"], json("[".repeat(levels - 2) + "]".repeat(levels - 2)));

function nestedText(levels: number, open: string, close: string): Uint8Array {
  return tampered('"signed"', `"x": ${open.repeat(levels)}${close.repeat(levels)}, "signed"`);
}

const depth: readonly Trap[] = [
  { name: "64 levels of lists", files: nestedLists(64), expected: "valid" },
  ...[65, 1000, 100_000].flatMap((levels): readonly Trap[] => [
    { name: `${levels} levels of lists`, files: nestedText(levels, "[", "]"), expected: "document/depth" },
    {
      name: `${levels} levels of objects`,
      files: nestedText(levels, '{"a":', "}"),
      expected: "document/depth",
    },
    { name: `${levels} levels never closed`, files: bytes("[".repeat(levels)), expected: "document/depth" },
  ]),
];

function padded(size: number): Uint8Array {
  return bytes(text + " ".repeat(size - bytes(text).length));
}

/** Sound keys, all of them root's but the online one; three sign. */
function rootOfKeys(count: number): Uint8Array {
  const keys = Array.from(
    { length: count - 1 },
    (_, index) => [ADA, GRACE, LINUS][index] ?? makeTestKey("ed25519"),
  );
  return sampleRoot({ keys, signers: [ADA, GRACE, LINUS] });
}

/** Root has that many keyids, of which all but three name nothing. */
function rootOfKeyIds(count: number): Uint8Array {
  const known = [ADA, GRACE, LINUS].map(keyIdOfTestKey);
  const more = Array.from({ length: count - 3 }, (_, index) => index.toString(16).padStart(64, "0"));
  return rootWith(["roles", "root", "keyids"], [...known, ...more]);
}

/** As many placeholders of strangers as fit. */
const strangers = Array.from({ length: 6000 }, (_, index) => `{"keyid": "${index}", "sig": ""}, `).join("");
const size: readonly Trap[] = [
  { name: "512,000 bytes", files: padded(512_000), expected: "valid" },
  { name: "512,001 bytes", files: padded(512_001), expected: "document/size" },
  {
    name: "512,001 bytes, the blanks in front",
    files: bytes(" ".repeat(512_000) + text),
    expected: "document/size",
  },
  { name: "a text of 500,000 letters", files: rootWith(["x"], "x".repeat(500_000)), expected: "valid" },
  {
    name: "a text of 600,000 letters",
    files: rootWith(["x"], "x".repeat(600_000)),
    expected: "document/size",
  },
  { name: "256 keys", files: rootOfKeys(256), expected: "valid" },
  { name: "257 keys", files: rootOfKeys(257), expected: "document/count" },
  {
    name: "256 keyids of a role",
    files: rootOfKeyIds(256),
    expected: "valid",
    warning: "role/dangling-keyid",
  },
  { name: "257 keyids of a role", files: rootOfKeyIds(257), expected: "document/count" },
  { name: "600,000 values", files: rootWith(["x"], Array(599_000).fill(0)), expected: "document/size" },
  {
    name: "six thousand placeholders of strangers",
    files: tampered('"signatures": [', `"signatures": [${strangers}`),
    expected: "valid",
    warning: "signature/empty",
  },
];

function each(
  expected: Trap["expected"],
  prefix: string,
  files: Readonly<Record<string, Uint8Array>>,
): readonly Trap[] {
  return Object.entries(files).map(([name, file]) => ({ name: `${prefix}: ${name}`, files: file, expected }));
}

judgeTraps([
  ...each("document/json", "encoding", wrongEncodings),
  ...each("document/json", "grammar", grammar),
  ...each("valid", "harmless", harmless),
  ...Object.entries(SIGNED_TEXTS).flatMap(([name, value]): readonly Trap[] => [
    { name: `text: ${name}`, files: rootWith(["x"], value), expected: "valid" },
    {
      name: `name: ${name}`,
      files: rootWith(["x"], json(JSON.stringify({ [value]: 1 }))),
      expected: "valid",
    },
  ]),
  ...Object.entries(surrogates).map(
    ([name, member]): Trap => ({
      name: `escapes: ${name}`,
      files: tampered('"signed"', `${member}, "signed"`),
      expected: "document/canonical",
    }),
  ),
  ...depth,
  ...size,
]);
