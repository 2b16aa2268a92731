/**
 * Documents that are made to cost time or memory: as large as may be, and full of what is dear. The sizes are those of a
 * root that clients would read, of targets that they would, and of more than anybody does.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { p521 } from "@noble/curves/nist.js";
import { Point } from "@noble/ed25519";
import { keyIdOfTestKey, ONLINE, sampleRoot } from "../support/sample-metadata.ts";
import type { CaseFile } from "./fuzz-case.ts";
import { RSA } from "./keys.ts";

export interface HeavyCase {
  readonly name: string;
  /** Asked in every run of the tests; the others with FUZZ_HEAVY=all. */
  readonly always: boolean;
  /** In the order in which they are given. */
  readonly make: () => readonly CaseFile[];
}

const ROOT_BYTES = 500_000;
const TARGETS_BYTES = 4_900_000;
const FILE_BYTES = 16_500_000;

/** Copies of what `piece` writes, as many as fit. */
function fill(bytes: number, piece: (index: number) => string, separator = ","): string {
  const pieces: string[] = [];
  for (let length = 0; length < bytes; ) {
    const next = piece(pieces.length);
    pieces.push(next);
    length += next.length + separator.length;
  }
  return pieces.join(separator);
}

/** A root in which something is put before what is there: into `keys`, root's keyids, `roles`, `signed`, `signatures`. */
function root(
  more: Partial<Record<"keys" | "keyids" | "roles" | "signed" | "signatures", string>>,
): Uint8Array {
  const places: Readonly<Record<keyof typeof more, RegExp>> = {
    keys: /"keys": \{/,
    keyids: /"root": \{\s*"keyids": \[/,
    roles: /"roles": \{/,
    signed: /"signed": \{/,
    signatures: /"signatures": \[/,
  };
  return sampleRoot({
    tamper: (text) => {
      let changed = text;
      for (const place of Object.keys(places) as (keyof typeof places)[]) {
        const addition = more[place];
        if (addition !== undefined)
          changed = changed.replace(places[place], (before) => `${before}${addition},`);
      }
      return changed;
    },
  });
}

const one = (bytes: Uint8Array): readonly CaseFile[] => [{ name: "1.root.json", bytes }];
/** As the successor of a sound root: it is compared with that. */
const second = (bytes: Uint8Array): readonly CaseFile[] => [
  { name: "1.root.json", bytes: sampleRoot() },
  { name: "2.root.json", bytes },
];
const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const signedOnly = (members: string): readonly CaseFile[] =>
  one(bytesOf(`{"signatures":[],"signed":{"_type":"root",${members}}}`));

/** Below a sound root, unsigned: what it delegates is read before anybody asks who signed it. */
const targets = (delegations: string, more = '"targets":{}'): readonly CaseFile[] => [
  { name: "1.root.json", bytes: sampleRoot() },
  {
    name: "1.targets.json",
    bytes: bytesOf(
      `{"signatures":[],"signed":{"_type":"targets","delegations":${delegations},"expires":"2030-01-01T00:00:00Z","spec_version":"1.0.31",${more},"version":1}}`,
    ),
  },
];

const key = (keytype: string, scheme: string, encoded: string): string =>
  `{"keytype":"${keytype}","scheme":"${scheme}","keyval":{"public":${JSON.stringify(encoded)}}}`;

/** All different, and sound: multiples of the base point. */
function ed25519Keys(bytes: number): string {
  let point = Point.BASE.multiply(987_654_321n);
  return fill(bytes, (index) => {
    point = point.add(Point.BASE);
    return `"k${index}":${key("ed25519", "ed25519", point.toHex())}`;
  });
}

function p521Keys(bytes: number): string {
  let point = p521.Point.BASE.multiply(99_999n);
  return fill(bytes, (index) => {
    point = point.add(p521.Point.BASE);
    return `"k${index}":${key("ecdsa", "ecdsa-sha2-nistp521", point.toHex(true))}`;
  });
}

const hashHex = (index: number, length: number): string =>
  createHash("sha512")
    .update(`${index}`)
    .digest("hex")
    .repeat(Math.ceil(length / 128))
    .slice(0, length);

/** Of the right length, and wrong. */
const wrongSignature = (keyid: string, index: number, length: number): string =>
  `{"keyid":"${keyid}","sig":"${hashHex(index, length - 2)}00"}`;

const ONLINE_ID = keyIdOfTestKey(ONLINE);

/** One key under as many names as fit, all of them root's, each with a signature. */
function oneKeyManyNames(bytes: number): Uint8Array {
  const count = Math.floor(bytes / 390);
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  const encoded = ONLINE.publicKey.public;
  return root({
    keys: names.map((name) => `"${name}":${key("ed25519", "ed25519", encoded)}`).join(","),
    keyids: names.map((name) => `"${name}"`).join(","),
    signatures: names.map((name, index) => wrongSignature(name, index, 128)).join(","),
  });
}

function rsaSignatures(bytes: number): Uint8Array {
  const [first] = RSA;
  if (first === undefined) throw new RangeError("no RSA key");
  return root({
    keys: `"r":${key("rsa", first.scheme, first.encoded)}`,
    keyids: '"r"',
    signatures: fill(bytes, (index) => wrongSignature("r", index, 512)),
  });
}

const longName = (bytes: number): string => "n".repeat(bytes);

/** A key with every mistake there is, under a name of megabytes: each finding says where. */
function longKeyId(bytes: number): Uint8Array {
  const name = longName(bytes);
  const members = fill(2000, (index) => `"x${index}":0`);
  return root({
    keys: `"${name}":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"00","private":"1",${members}},${members}}`,
    keyids: `"${name}","${name}","${name}"`,
    signatures: `{"keyid":"${name}","sig":"00","x":0}`,
  });
}

const role = (name: string, paths: string): string =>
  `{"keyids":[],"threshold":1,"name":"${name}","terminating":true,${paths}}`;

const bins = (bytes: number, prefix: (index: number) => string): string =>
  `{"keys":{},"roles":[${fill(bytes, (index) => role(`b${index}`, `"path_hash_prefixes":["${prefix(index)}"]`))}]}`;

const SIZES = [ROOT_BYTES, TARGETS_BYTES, FILE_BYTES];

export const HEAVY_CASES: readonly HeavyCase[] = [
  { name: "an ordinary root", always: true, make: () => one(sampleRoot()) },
  { name: "Ed25519 keys, as a root", always: true, make: () => one(root({ keys: ed25519Keys(ROOT_BYTES) })) },
  {
    name: "Ed25519 keys, as targets",
    always: true,
    make: () => targets(`{"keys":{${ed25519Keys(TARGETS_BYTES)}},"roles":[]}`),
  },
  {
    name: "compressed P-521 points, as a root",
    always: true,
    make: () => one(root({ keys: p521Keys(ROOT_BYTES) })),
  },
  {
    name: "compressed P-521 points, as targets",
    always: true,
    make: () => targets(`{"keys":{${p521Keys(TARGETS_BYTES)}},"roles":[]}`),
  },
  ...SIZES.flatMap((bytes) => [
    {
      name: `signatures of one Ed25519 key, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () =>
        one(
          root({
            keyids: `"${ONLINE_ID}"`,
            signatures: fill(bytes, (index) => wrongSignature(ONLINE_ID, index, 128)),
          }),
        ),
    },
    {
      name: `signatures of one RSA key, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => one(rsaSignatures(bytes)),
    },
    {
      name: `one key under many names, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => one(oneKeyManyNames(bytes)),
    },
    {
      name: `unread signatures, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => one(root({ signatures: fill(bytes, () => "0") })),
    },
    {
      name: `keyids of a role, ${bytes} bytes`,
      always: bytes !== FILE_BYTES,
      make: () => second(root({ keyids: fill(bytes, (index) => `"${index}"`) })),
    },
    {
      name: `roles, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => second(root({ roles: fill(bytes, (index) => `"r${index}":{"keyids":[],"threshold":1}`) })),
    },
    {
      name: `unknown members, ${bytes} bytes`,
      always: bytes !== FILE_BYTES,
      make: () => second(root({ signed: fill(bytes, (index) => `"x${index}":0`) })),
    },
    {
      name: `empty objects, ${bytes} bytes`,
      always: bytes !== ROOT_BYTES,
      make: () => second(root({ signed: `"x":[${fill(bytes, () => "{}")}]` })),
    },
    {
      name: `empty lists, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(`"x":[${fill(bytes, () => "[]")}]`),
    },
    {
      name: `members of one letter, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(`"x":[${fill(bytes, () => '{"a":0}')}]`),
    },
    {
      name: `numbers, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(`"x":[${fill(bytes, () => "0")}]`),
    },
    {
      name: `numbers of 399 digits, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(`"x":[${fill(bytes, () => "9".repeat(399))}]`),
    },
    {
      name: `one number, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(`"x":${"9".repeat(bytes)}`),
    },
    {
      name: `escapes, ${bytes} bytes`,
      always: bytes !== ROOT_BYTES,
      make: () => signedOnly(`"x":"${fill(bytes, () => "\\u0041", "")}"`),
    },
    {
      name: `a keyid, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => second(longKeyId(bytes / 6)),
    },
    {
      name: `a signature, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => one(root({ signatures: `{"keyid":"${ONLINE_ID}","sig":"${"ab".repeat(bytes / 2)}"}` })),
    },
    {
      name: `white space, ${bytes} bytes`,
      always: bytes !== ROOT_BYTES,
      make: () => one(bytesOf(`${" \r\n\t".repeat(bytes / 4)}{}`)),
    },
    {
      name: `not UTF-8 at the end, ${bytes} bytes`,
      always: bytes !== ROOT_BYTES,
      make: () => one(Buffer.concat([Buffer.alloc(bytes - 10, "é"), Buffer.of(0xff)])),
    },
    {
      name: `repeated members, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(fill(bytes, () => '"a":0')),
    },
    {
      name: `large repeated members, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () =>
        signedOnly(Array.from({ length: 31 }, () => `"a":[${fill(bytes / 32, () => "0")}]`).join(",")),
    },
    {
      name: `a date, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(`"expires":"2030-01-01T00:00:00.${"0".repeat(bytes)}Z"`),
    },
    {
      name: `a version, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => signedOnly(`"spec_version":"1.${"0".repeat(bytes)}"`),
    },
    {
      name: `marks, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => second(root({ signed: `"a${"\u0301".repeat(bytes / 2)}":"a${"\u0301".repeat(99)}"` })),
    },
    {
      name: `targets, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () =>
        targets(
          '{"keys":{},"roles":[]}',
          `"targets":{${fill(bytes, (index) => `"t${index}":{"length":0,"hashes":{"sha256":""}}`)}}`,
        ),
    },
    {
      name: `misshapen targets, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => targets('{"keys":{},"roles":[]}', `"targets":{${fill(bytes, (index) => `"${index}":0`)}}`),
    },
    {
      name: `paths, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => targets(`{"keys":{},"roles":[${role("a", `"paths":[${fill(bytes, () => '"*"')}]`)}]}`),
    },
    {
      name: `bins, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => targets(bins(bytes, (index) => hashHex(index, 64))),
    },
    {
      name: `bins in each other, ${bytes} bytes`,
      always: bytes === TARGETS_BYTES,
      make: () => targets(bins(bytes, (index) => "0".repeat(1 + (index % 64)))),
    },
  ]),
  { name: "nested lists", always: true, make: () => one(bytesOf("[".repeat(FILE_BYTES))) },
  { name: "nested objects", always: true, make: () => one(bytesOf('{"a":'.repeat(FILE_BYTES / 5))) },
  {
    name: "blanks in a PEM",
    always: true,
    make: () =>
      one(
        root({
          keys: fill(
            ROOT_BYTES,
            (index) =>
              `"k${index}":${key("ecdsa", "ecdsa-sha2-nistp256", `${" \n".repeat(4000)}-----BEGIN`)}`,
          ),
        }),
      ),
  },
  {
    name: "almost a PEM",
    always: true,
    make: () =>
      one(
        root({
          keys: fill(
            ROOT_BYTES,
            (index) =>
              `"k${index}":${key("rsa", "rsassa-pss-sha256", `-----BEGIN PUBLIC KEY-----\n${"A\n".repeat(4000)}!`)}`,
          ),
        }),
      ),
  },
];
