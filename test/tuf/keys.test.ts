import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isObject, object, parseJson } from "../../src/tuf/json.ts";
import { type KeyRule, keyIdOf, keyObject, parseKeyObject, spellKeyObject } from "../../src/tuf/keys.ts";
import { strictPublicKey } from "../../src/tuf/public-keys.ts";
import { type JsonObject, type JsonValue, SCHEMES } from "../../src/tuf/types.ts";
import {
  changeDer,
  compressedSpki,
  oneLine,
  pkcs1,
  pointHex,
  setPaddingBits,
  wire,
} from "../support/key-spellings.ts";
import { fixtures, fixturesFolder, requires } from "../support/requires.ts";
import { makeTestKey } from "../support/test-keys.ts";
import { jsonValue } from "./arbitraries.ts";

const ed25519 = makeTestKey("ed25519");
const p256 = makeTestKey("ecdsa-sha2-nistp256");
const p384 = makeTestKey("ecdsa-sha2-nistp384");
const rsa = makeTestKey("rsassa-pss-sha256");
const testKeys = [ed25519, p256, p384, rsa];

const P256 = "ecdsa-sha2-nistp256";

interface Spelling {
  readonly name: string;
  readonly wire: JsonObject;
  readonly same: JsonObject;
}

const spellings: readonly Spelling[] = [
  {
    name: "hex in upper case",
    wire: wire("ed25519", "ed25519", ed25519.publicKey.public.toUpperCase()),
    same: keyObject(ed25519.publicKey),
  },
  {
    name: "a PEM without its last line feed",
    wire: wire("ecdsa", P256, p256.pem.trimEnd()),
    same: keyObject(p256.publicKey),
  },
  {
    name: "a PEM with CRLF",
    wire: wire("ecdsa", P256, p256.pem.replaceAll("\n", "\r\n")),
    same: keyObject(p256.publicKey),
  },
  {
    name: "a PEM in one long line",
    wire: wire("rsa", "rsassa-pss-sha256", oneLine(rsa.pem)),
    same: keyObject(rsa.publicKey),
  },
  { name: "an old keytype", wire: wire(P256, P256, p256.pem), same: keyObject(p256.publicKey) },
  {
    name: "an uncompressed point in hex",
    wire: wire(P256, P256, pointHex(p256.pem, "uncompressed")),
    same: keyObject(p256.publicKey),
  },
  {
    name: "a compressed point in hex",
    wire: wire("ecdsa", P256, pointHex(p256.pem, "compressed")),
    same: keyObject(p256.publicKey),
  },
  {
    name: "a P-384 point in hex",
    wire: wire("ecdsa", "ecdsa-sha2-nistp384", pointHex(p384.pem, "compressed")),
    same: keyObject(p384.publicKey),
  },
  {
    name: "a compressed point in a PEM",
    wire: wire("ecdsa", P256, compressedSpki(p256.pem)),
    same: keyObject(p256.publicKey),
  },
  {
    name: "RSA as PKCS#1",
    wire: wire("rsa", "rsassa-pss-sha256", pkcs1(rsa.pem)),
    same: keyObject(rsa.publicKey),
  },
  {
    name: "RSA under another scheme",
    wire: wire("rsa", "rsa-pkcs1v15-sha256", rsa.pem),
    same: keyObject(rsa.publicKey),
  },
  {
    name: "RSA without the NULL parameter",
    wire: wire(
      "rsa",
      "rsassa-pss-sha256",
      changeDer(rsa.pem, (hex) =>
        hex.replace("30820122300d", "30820120300b").replace("0101010500", "010101"),
      ),
    ),
    same: keyObject(rsa.publicKey),
  },
];

for (const spelling of spellings) {
  test(`the same key: ${spelling.name}`, () => {
    const parsed = parseKeyObject(spelling.wire);
    assert.deepEqual(parsed.problem, undefined);
    assert.equal(parsed.material, parseKeyObject(spelling.same).material);
    assert.equal(spellKeyObject(spelling.wire).material, parsed.material);
    assert.notEqual(parsed.computedKeyId, keyIdOf(spelling.same));
  });
}

