/** The shapes of the whole document, of `signed`, of `signatures`, and of the simple fields of a root. */

import { Buffer } from "node:buffer";
import { isObject, object, parseJson } from "../../../src/tuf/json.ts";
import { serializeJson } from "../../../src/tuf/serialize.ts";
import type { JsonValue } from "../../../src/tuf/types.ts";
import { ADA, GRACE, json, keyIdOfTestKey, replaceAt, sampleRoot } from "../../support/sample-metadata.ts";
import { ADA_ID, bytes, judgeTraps, rename, rootWith, type Trap, tampered } from "./traps.ts";

const document = parseJson(sampleRoot());
const signed = isObject(document) ? (document.get("signed") ?? null) : null;
const write = (value: JsonValue) => serializeJson(value, "compact");
const changed = (path: readonly (string | number)[], value: JsonValue | undefined) =>
  write(replaceAt(document, path, value));
const base64 = (value: JsonValue) => Buffer.from(write(value)).toString("base64");

const WRONG: Readonly<Record<string, JsonValue>> = {
  null: null,
  true: true,
  "a number": 7,
  "a text": "text",
  "an empty text": "",
  "an empty list": [],
  "a list": [1],
  "an empty object": new Map(),
};

/** Every wrong value but those that are right there. */
function wrongly(
  name: string,
  ok: readonly string[],
  make: (value: JsonValue) => Omit<Trap, "name">,
): readonly Trap[] {
  return Object.entries(WRONG)
    .filter(([kind]) => !ok.includes(kind))
    .map(([kind, value]) => ({ name: `${name} is ${kind}`, ...make(value) }));
}

const documents: Readonly<Record<string, Uint8Array>> = {
  "a number": bytes("1"),
  "a text that holds the document": write(new TextDecoder().decode(sampleRoot())),
  "the signed part alone": write(signed),
  "a DSSE envelope": write(
    object([
      ["payloadType", "application/vnd.tuf+json"],
      ["payload", base64(signed)],
      ["signatures", []],
    ]),
  ),
  "a DSSE envelope that has `signed` as a text": changed(["signed"], base64(signed)),
  "`Signed` in upper case": write(rename(document, "signed", "Signed")),
  "the document inside `signed`": changed(["signed"], document),
};

const fields: readonly Trap[] = [
  ...wrongly("signed", ["an empty object"], (value) => ({
    files: changed(["signed"], value),
    expected: "document/envelope",
  })),
  ...wrongly("signatures", ["an empty list", "a list"], (value) => ({
    files: changed(["signatures"], value),
    expected: "document/envelope",
  })),
  { name: "signatures is missing", files: changed(["signatures"], undefined), expected: "document/envelope" },
  {
    name: "`Signatures` in upper case",
    files: write(rename(document, "signatures", "Signatures")),
    expected: "document/envelope",
  },
  { name: "signed is an empty object", files: changed(["signed"], new Map()), expected: "document/type" },
  ...wrongly("a signature more", [], (value) => ({
    files: changed(["signatures", 2], value),
    expected: "signature/shape",
  })),
  ...wrongly("keyid", ["a text", "an empty text"], (value) => ({
    files: changed(["signatures", 2, "keyid"], value),
    expected: "signature/shape",
  })),
  ...wrongly("sig", ["a text", "an empty text"], (value) => ({
    files: changed(["signatures", 2, "sig"], value),
    expected: "signature/shape",
  })),
  ...["keyid", "sig"].map(
    (member): Trap => ({
      name: `a signature without ${member}`,
      files: changed(["signatures", 2, member], undefined),
      expected: "signature/shape",
    }),
  ),
  {
    name: "a list of signatures in the list",
    files: tampered(/"signatures": \[([^\]]*)\]/, '"signatures": [[]]'),
    expected: "signature/shape",
  },
  ...wrongly("_type", [], (value) => ({ files: rootWith(["_type"], value), expected: "document/type" })),
  ...wrongly("spec_version", [], (value) => ({
    files: rootWith(["spec_version"], value),
    expected: "document/spec-version",
  })),
  ...wrongly("version", ["a number"], (value) => ({
    files: rootWith(["version"], value),
    expected: "document/version",
  })),
  ...wrongly("consistent_snapshot", ["true"], (value) => ({
    files: rootWith(["consistent_snapshot"], value),
    expected: "root/consistent-snapshot",
  })),
  ...wrongly("keys", ["an empty object"], (value) => ({
    files: rootWith(["keys"], value),
    expected: "root/keys",
  })),
  ...wrongly("roles", ["an empty object"], (value) => ({
    files: rootWith(["roles"], value),
    expected: "root/keys",
  })),
  { name: "keys is empty", files: rootWith(["keys"], new Map()), expected: "threshold/own" },
  { name: "roles is empty", files: rootWith(["roles"], new Map()), expected: "role/missing" },
  ...wrongly("a key", [], (value) => ({ files: rootWith(["keys", ADA_ID], value), expected: "key/shape" })),
  ...["keytype", "scheme"].flatMap((member) =>
    wrongly(member, ["a text"], (value) => ({
      files: rootWith(["keys", ADA_ID, member], value),
      expected: "key/shape",
    })),
  ),
  ...wrongly("keyval", [], (value) => ({
    files: rootWith(["keys", ADA_ID, "keyval"], value),
    expected: "key/shape",
  })),
  ...wrongly("a public key", ["a text", "an empty text"], (value) => ({
    files: rootWith(["keys", ADA_ID, "keyval", "public"], value),
    expected: "key/shape",
  })),
];

