/** One key in several spellings: each has a keyid of its own, all of them are one signer. */

import { Buffer } from "node:buffer";
import { constants, createPrivateKey, createPublicKey, sign as signWith } from "node:crypto";
import { compressedSpki, oneLine, pkcs1, pointHex } from "../../support/key-spellings.ts";
import { type SampleRoot, sampleRoot } from "../../support/sample-metadata.ts";
import { makeTestKey, type TestKey } from "../../support/test-keys.ts";
import { judgeTraps, renamed, respell, type Trap } from "./traps.ts";

const [ed25519, p256, p384, rsa] = [
  makeTestKey("ed25519"),
  makeTestKey("ecdsa-sha2-nistp256"),
  makeTestKey("ecdsa-sha2-nistp384"),
  makeTestKey("rsassa-pss-sha256"),
] as const;
const P256 = "ecdsa-sha2-nistp256";
const P384 = "ecdsa-sha2-nistp384";

function lines(pem: string, width: number): string {
  const [begin, body = "", end] = oneLine(pem).split("\n");
  return [begin, ...(body.match(new RegExp(`.{1,${width}}`, "g")) ?? []), end, ""].join("\n");
}

const pems: Readonly<Record<string, (pem: string) => string>> = {
  "without the last line feed": (pem) => pem.trimEnd(),
  "with three line feeds behind it": (pem) => `${pem}\n\n`,
  "with a line feed in front": (pem) => `\n${pem}`,
  "with CRLF": (pem) => pem.replaceAll("\n", "\r\n"),
  "with blanks at the ends of its lines": (pem) => pem.replaceAll("\n", " \n"),
  "with blanks in front of its lines": (pem) => pem.replaceAll(/\n(?=[^-])/g, "\n  "),
  "in one line": oneLine,
  "in lines of 76": (pem) => lines(pem, 76),
  "in lines of 63": (pem) => lines(pem, 63),
  "in lines of one letter": (pem) => lines(pem, 1),
};

interface Spelling {
  readonly name: string;
  readonly key: TestKey;
  readonly again: TestKey;
}

const spellings: readonly Spelling[] = [
  ...Object.entries(pems).flatMap(([name, change]) =>
    [p256, p384, rsa].map((key) => ({
      name: `${key.scheme} in a PEM ${name}`,
      key,
      again: respell(key, { public: change(key.pem) }),
    })),
  ),
  {
    name: "Ed25519 in upper case",
    key: ed25519,
    again: respell(ed25519, { public: ed25519.publicKey.public.toUpperCase() }),
  },
  {
    name: "Ed25519 with one letter in upper case",
    key: ed25519,
    again: respell(ed25519, {
      public: ed25519.publicKey.public.replace(/[a-f]/, (letter) => letter.toUpperCase()),
    }),
  },
  { name: "P-256 under the keytype of 2022", key: p256, again: respell(p256, { keytype: P256 }) },
  { name: "P-384 under a keytype of its own", key: p384, again: respell(p384, { keytype: P384 }) },
  {
    name: "P-256 compressed in its PEM",
    key: p256,
    again: respell(p256, { public: compressedSpki(p256.pem) }),
  },
  ...(["compressed", "uncompressed"] as const).flatMap((form) =>
    [p256, p384].map((key) => ({
      name: `${key.scheme} as a point in hex, ${form}`,
      key,
      again: respell(key, { public: pointHex(key.pem, form) }),
    })),
  ),
  {
    name: "P-256 as a point in hex, upper and lower case",
    key: respell(p256, { public: pointHex(p256.pem, "uncompressed") }),
    again: respell(p256, { public: pointHex(p256.pem, "uncompressed").toUpperCase() }),
  },
  { name: "RSA as PKCS#1", key: rsa, again: respell(rsa, { public: pkcs1(rsa.pem) }) },
];

