import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { constants, sign } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { acceptSignature } from "../../src/tuf/accept-signature.ts";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { verifyByJavaScript } from "../../src/tuf/javascript-signatures.ts";
import { isArray, isObject, object, tryParseJson } from "../../src/tuf/json.ts";
import { type ParsedKey, parseKeyObject } from "../../src/tuf/keys.ts";
import { verifyByOpenSsl } from "../../src/tuf/openssl-signatures.ts";
import type { SignatureVerdict } from "../../src/tuf/types.ts";
import { fixtures, fixturesFolder, requires } from "../support/requires.ts";
import { makeTestKey } from "../support/test-keys.ts";

const payload = Buffer.from("what is signed");
const ed25519 = makeTestKey("ed25519");
const ecdsa = makeTestKey("ecdsa-sha2-nistp256");
const ecdsa384 = makeTestKey("ecdsa-sha2-nistp384");
const rsa = makeTestKey("rsassa-pss-sha256");
const testKeys = [ed25519, ecdsa, ecdsa384, rsa];

/** Both implementations' verdict, which must be one. */
function verify(key: ParsedKey, sig: string, signed: Uint8Array = payload): SignatureVerdict {
  const openssl = verifyByOpenSsl(key, signed, sig, "any");
  assert.equal(verifyByJavaScript(key, signed, sig, "any"), openssl);
  return openssl;
}

function rsaKey(scheme: string): ParsedKey {
  return parseKeyObject(
    object([
      ["keytype", "rsa"],
      ["scheme", scheme],
      ["keyval", object([["public", rsa.pem]])],
    ]),
  );
}

for (const key of testKeys) {
  test(`${key.scheme}: a good signature is valid and accepted`, () => {
    const sig = key.sign(payload);
    assert.equal(verify(key.parsed, sig), "valid");
    assert.deepEqual(acceptSignature(key.parsed, payload, sig), { ok: true });
  });

  test(`${key.scheme}: another payload, another key, another bit`, () => {
    const sig = key.sign(payload);
    assert.equal(verify(key.parsed, sig, Buffer.from("something else")), "invalid");
    assert.equal(verify(makeTestKey(key.scheme).parsed, sig), "invalid");
    for (let at = 0; at < sig.length / 2; at += 7) {
      const bytes = Buffer.from(sig, "hex");
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      assert.equal(verify(key.parsed, bytes.toString("hex")), "invalid");
    }
    const refusal = { ok: false, openssl: "invalid", javascript: "invalid" };
    assert.deepEqual(acceptSignature(key.parsed, Buffer.from("x"), sig), refusal);
  });

  test(`${key.scheme}: hex is hex`, () => {
    const sig = key.sign(payload);
    for (const bad of [
      "",
      sig.slice(1),
      sig.slice(2),
      `${sig}00`,
      `${sig}zz`,
      ` ${sig}`,
      `${sig}\n`,
      `0x${sig}`,
    ]) {
      assert.equal(verify(key.parsed, bad), "invalid");
      assert.equal(acceptSignature(key.parsed, payload, bad).ok, false);
    }
    assert.equal(verify(key.parsed, Buffer.from(sig, "hex").toString("base64")), "invalid");
  });

  test(`${key.scheme}: upper case is read, never accepted`, () => {
    const sig = key.sign(payload).toUpperCase();
    assert.equal(verify(key.parsed, sig), "valid");
    assert.equal(acceptSignature(key.parsed, payload, sig).ok, false);
  });

  test(`${key.scheme}: no bytes make either implementation fail in any other way`, () => {
    const sizes = { minLength: 60, maxLength: 260 };
    fc.assert(
      fc.property(
        fc.uint8Array(sizes),
        (bytes) => verify(key.parsed, Buffer.from(bytes).toString("hex")) === "invalid",
      ),
      { numRuns: 50 },
    );
  });
}

test("a key that is not verifiable is no bad signature", () => {
  const key = parseKeyObject(
    object([
      ["keytype", "ml-dsa"],
      ["scheme", "ml-dsa-65/1"],
      ["keyval", object([["public", ""]])],
    ]),
  );
  assert.equal(verify(key, "00"), "cannot-verify");
  const refusal = { ok: false, openssl: "cannot-verify", javascript: "cannot-verify" };
  assert.deepEqual(acceptSignature(key, payload, "00"), refusal);
});

/** Under the identity as public key, R = identity and S = 0 are "valid" for everything wherever nobody looks. */
test("Ed25519: the universal forgery under the identity key can't be verified", () => {
  const identity = `01${"00".repeat(31)}`;
  const key = parseKeyObject(
    object([
      ["keytype", "ed25519"],
      ["scheme", "ed25519"],
      ["keyval", object([["public", identity]])],
    ]),
  );
  assert.equal(verify(key, `${identity}${"00".repeat(32)}`), "cannot-verify");
});

test("Ed25519: S beyond the group's order is a second spelling, and refused", () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const sig = Buffer.from(ed25519.sign(payload), "hex");
  const s = BigInt(`0x${Buffer.from(sig.subarray(32)).reverse().toString("hex")}`) + order;
  Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse().copy(sig, 32);
  assert.equal(verify(ed25519.parsed, sig.toString("hex")), "invalid");
});

/** DER of two integers, each spelled as given. */
function derOf(r: string, s: string): string {
  const element = (tag: string, content: string) =>
    tag + (content.length / 2).toString(16).padStart(2, "0") + content;
  return element("30", element("02", r) + element("02", s));
}

function integerHex(value: bigint): string {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return /^[89a-f]/.test(even) ? `00${even}` : even;
}

