import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { CeremonyError } from "../../src/errors.ts";
import { keyObject } from "../../src/tuf/keys.ts";
import { publicKeyFromPem, strictPublicKey } from "../../src/tuf/public-keys.ts";
import type { Scheme } from "../../src/tuf/types.ts";
import { compressedSpki, oneLine, pkcs1, pointHex, wire } from "../support/key-spellings.ts";
import { makeTestKey } from "../support/test-keys.ts";

const P256 = "ecdsa-sha2-nistp256";
const ed25519 = makeTestKey("ed25519");
const p256 = makeTestKey(P256);
const rsa = makeTestKey("rsassa-pss-sha256");
const testKeys = [ed25519, p256, makeTestKey("ecdsa-sha2-nistp384"), rsa];
const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;

for (const { scheme, pem, publicKey, parsed } of testKeys) {
  test(`our spelling of a key for ${scheme}`, () => {
    assert.deepEqual([...keyObject(publicKey).keys()].sort(), ["keytype", "keyval", "scheme"]);
    assert.equal(parsed.computedKeyId, parsed.computedShortKeyId);
    assert.match(parsed.computedKeyId, /^[0-9a-f]{64}$/);
    assert.deepEqual(strictPublicKey(keyObject(publicKey)), publicKey);
    assert.deepEqual(publicKeyFromPem(oneLine(pem).replaceAll("\n", "\r\n"), scheme), publicKey);
    if (scheme !== "ed25519") assert.equal(publicKey.public, pem);
  });
}

test("a compressed point is written uncompressed, RSA with its NULL parameter", () => {
  assert.deepEqual(publicKeyFromPem(compressedSpki(p256.pem), P256), p256.publicKey);
});

test("strictPublicKey refuses every other spelling", () => {
  const others = [
    wire("ed25519", "ed25519", ed25519.publicKey.public.toUpperCase()),
    wire("ecdsa", P256, p256.pem.trimEnd()),
    wire("ecdsa", P256, oneLine(p256.pem)),
    wire("ecdsa", P256, compressedSpki(p256.pem)),
    wire("ecdsa", P256, pointHex(p256.pem, "uncompressed")),
    wire(P256, P256, p256.pem),
    wire("rsa", "rsassa-pss-sha256", pkcs1(rsa.pem)),
    wire("rsa", "rsassa-pss-sha512", rsa.pem),
  ];
  const extended = new Map([...keyObject(p256.publicKey), ["x-owner", "@ada"] as const]);
  for (const value of [...others, extended]) {
    assert.throws(() => strictPublicKey(value), { code: "key/not-our-spelling" });
  }
});

const notPublicPems: readonly {
  readonly name: string;
  readonly pem: string;
  readonly scheme: Scheme;
  readonly code: string;
}[] = [
  { name: "nothing", pem: "", scheme: "ed25519", code: "key/not-a-public-pem" },
  { name: "hex", pem: ed25519.publicKey.public, scheme: "ed25519", code: "key/not-a-public-pem" },
  { name: "PKCS#1", pem: pkcs1(rsa.pem), scheme: "rsassa-pss-sha256", code: "key/not-a-public-pem" },
  { name: "another kind", pem: rsa.pem, scheme: "ed25519", code: "key/unfit" },
  { name: "another curve", pem: p256.pem, scheme: "ecdsa-sha2-nistp384", code: "key/unfit" },
  {
    name: "1024 bits",
    pem: small.export({ type: "spki", format: "pem" }).toString(),
    scheme: "rsassa-pss-sha256",
    code: "key/unfit",
  },
];

for (const { name, pem, scheme, code } of notPublicPems) {
  test(`publicKeyFromPem refuses: ${name}`, () =>
    assert.throws(() => publicKeyFromPem(pem, scheme), { code }));
}

test("a private key given by mistake is refused without being shown", () => {
  const pem = p256.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const body = pem.split("\n")[1] ?? "";
  assert.throws(
    () => publicKeyFromPem(pem, P256),
    (error) =>
      error instanceof CeremonyError && !error.message.includes(body) && error.found.includes("PRIVATE KEY"),
  );
});
