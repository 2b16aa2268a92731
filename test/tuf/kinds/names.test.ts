/** Keyids, roles and members with names that mean something to a language, a screen or a normaliser. */

import { object } from "../../../src/tuf/json.ts";
import type { JsonObject } from "../../../src/tuf/types.ts";
import { ADA, GRACE, json, keyIdOfTestKey, replaceAt, sampleRoot } from "../../support/sample-metadata.ts";
import {
  ADA_ID,
  judgeTraps,
  rename,
  renamed,
  rootWith,
  type Trap,
  tampered,
  UNKNOWN_PLACES,
} from "./traps.ts";

const NAMES: Readonly<Record<string, string>> = {
  ["__proto__"]: "__proto__",
  constructor: "constructor",
  toString: "toString",
  hasOwnProperty: "hasOwnProperty",
  __defineGetter__: "__defineGetter__",
  length: "length",
  "nothing at all": "",
  "a blank": " ",
  "a number": "0",
  "a path": "../../etc/passwd",
  "a JSON pointer": "/signed/roles~1root",
  "a line feed": "a\nb",
  "an escape sequence": "\u001b[2J\u001b]0;owned\u0007",
  "a C1 control sequence": "\u009b2J",
  "right to left": "\u202egnp.toor",
  "a NUL": "root\0",
  "a zero-width blank": "ro\u200bot",
  "Cyrillic letters": "rооt",
  NFC: "é",
  NFD: "e\u0301",
  "an emoji": "🔑",
  "U+FF5E, which UTF-16 sorts behind an emoji": "～",
  "a hundred thousand letters": "k".repeat(100_000),
};

const asKeyid: readonly Trap[] = Object.entries(NAMES).map(([kind, name]) => ({
  name: `keyid: ${kind}`,
  files: sampleRoot({ signers: [ADA, GRACE], ...renamed(ADA, name) }),
  expected: "valid",
  warning: "key/keyid",
}));

/** The role list names it, but nothing was ever put into `keys`: every object of JavaScript has most of these. */
const withoutKey: readonly Trap[] = Object.entries(NAMES).map(([kind, name]) => ({
  name: `keyid without a key: ${kind}`,
  files: sampleRoot({
    threshold: 3,
    edit: (signed) => {
      const roles = rename(signed.get("roles") ?? null, ADA_ID, name);
      return object([...signed].map(([member, value]) => [member, member === "roles" ? roles : value]));
    },
    tamper: (text) => text.replaceAll(`"keyid": "${ADA_ID}"`, () => `"keyid": ${JSON.stringify(name)}`),
  }),
  expected: "threshold/own",
  warning: "role/dangling-keyid",
}));

const asRole: readonly Trap[] = Object.entries(NAMES).flatMap(([kind, name]): readonly Trap[] => [
  {
    name: `a fifth role: ${kind}`,
    files: rootWith(["roles", name], json(`{"keyids": ["${ADA_ID}"], "threshold": 1}`)),
    expected: "valid",
    warning: "role/unexpected",
  },
  {
    name: `the role root is called: ${kind}`,
    files: sampleRoot({
      edit: (signed) => replaceAt(signed, ["roles"], rename(signed.get("roles") ?? null, "root", name)),
    }),
    expected: "role/missing",
  },
]);

const asMember: readonly Trap[] = Object.entries(NAMES).map(([kind, name]) => ({
  name: `an unknown member: ${kind}`,
  files: rootWith([name], json('{"roles": {}, "version": 9}')),
  expected: "valid",
}));

/** What a reader that copies members into an object would inherit. */
const INHERITED = {
  "`signed`": (signed: JsonObject) => inherit(signed, "roles"),
  roles: (signed: JsonObject) => within(signed, ["roles"], "root"),
  "a role": (signed: JsonObject) => within(signed, ["roles", "root"], "threshold"),
  keys: (signed: JsonObject) => within(signed, ["keys"], ADA_ID),
  "a key": (signed: JsonObject) => within(signed, ["keys", ADA_ID], "scheme"),
  keyval: (signed: JsonObject) => within(signed, ["keys", ADA_ID, "keyval"], "public"),
} as const;

function inherit(members: JsonObject, name: string): JsonObject {
  const rest = Array.from(members).filter(([member]) => member !== name);
  return object([...rest, ["__proto__", object([[name, members.get(name) ?? null]])]]);
}

function within(signed: JsonObject, path: readonly string[], name: string) {
  const members = path.reduce<JsonObject>((at, step) => at.get(step) as JsonObject, signed); // objects of sampleRoot
  return replaceAt(signed, path, inherit(members, name));
}

const RULE_OF_INHERITED: Readonly<Record<string, Trap["expected"]>> = {
  "`signed`": "root/keys",
  roles: "role/missing",
  "a role": "role/threshold",
  keys: "threshold/own",
  "a key": "key/shape",
  keyval: "key/shape",
};

const inherited: readonly Trap[] = Object.entries(INHERITED).map(([place, edit]) => ({
  name: `${place} has what it lacks in __proto__`,
  files: sampleRoot({ edit, signers: [ADA, GRACE] }),
  expected: RULE_OF_INHERITED[place] ?? "valid",
}));

const beside: readonly Trap[] = Object.entries(UNKNOWN_PLACES)
  .filter(([place]) => ["beside `signed`", "in a signature"].includes(place))
  .map(([place, at]) => ({
    name: `__proto__ ${place} is ignored, as it is not signed`,
    files: tampered(...at('"__proto__": {"signed": {}, "keyid": "x", "sig": "00"}')),
    expected: "valid",
  }));

const normalised: readonly Trap[] = [
  {
    name: "a keyid in NFC, its signature in NFD",
    files: sampleRoot({
      threshold: 3,
      edit: (signed) => rename(signed, ADA_ID, "é") as JsonObject,
      tamper: (text) => text.replace(`"keyid": "${ADA_ID}"`, '"keyid": "e\u0301"'),
    }),
    expected: "threshold/own",
  },
  {
    name: "keyids in NFC and in NFD are two keys",
    files: sampleRoot({
      signers: [ADA, GRACE],
      edit: (signed) => rename(rename(signed, ADA_ID, "é"), keyIdOfTestKey(GRACE), "e\u0301"),
      tamper: (text) =>
        text
          .replace(`"keyid": "${ADA_ID}"`, '"keyid": "é"')
          .replace(`"keyid": "${keyIdOfTestKey(GRACE)}"`, '"keyid": "e\u0301"'),
    }),
    expected: "valid",
  },
  {
    name: "a keyid spelled with escapes is the same keyid",
    files: tampered(`"keyid": "${ADA_ID}"`, `"keyid": "${escapeAll(ADA_ID)}"`),
    expected: "valid",
  },
  {
    name: "members in the order of code points, which UTF-16 orders otherwise",
    files: rootWith(["x"], json('{"～": 1, "😀": 2, "\uffff": 3, "a b": 4, "a": 5, "": 6, "A": 7}')),
    expected: "valid",
  },
];

function escapeAll(text: string): string {
  return Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}

judgeTraps([
  ...[...asKeyid, ...withoutKey, ...asRole, ...asMember],
  ...[...inherited, ...beside, ...normalised],
]);