test("ECDSA: both the high and the low s are valid", () => {
  const { r, s } = p256.Signature.fromBytes(Buffer.from(ecdsa.sign(payload), "hex"), "der");
  const order = p256.Point.Fn.ORDER;
  assert.equal(verify(ecdsa.parsed, derOf(integerHex(r), integerHex(s))), "valid");
  assert.equal(verify(ecdsa.parsed, derOf(integerHex(r), integerHex(order - s))), "valid");
});

test("ECDSA: only exact DER of numbers in range", () => {
  const sig = ecdsa.sign(payload);
  const { r, s } = p256.Signature.fromBytes(Buffer.from(sig, "hex"), "der");
  const order = p256.Point.Fn.ORDER;
  const [rHex, sHex] = [integerHex(r), integerHex(s)];
  const bad: Readonly<Record<string, string>> = {
    "raw r and s (IEEE P1363)": r.toString(16).padStart(64, "0") + s.toString(16).padStart(64, "0"),
    "r padded": derOf(`00${rHex}`, sHex),
    "s padded": derOf(rHex, `00${sHex}`),
    "r + n": derOf(integerHex(r + order), sHex),
    "s + n": derOf(rHex, integerHex(s + order)),
    "r = 0": derOf("00", sHex),
    "s = 0": derOf(rHex, "00"),
    "r empty": derOf("", sHex),
    "r negative": derOf(`ff${rHex}`, sHex),
    "a third number": derOf(rHex, `${sHex}020100`),
    "long form of a short length": `3081${sig.slice(2)}`,
    "indefinite length": `3080${sig.slice(4)}0000`,
    "a set": `31${sig.slice(2)}`,
    "an empty sequence": "3000",
    "bytes behind it": `${sig}00`,
    "one number": `30${(rHex.length / 2 + 2).toString(16)}02${(rHex.length / 2).toString(16)}${rHex}`,
  };
  for (const [name, spelling] of Object.entries(bad))
    assert.equal(verify(ecdsa.parsed, spelling), "invalid", name);
});

test("ECDSA: P-384 goes with SHA-384, nothing else", () => {
  const sig = sign("sha256", payload, ecdsa384.privateKey).toString("hex");
  assert.equal(verify(ecdsa384.parsed, sig), "invalid");
});

test("RSA-PSS: any salt is read, 32 bytes are accepted", () => {
  for (const saltLength of [0, 20, 32, 222]) {
    const sig = rsa.sign(payload, saltLength);
    assert.equal(verify(rsa.parsed, sig), "valid");
    assert.equal(acceptSignature(rsa.parsed, payload, sig).ok, saltLength === 32);
  }
});

test("RSA: the scheme's padding and hash, nothing else", () => {
  const hashes = ["sha256", "sha384", "sha512"] as const;
  const key = rsa.privateKey;
  for (const made of hashes) {
    const pss = sign(made, payload, {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }).toString("hex");
    const pkcs1 = sign(made, payload, key).toString("hex");
    for (const named of hashes) {
      const expected = made === named ? "valid" : "invalid";
      assert.equal(verify(rsaKey(`rsassa-pss-${named}`), pss), expected);
      assert.equal(verify(rsaKey(`rsa-pkcs1v15-${named}`), pkcs1), expected);
    }
    assert.equal(verify(rsaKey(`rsassa-pss-${made}`), pkcs1), "invalid");
    assert.equal(verify(rsaKey(`rsa-pkcs1v15-${made}`), pss), "invalid");
  }
});

test(
  "real signatures of published roots: one verdict, and as many of each as pyca/cryptography counts",
  requires(fixtures),
  () => {
    const counts = new Map<string, number>();
    const folder = join(fixturesFolder, "root-chains");
    for (const chain of readdirSync(folder)) {
      for (const file of readdirSync(join(folder, chain))) {
        for (const { key, signed, sig } of readSignatures(join(folder, chain, file))) {
          const line = `${key.scheme}: ${verify(key, sig, signed)}`;
          counts.set(line, (counts.get(line) ?? 0) + 1);
        }
      }
    }
    // The `cannot-verify` are keys without a scheme, from before there were any.
    assert.deepEqual(Object.fromEntries(counts), {
      ": cannot-verify": 11,
      "ecdsa-sha2-nistp256: invalid": 16,
      "ecdsa-sha2-nistp256: valid": 269,
      "ecdsa-sha2-nistp384: invalid": 5,
      "ecdsa-sha2-nistp384: valid": 5,
      "ed25519: invalid": 3,
      "ed25519: valid": 137,
      "rsa-pkcs1v15-sha256: valid": 13,
      "rsassa-pss-sha256: invalid": 2,
      "rsassa-pss-sha256: valid": 12,
    });
  },
);

interface Signed {
  readonly key: ParsedKey;
  readonly signed: Uint8Array;
  readonly sig: string;
}

/** The signatures of a root by keys that it holds itself. */
function readSignatures(path: string): readonly Signed[] {
  const document = tryParseJson(readFileSync(path));
  if (!document.ok || !isObject(document.value)) return [];
  const signed = document.value.get("signed");
  const signatures = document.value.get("signatures");
  const keys = isObject(signed) ? signed.get("keys") : undefined;
  if (signed === undefined || !isObject(keys) || !isArray(signatures)) return [];
  const payload = canonicalBytes(signed);
  return signatures.flatMap((signature) => {
    const keyid = isObject(signature) ? signature.get("keyid") : undefined;
    const sig = isObject(signature) ? signature.get("sig") : undefined;
    const key = typeof keyid === "string" ? keys.get(keyid) : undefined;
    return key === undefined || typeof sig !== "string"
      ? []
      : [{ key: parseKeyObject(key), signed: payload, sig }];
  });
}
