/** One name twice: readers take the first or the last, so one signature covers two documents. */

import { json } from "../../support/sample-metadata.ts";
import { judgeTraps, rootWith, type Trap, tampered, UNKNOWN_PLACES } from "./traps.ts";

/** `search` gets a second member in front of it, or behind it: the genuine one comes last, or first. */
interface Twice {
  readonly place: string;
  readonly member: RegExp;
  readonly evil: string;
}

const twice: readonly Twice[] = [
  { place: "signatures", member: /"signatures": \[[^\]]*\]/, evil: '"signatures": []' },
  { place: "a keyid in a signature", member: /"keyid": "[^"]*"/, evil: '"keyid": "x"' },
  { place: "sig", member: /"sig": "[^"]*"/, evil: '"sig": "00"' },
  { place: "_type", member: /"_type": "root"/, evil: '"_type": "targets"' },
  { place: "expires", member: /"expires": "[^"]*"/, evil: '"expires": "9999-01-01T00:00:00Z"' },
  { place: "spec_version", member: /"spec_version": "[^"]*"/, evil: '"spec_version": "1.0.0"' },
  {
    place: "consistent_snapshot",
    member: /"consistent_snapshot": true/,
    evil: '"consistent_snapshot": false',
  },
  { place: "a key under one keyid", member: /"[0-9a-f]{64}": \{[^{]*\{[^}]*\}[^}]*\}/, evil: "{keyid}: {}" },
  { place: "keytype", member: /"keytype": "ed25519"/, evil: '"keytype": "rsa"' },
  { place: "scheme", member: /"scheme": "ed25519"/, evil: '"scheme": "none"' },
  { place: "keyval", member: /"keyval": \{[^}]*\}/, evil: '"keyval": {}' },
  { place: "a public key", member: /"public": "[^"]*"/, evil: '"public": "00"' },
  { place: "the role root", member: /"root": \{[^}]*\}/, evil: '"root": {"keyids": [], "threshold": 1}' },
  { place: "keyids", member: /"keyids": \[[^\]]*\]/, evil: '"keyids": []' },
  { place: "a threshold", member: /"threshold": \d/, evil: '"threshold": 9' },
];

/** The first letter of the name written as an escape: the same name to every reader of JSON. */
function escaped(member: string): string {
  return member.replace(/^"(.)/, (_, letter: string) => {
    return `"\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function besides(member: RegExp, text: (genuine: string) => string): Uint8Array {
  const genuine = member.exec(new TextDecoder().decode(rootWith(["x"], 1)))?.[0] ?? "";
  return tampered(genuine, text(genuine), { edit: (signed) => new Map([...signed, ["x", 1]]) });
}

const different: readonly Trap[] = twice.flatMap(({ place, member, evil }) => {
  const madeFor = (genuine: string) => evil.replace("{keyid}", genuine.slice(0, 66));
  const orders: Readonly<Record<string, (genuine: string) => string>> = {
    "the genuine one last": (genuine) => `${madeFor(genuine)}, ${genuine}`,
    "the genuine one first": (genuine) => `${genuine}, ${madeFor(genuine)}`,
    "one of them with an escape": (genuine) => `${genuine}, ${escaped(madeFor(genuine))}`,
  };
  return Object.entries(orders).map(
    ([order, text]): Trap => ({
      name: `${place} twice, ${order}`,
      files: besides(member, text),
      expected: "document/duplicate-member",
    }),
  );
});

const equal: readonly Trap[] = twice.flatMap(({ place, member }): readonly Trap[] => [
  {
    name: `${place} twice, both equal`,
    files: besides(member, (genuine) => `${genuine}, ${escaped(genuine)}`),
    expected: "valid",
    warning: "document/repeated-member",
  },
]);

/** Pairs that some reader takes for equal; they are not. */
const NEARLY_EQUAL: readonly (readonly [string, string])[] = [
  ["1", '"1"'],
  ["1", "true"],
  ["0", "false"],
  ["null", "false"],
  ["null", '""'],
  ["[]", "{}"],
  ["[1, 2]", "[2, 1]"],
  ["9007199254740992", "9007199254740993"],
  ["9007199254740993", "9007199254740992"],
  ['{"a": 1}', '{"a": 1, "b": 1}'],
  ['"é"', '"e\\u0301"'],
  ['"a"', '"A"'],
  ['"a"', '"a "'],
];

const unknown: readonly Trap[] = Object.entries(UNKNOWN_PLACES).flatMap(([place, at]): readonly Trap[] => [
  ...NEARLY_EQUAL.map(
    ([first, second]): Trap => ({
      name: `unknown members ${place}: ${first} and ${second}`,
      files: tampered(...at(`"x": ${first}, "x": ${second}`)),
      expected: "document/duplicate-member",
    }),
  ),
  {
    name: `deep inside an unknown member ${place}`,
    files: tampered(...at('"x": [[{"y": [{"": 1, "": 2}]}]]')),
    expected: "document/duplicate-member",
  },
  {
    name: `__proto__ twice ${place}`,
    files: tampered(...at('"__proto__": 1, "__proto__": 2')),
    expected: "document/duplicate-member",
  },
]);

const sameAfterAll: Readonly<Record<string, string>> = {
  "members in another order": '"x": {"a": 1, "b": [2]}, "x": {"b": [2], "a": 1}',
  "one text with an escape": '"x": "é/", "x": "\\u00e9\\/"',
  "one large integer twice": '"x": 9007199254740993, "x": 9007199254740993',
  "32 times": Array.from({ length: 33 }, () => '"x": 1').join(", "),
};

const repeated: readonly Trap[] = Object.entries(sameAfterAll).map(([name, members]) => ({
  name: `beside \`signed\`, equal: ${name}`,
  files: tampered('"signed": {', `${members}, "signed": {`),
  expected: "valid",
  warning: "document/repeated-member",
}));

const others: readonly Trap[] = [
  {
    name: "more repetitions than anybody makes by mistake",
    files: tampered('"signed": {', `${Array.from({ length: 40 }, () => '"x": 1').join(", ")}, "signed": {`),
    expected: "document/duplicate-member",
  },
  {
    name: "the genuine `signed` last",
    files: tampered('"signed": {', '"signed": {"_type": "root", "version": 9}, "signed": {'),
    expected: "document/duplicate-member",
  },
  {
    name: "names that only NFC makes equal are two names",
    files: rootWith(["x"], json('{"é": 1, "e\\u0301": 2}')),
    expected: "valid",
  },
  {
    name: "names that differ in case are two names",
    files: rootWith(["Version"], 2),
    expected: "valid",
  },
];

judgeTraps([...different, ...equal, ...unknown, ...repeated, ...others]);