const TYPES = [
  "ROOT",
  "root ",
  " root",
  "root\0",
  "root\n",
  "rооt",
  "ｒｏｏｔ",
  "roots",
  "root.json",
  "rehearsal-",
];
const GOOD_SPEC_VERSIONS = ["1.0", "1.0.0", "1.0.34", "1.99.99", "1.2"];
const BAD_SPEC_VERSIONS = [
  ...[
    "1.",
    "1.0.",
    ".1.0",
    "1..0",
    "1.0.0.0",
    "01.0.0",
    "v1.0.0",
    "1.0.0 ",
    " 1.0.0",
    "1.0.0\n",
    "1,0",
    "1.-1.0",
  ],
  ...[
    "0.9.0",
    "10.0.0",
    "2.0",
    "11",
    "1.x",
    "1.0.0+build",
    "1.0.0-1.0.0",
    "1.0e0.0",
    "１.0.0",
    "1.0.²",
    "latest",
  ],
];

const texts: readonly Trap[] = [
  ...TYPES.map(
    (type): Trap => ({
      name: `_type is ${JSON.stringify(type)}`,
      files: rootWith(["_type"], type),
      expected: "document/type",
    }),
  ),
  ...GOOD_SPEC_VERSIONS.map(
    (version): Trap => ({
      name: `spec_version ${version}`,
      files: rootWith(["spec_version"], version),
      expected: "valid",
    }),
  ),
  ...BAD_SPEC_VERSIONS.map(
    (version): Trap => ({
      name: `spec_version ${JSON.stringify(version)}`,
      files: rootWith(["spec_version"], version),
      expected: "document/spec-version",
    }),
  ),
];

const spoiled = (sig: string) => tampered(/"sig": "[^"]*"/, `"sig": "${sig}"`);
const GRACE_ID = keyIdOfTestKey(GRACE);

/** Two of three have signed: one spoiled signature does no harm, and helps nobody. */
const spelledSignatures: readonly Trap[] = [
  ...["0x00", "00 00", "00:00", "\\u0000", "é", "00\\n", "ａｂ", "g0", "abc"].map(
    (sig): Trap => ({
      name: `one signature is ${sig}`,
      files: spoiled(sig),
      expected: "valid",
      warning: "signature/not-hex",
    }),
  ),
  {
    name: "one signature is a megabyte of zeros, which no client reads to its end",
    files: spoiled("00".repeat(400_000)),
    expected: "document/size",
  },
  {
    name: "one signature is a quarter of a megabyte long",
    files: spoiled("00".repeat(125_000)),
    expected: "valid",
  },
  {
    name: "two placeholders of one stranger",
    files: tampered('"signatures": [', `"signatures": [${'{"keyid": "x", "sig": ""}, '.repeat(2)}`),
    expected: "signature/duplicate-keyid",
  },
  {
    name: "a placeholder in front of the genuine signature",
    files: tampered('"signatures": [', `"signatures": [{"keyid": "${GRACE_ID}", "sig": ""}, `),
    expected: "signature/duplicate-keyid",
  },
  {
    name: "a duplicate whose keyid is spelled with an escape",
    files: tampered(
      '"signatures": [',
      `"signatures": [{"keyid": "\\u00${GRACE_ID.charCodeAt(0).toString(16)}${GRACE_ID.slice(1)}", "sig": "00"}, `,
    ),
    expected: "signature/duplicate-keyid",
  },
  {
    name: "signed as text, not as canonical form",
    files: write(
      object([
        [
          "signatures",
          [ADA, GRACE].map((key) =>
            object([
              ["keyid", keyIdOfTestKey(key)],
              ["sig", key.sign(serializeJson(signed, "indented"))],
            ]),
          ),
        ],
        ["signed", signed],
      ]),
    ),
    expected: "threshold/own",
  },
  {
    name: "signed with RFC 8785, which spells a line feed otherwise",
    files: withCanonicalForm((text) => text.replaceAll("\n", "\\n")),
    expected: "threshold/own",
  },
];

/** Signed over the canonical form of a root with a line feed in it, as `change` has it. */
function withCanonicalForm(change: (text: string) => string): Uint8Array {
  const sign = (key: typeof ADA) => (payload: Uint8Array) =>
    key.sign(bytes(change(new TextDecoder().decode(payload))));
  const signers = [ADA, GRACE].map((key) => ({ ...key, sign: sign(key) }));
  return rootWith(["x"], json('"a\\nb"'), { signers });
}

judgeTraps([
  ...Object.entries(documents).map(
    ([name, files]): Trap => ({
      name: `the document is ${name}`,
      files,
      expected: name.includes("inside") ? "document/type" : "document/envelope",
    }),
  ),
  ...fields,
  ...texts,
  ...spelledSignatures,
]);