/** Two of two must sign, and one person does, under both keyids. */
const counted: readonly Trap[] = spellings.flatMap(({ name, key, again }): readonly Trap[] => {
  const keys = [key, again];
  return [
    { name: `alone: ${name}`, files: sampleRoot({ keys: [again], threshold: 1 }), expected: "valid" },
    { name: `twice: ${name}`, files: sampleRoot({ keys, signers: keys }), expected: "threshold/own" },
    {
      name: `one signer for both roots: ${name}`,
      files: [
        sampleRoot({ keys: [key], threshold: 1 }),
        sampleRoot({ version: 2, keys: [again], threshold: 1, signers: keys }),
      ],
      expected: "valid",
    },
    {
      name: `under its new keyid only, which the previous root does not know: ${name}`,
      files: [
        sampleRoot({ keys: [key], threshold: 1 }),
        sampleRoot({ version: 2, keys: [again], threshold: 1, signers: [again] }),
      ],
      expected: "threshold/previous",
    },
    {
      name: `under its old keyid only, which the new root does not have: ${name}`,
      files: [
        sampleRoot({ keys: [key], threshold: 1 }),
        sampleRoot({ version: 2, keys: [again], threshold: 1, signers: [key] }),
      ],
      expected: "threshold/own",
    },
  ];
});

/** Signs as `scheme` says, with the same private key. */
function underScheme(scheme: string, hash: string, padding: number): TestKey {
  const sign = (payload: Uint8Array) =>
    signWith(hash, payload, { key: rsa.privateKey, padding, saltLength: 32 }).toString("hex");
  return { ...respell(rsa, { scheme }), sign };
}

const schemes: readonly TestKey[] = [
  underScheme("rsassa-pss-sha512", "sha512", constants.RSA_PKCS1_PSS_PADDING),
  underScheme("rsa-pkcs1v15-sha256", "sha256", constants.RSA_PKCS1_PADDING),
];

/** The same modulus with another exponent: another key object, the same two primes, the same holder. */
function withAnotherExponent(key: TestKey): TestKey {
  const numbers = key.privateKey.export({ format: "jwk" });
  const [p = 0n, q = 0n] = [numbers.p, numbers.q].map((text = "") =>
    BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`),
  );
  const order = (p - 1n) * (q - 1n);
  const e = [3n, 5n, 7n, 11n, 13n, 17n, 19n, 257n].find((candidate) => order % candidate !== 0n) ?? 65539n;
  const d = invert(e, order);
  const more = Object.entries({ e, d, dp: d % (p - 1n), dq: d % (q - 1n) }).map(
    ([name, number]) => [name, toBase64Url(number)] as const,
  );
  const jwk = { ...numbers, ...Object.fromEntries(more) };
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  const pem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const sign = (payload: Uint8Array) => signWith("sha256", payload, options).toString("hex");
  return { ...respell(key, { public: pem }), sign };
}

/** d such that prime * d = 1; there is one where the prime does not divide the modulus. */
function invert(prime: bigint, modulus: bigint): bigint {
  const factor = Array.from({ length: Number(prime) }, (_, index) => BigInt(index)).find(
    (candidate) => (candidate * modulus + 1n) % prime === 0n,
  );
  return factor === undefined ? 0n : (factor * modulus + 1n) / prime;
}

function toBase64Url(number: bigint): string {
  const digits = number.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex").toString("base64url");
}

const other = withAnotherExponent(rsa);
const sameName = (key: TestKey, more: Partial<SampleRoot>) =>
  sampleRoot({ keys: [key], threshold: 1, ...more, ...renamed(key, "R") });

const rsaOnly: readonly Trap[] = [
  ...schemes.flatMap((again): readonly Trap[] => [
    {
      name: `alone: RSA under ${again.publicKey.scheme}`,
      files: sampleRoot({ keys: [again], threshold: 1 }),
      expected: "valid",
    },
    {
      name: `twice: RSA under ${again.publicKey.scheme} and under its usual scheme`,
      files: sampleRoot({ keys: [rsa, again], signers: [rsa, again] }),
      expected: "threshold/own",
    },
  ]),
  {
    name: "alone: RSA with another exponent",
    files: sampleRoot({ keys: [other], threshold: 1 }),
    expected: "valid",
  },
  {
    name: "twice: RSA with two exponents",
    files: sampleRoot({ keys: [rsa, other], signers: [rsa, other] }),
    expected: "threshold/own",
  },
  {
    name: "one keyid, one modulus, another exponent: each root asks its own key",
    files: [sameName(rsa, {}), sameName(other, { version: 2 })],
    expected: "threshold/previous",
  },
];

judgeTraps([...counted, ...rsaOnly]);