test("a spelling that some clients can't read is told, a usual one is not", () => {
  const told = (name: string) =>
    parseKeyObject(spellings.find((spelling) => spelling.name === name)?.wire ?? null).unusualSpelling;
  assert.equal(told("hex in upper case"), "upper-case hex");
  assert.equal(told("an old keytype"), 'keytype "ecdsa-sha2-nistp256"');
  assert.equal(told("an uncompressed point in hex"), "a point in hex");
  assert.equal(told("a compressed point in a PEM"), "a compressed point");
  assert.equal(told("RSA as PKCS#1"), "a PKCS#1 PEM");
  assert.equal(told("a PEM with CRLF"), null);
  for (const { publicKey } of testKeys)
    assert.equal(parseKeyObject(keyObject(publicKey)).unusualSpelling, null);
});

test("an Ed25519 key as PEM is the same key, though no client reads it", () => {
  const parsed = parseKeyObject(wire("ed25519", "ed25519", ed25519.pem));
  assert.equal(parsed.material, ed25519.parsed.material);
  assert.equal(parsed.problem?.rule, "key/encoding");
});

test("different keys have different materials", () => {
  const all = [...testKeys, ...testKeys.map(({ scheme }) => makeTestKey(scheme))];
  assert.equal(new Set(all.map(({ parsed }) => parsed.material)).size, all.length);
});

test("extra fields stay, and count for the keyid but not for the short one", () => {
  const extended = new Map([...keyObject(p256.publicKey), ["x-tuf-on-ci-keyowner", "@ada"] as const]);
  const parsed = parseKeyObject(extended);
  assert.equal(parsed.wire, extended);
  assert.equal(parsed.computedShortKeyId, keyIdOf(keyObject(p256.publicKey)));
  assert.notEqual(parsed.computedKeyId, parsed.computedShortKeyId);
});

const hex = (digits: string): JsonObject => wire("ed25519", "ed25519", digits);
const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
const p521 = generateKeyPairSync("ec", { namedCurve: "P-521" }).publicKey;
const secp256k1 = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey;
const pemOf = (key: ReturnType<typeof createPublicKey>): string =>
  key.export({ type: "spki", format: "pem" }).toString();

interface BadKey {
  readonly name: string;
  readonly value: JsonValue;
  readonly rule: KeyRule;
}

