/** The pool's keys as documents spell them: rightly, in ways that are published, and in ways that nobody may. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { parseJson } from "../../src/tuf/json.ts";
import type { JsonValue } from "../../src/tuf/types.ts";
import { compressedSpki, oneLine, pkcs1, pointHex, setPaddingBits } from "../support/key-spellings.ts";
import { copyDraft, type Draft, DraftObject, write } from "./draft.ts";
import { ED25519, type FuzzKey, P256, P384, P521, RSA } from "./keys.ts";
import type { Random } from "./random.ts";

/** A key under a keyid, and whoever can sign for it. */
export interface SpelledKey {
  readonly keyid: string;
  /** A new one for each document: it may be bent out of shape. */
  readonly draft: () => DraftObject;
  readonly sign: FuzzKey["sign"];
}

/** As we would spell it: nothing can be said against it. */
export function plain(key: FuzzKey): SpelledKey {
  return spelled(key, keyDraft(key));
}

function keyDraft({ keytype, scheme, encoded }: FuzzKey, more: readonly (readonly [string, Draft])[] = []) {
  return new DraftObject([
    ["keytype", keytype],
    ["keyval", new DraftObject([["public", encoded]])],
    ["scheme", scheme],
    ...more,
  ]);
}

/** @param keyid the hash of the whole key object unless told */
function spelled(key: FuzzKey, draft: DraftObject, keyid: string = keyIdOf(draft)): SpelledKey {
  return { keyid, draft: () => copyDraft(draft) as DraftObject, sign: key.sign };
}

/** The JSON value that a draft without raw text stands for. */
function toValue(draft: Draft): JsonValue {
  return parseJson(Buffer.from(write(draft)));
}

export function keyIdOf(draft: DraftObject): string {
  return createHash("sha256")
    .update(canonicalBytes(toValue(draft)))
    .digest("hex");
}

export const PLAIN: readonly SpelledKey[] = [...ED25519, ...P256].map(plain);

/** Accepted, if with a warning; some clients stop at them. */
const PUBLISHED: readonly SpelledKey[] = [
  ...[...P384, ...P521, ...RSA].map(plain),
  ...ED25519.slice(0, 4).map((key) => spelled(key, keyDraft({ ...key, encoded: key.encoded.toUpperCase() }))),
  ...ED25519.slice(0, 3).flatMap((key) => {
    const extra = keyDraft(key, [["x-tuf-on-ci-keyowner", "@ada"]]);
    return [spelled(key, extra), spelled(key, extra, keyIdOf(keyDraft(key)))];
  }),
  ...ED25519.slice(2, 5).map((key) =>
    spelled(key, keyDraft(key, [["keyid_hash_algorithms", ["sha256", "sha512"]]])),
  ),
  ...[...ED25519, ...P256]
    .slice(8, 16)
    .map((key, index) => spelled(key, keyDraft(key), `${index}`.repeat(64))),
  ...P256.slice(0, 3).map((key) => spelled(key, keyDraft({ ...key, scheme: key.scheme, keytype: "ecdsa" }))),
  ...P256.slice(0, 3).map((key) =>
    spelled(key, keyDraft({ ...key, encoded: pointHex(key.encoded, "uncompressed") })),
  ),
  ...P256.slice(3, 5).map((key) =>
    spelled(key, keyDraft({ ...key, encoded: pointHex(key.encoded, "compressed") })),
  ),
  ...P256.slice(1, 4).map((key) => spelled(key, withMember(keyDraft(key), "keytype", key.scheme))),
  ...P256.slice(0, 2).map((key) => spelled(key, keyDraft({ ...key, encoded: compressedSpki(key.encoded) }))),
  ...RSA.slice(0, 4).map((key) => spelled(key, keyDraft({ ...key, encoded: pkcs1(key.encoded) }))),
  ...[P256[5], RSA[0]].flatMap((key) =>
    key === undefined ? [] : [spelled(key, keyDraft({ ...key, encoded: key.encoded.trimEnd() }))],
  ),
];

/** Malformed, weak, contradictory, secret, or of a scheme from elsewhere. */
const UNUSABLE: readonly SpelledKey[] = ED25519.slice(0, 1).flatMap((ada) => {
  const [p256 = ada] = P256;
  const [rsa = ada] = RSA;
  const as = (key: FuzzKey, how: Partial<Record<"keytype" | "scheme" | "encoded", string>>) => {
    const draft = keyDraft({ ...key, ...(how.scheme === undefined ? {} : { scheme: how.scheme }) });
    if (how.keytype !== undefined) draft.set("keytype", how.keytype);
    if (how.encoded !== undefined) draft.set("keyval", new DraftObject([["public", how.encoded]]));
    return spelled(key, draft);
  };
  return [
    as(ada, { keytype: "ml-dsa", scheme: "ml-dsa-65/1" }),
    as(ada, { scheme: "ed25519ph" }),
    as(ada, { keytype: "sigstore-oidc", scheme: "Fulcio" }),
    as(p256, { scheme: "ecdsa-sha2-nistp384" }),
    as(p256, { scheme: "ed25519" }),
    as(p256, { keytype: "rsa" }),
    as(rsa, { scheme: "ecdsa-sha2-nistp256" }),
    as(ada, { encoded: `01${"00".repeat(31)}` }),
    as(ada, { encoded: "ff".repeat(32) }),
    as(ada, { encoded: "00".repeat(32) }),
    as(ada, { encoded: `${ada.encoded}0` }),
    as(ada, { encoded: ` ${ada.encoded}` }),
    as(ada, { encoded: "" }),
    as(p256, { encoded: oneLine(p256.encoded) }),
    as(p256, { encoded: setPaddingBits(p256.encoded) }),
    as(p256, { encoded: `words\n${p256.encoded}` }),
    as(p256, { encoded: pointHex(p256.encoded, "hybrid") }),
    as(p256, { encoded: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n" }),
    as(p256, { encoded: p256.encoded.replaceAll("PUBLIC", "PRIVATE") }),
    as(rsa, { encoded: weakRsa() }),
    spelled(ada, withMember(keyDraft(ada), "keyval", secretKeyval(ada))),
    spelled(ada, withMember(keyDraft(ada), "keyval", "0")),
    spelled(ada, withMember(keyDraft(ada), "scheme", 1)),
  ];
});

function withMember(draft: DraftObject, name: string, value: Draft): DraftObject {
  draft.set(name, value);
  return draft;
}

function secretKeyval({ encoded }: FuzzKey): DraftObject {
  return new DraftObject([
    ["public", encoded],
    ["private", "00".repeat(32)],
  ]);
}

/** 1024 bits of nothing in particular. */
function weakRsa(): string {
  const modulus = `00c3${"5a".repeat(126)}9f`;
  const der = `30819f300d06092a864886f70d010101050003818d0030818902818100${modulus.slice(2)}0203010001`;
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.from(der, "hex").toString("base64")}\n-----END PUBLIC KEY-----\n`;
}

/** Mostly a plain one. */
export function pickKey(random: Random): SpelledKey {
  const pool = random.weighted([
    [60, PLAIN],
    [8, PUBLISHED],
    [1, UNUSABLE],
  ]);
  return random.pick(pool);
}

/** A second name for a key, or a name that another key has. */
export function renamedKey(key: SpelledKey, keyid: string): SpelledKey {
  return { ...key, keyid };
}