const badKeys: readonly BadKey[] = [
  { name: "no object", value: "key", rule: "key/shape" },
  { name: "null", value: null, rule: "key/shape" },
  { name: "empty object", value: object([]), rule: "key/shape" },
  {
    name: "no scheme",
    value: object([
      ["keytype", "ed25519"],
      ["keyval", object([["public", ed25519.publicKey.public]])],
    ]),
    rule: "key/shape",
  },
  {
    name: "public is a number",
    value: object([
      ["keytype", "ed25519"],
      ["scheme", "ed25519"],
      ["keyval", object([["public", 1]])],
    ]),
    rule: "key/shape",
  },
  {
    name: "unknown scheme",
    value: wire("ed25519", "ed448", ed25519.publicKey.public),
    rule: "key/unknown-scheme",
  },
  { name: "unknown keytype", value: wire("ml-dsa", "ml-dsa-65/1", p256.pem), rule: "key/unknown-scheme" },
  {
    name: "keytype and scheme of two kinds",
    value: wire("rsa", "ed25519", ed25519.publicKey.public),
    rule: "key/mismatch",
  },
  {
    name: "old keytype with another scheme",
    value: wire(P256, "ecdsa-sha2-nistp384", p384.pem),
    rule: "key/mismatch",
  },
  {
    name: "a name from Object.prototype",
    value: wire("constructor", "__proto__", ""),
    rule: "key/unknown-scheme",
  },
  { name: "curve of another scheme", value: wire("ecdsa", P256, p384.pem), rule: "key/mismatch" },
  {
    name: "P-521 under P-384",
    value: wire("ecdsa", "ecdsa-sha2-nistp384", pemOf(p521)),
    rule: "key/mismatch",
  },
  { name: "RSA key under ECDSA", value: wire("ecdsa", P256, rsa.pem), rule: "key/mismatch" },
  { name: "secp256k1", value: wire("ecdsa", P256, pemOf(secp256k1)), rule: "key/encoding" },
  { name: "empty", value: hex(""), rule: "key/encoding" },
  { name: "63 digits", value: hex("a".repeat(63)), rule: "key/encoding" },
  { name: "66 digits", value: hex("a".repeat(66)), rule: "key/encoding" },
  { name: "hex with a space", value: hex(`${"a".repeat(62)} a`), rule: "key/encoding" },
  {
    name: "base64",
    value: hex(Buffer.from(ed25519.publicKey.public, "hex").toString("base64")),
    rule: "key/encoding",
  },
  { name: "Ed25519: y = p, not reduced", value: hex(`ed${"ff".repeat(30)}7f`), rule: "key/weak" },
  { name: "Ed25519: no point", value: hex(`02${"00".repeat(31)}`), rule: "key/weak" },
  { name: "Ed25519: identity", value: hex(`01${"00".repeat(31)}`), rule: "key/weak" },
  { name: "Ed25519: identity with the sign bit", value: hex(`01${"00".repeat(30)}80`), rule: "key/weak" },
  { name: "Ed25519: order 2", value: hex(`ec${"ff".repeat(30)}7f`), rule: "key/weak" },
  { name: "Ed25519: order 4", value: hex("00".repeat(32)), rule: "key/weak" },
  {
    name: "Ed25519: order 8",
    value: hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    rule: "key/weak",
  },
  {
    name: "ECDSA: point off the curve",
    value: wire("ecdsa", P256, `04${"01".repeat(64)}`),
    rule: "key/encoding",
  },
  { name: "ECDSA: point at infinity", value: wire("ecdsa", P256, "00"), rule: "key/encoding" },
  {
    name: "ECDSA: hybrid point",
    value: wire("ecdsa", P256, pointHex(p256.pem, "hybrid")),
    rule: "key/encoding",
  },
  { name: "RSA: 1024 bits", value: wire("rsa", "rsassa-pss-sha256", pemOf(small)), rule: "key/weak" },
  {
    name: "RSA: exponent 1",
    value: wire(
      "rsa",
      "rsassa-pss-sha256",
      changeDer(rsa.pem, (der) =>
        der
          .replace("30820122", "30820120")
          .replace("0382010f", "0382010d")
          .replace("3082010a", "30820108")
          .replace(/0203010001$/, "020101"),
      ),
    ),
    rule: "key/weak",
  },
  {
    name: "RSA: even exponent",
    value: wire(
      "rsa",
      "rsassa-pss-sha256",
      changeDer(rsa.pem, (der) => der.replace(/010001$/, "010002")),
    ),
    rule: "key/weak",
  },
  {
    name: "RSA: even modulus",
    value: wire(
      "rsa",
      "rsassa-pss-sha256",
      changeDer(rsa.pem, (der) => der.replace(/..0203010001$/, "000203010001")),
    ),
    rule: "key/weak",
  },
  {
    name: "RSA: negative modulus",
    value: wire(
      "rsa",
      "rsassa-pss-sha256",
      changeDer(rsa.pem, (der) => der.replace("0282010100", "02820101ff")),
    ),
    rule: "key/encoding",
  },
  {
    name: "PEM: bytes behind the key",
    value: wire(
      "ecdsa",
      P256,
      changeDer(p256.pem, (der) => `${der}00`),
    ),
    rule: "key/encoding",
  },
  { name: "PEM: two blocks", value: wire("ecdsa", P256, p256.pem + p256.pem), rule: "key/encoding" },
  { name: "PEM: text before it", value: wire("ecdsa", P256, `x\n${p256.pem}`), rule: "key/encoding" },
  {
    name: "PEM: another label",
    value: wire("ecdsa", P256, p256.pem.replaceAll("PUBLIC KEY", "CERTIFICATE")),
    rule: "key/encoding",
  },
  {
    name: "PEM: labels that differ",
    value: wire("ecdsa", P256, p256.pem.replace("END PUBLIC", "END RSA PUBLIC")),
    rule: "key/encoding",
  },
  {
    name: "PEM: no base64",
    value: wire("ecdsa", P256, p256.pem.replace("\nM", "\n*")),
    rule: "key/encoding",
  },
  {
    name: "PEM: padding bits set",
    value: wire("ecdsa", P256, setPaddingBits(p256.pem)),
    rule: "key/encoding",
  },
];

for (const { name, value, rule } of badKeys) {
  test(`a problem, not an exception: ${name}`, () => {
    const parsed = parseKeyObject(value);
    assert.equal(parsed.problem?.rule, rule);
    assert.equal(parsed.verifiable, false);
    assert.equal(parsed.verification, null);
    assert.match(parsed.problem?.text ?? "", /^[ -~…]+\.$/);
    assert.notEqual(parsed.material, "");
    assert.throws(() => strictPublicKey(value), { code: "key/not-our-spelling" });
  });
}

test("a key of absurd length is no key, at once", () => {
  const absurd = `-----BEGIN PUBLIC KEY-----\n${"A".repeat(4_000_000)}\n-----END PUBLIC KEY-----\n`;
  for (const encoded of [absurd, "a".repeat(4_000_000)]) {
    assert.equal(parseKeyObject(wire("rsa", "rsassa-pss-sha256", encoded)).problem?.rule, "key/encoding");
  }
});

test("parseKeyObject never throws", () => {
  const encoded = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."0123456789abcdefAF-") }),
  );
  const pem = fc
    .uint8Array({ maxLength: 80 })
    .map((der) => changeDer(p256.pem, () => Buffer.from(der).toString("hex")));
  const keytype = fc.constantFrom("ed25519", "ecdsa", "rsa", P256);
  const likely = fc
    .tuple(keytype, fc.constantFrom(...SCHEMES), fc.oneof(encoded, pem))
    .map((parts) => wire(...parts));
  fc.assert(
    fc.property(fc.oneof(jsonValue, likely), (value) => {
      const { verifiable, problem } = parseKeyObject(value);
      assert.equal(verifiable, problem === undefined);
    }),
    { numRuns: 500 },
  );
});

/** Of how many keys of a chain the keyid is the hash of the whole object, or of its three members; counted in Python. */
const publishedChains = [
  { chain: "sigstore-prod", files: 15, whole: 96, short: 0, neither: 1 },
  { chain: "docker-tuf", files: 1, whole: 9, short: 1, neither: 0 },
  { chain: "maryland-dsd-law", files: 5, whole: 34, short: 0, neither: 5 },
];

for (const { chain, files, whole, short, neither } of publishedChains) {
  test(`keyids of ${chain}, recomputed`, requires(fixtures), () => {
    const counts = { whole: 0, short: 0, neither: 0 };
    for (let version = 1; version <= files; version++) {
      const document = parseJson(
        readFileSync(join(fixturesFolder, "root-chains", chain, `${version}.root.json`)),
      );
      const signed = isObject(document) ? document.get("signed") : undefined;
      const keys = isObject(signed) ? signed.get("keys") : undefined;
      assert.ok(isObject(keys));
      for (const [keyid, key] of keys) {
        const { computedKeyId, computedShortKeyId } = parseKeyObject(key);
        if (keyid === computedKeyId) counts.whole++;
        else if (keyid === computedShortKeyId) counts.short++;
        else counts.neither++;
      }
    }
    assert.deepEqual(counts, { whole, short, neither });
  });
}
