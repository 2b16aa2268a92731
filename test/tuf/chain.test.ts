/** Root chains: what a successor needs, what a bad one leaves, and when expiry counts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChainResult, CLIENT_LIMITS, type VerifyOptions, verifyChain } from "../../src/tuf/chain.ts";
import { verifyByJavaScript } from "../../src/tuf/javascript-signatures.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { countSignatures } from "../../src/tuf/threshold.ts";
import type { JsonObject } from "../../src/tuf/types.ts";
import {
  ADA,
  EVE,
  GRACE,
  json,
  keyIdOfTestKey,
  LINUS,
  replaceAt,
  type SampleRoot,
  sampleRoot,
  sampleTargets,
  utc,
} from "../support/sample-metadata.ts";
import { makeTestKey } from "../support/test-keys.ts";

const OPTIONS: VerifyOptions = {
  at: utc("2026-11-21T00:00:00Z"),
  secondOpinion: null,
  limits: CLIENT_LIMITS,
  rehearsal: false,
};

function judge(roots: readonly (Partial<SampleRoot> | Uint8Array)[], options: Partial<VerifyOptions> = {}) {
  const [first, ...successors] = roots.map((root) =>
    readDocument(root instanceof Uint8Array ? root : sampleRoot(root)),
  );
  assert.ok(first);
  return verifyChain(first, successors, { ...OPTIONS, ...options });
}

function errorsOf(result: ChainResult): readonly string[] {
  const findings = [...result.steps.flatMap((step) => step.findings), ...result.findings];
  return findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

function warningsOf(result: ChainResult): readonly string[] {
  const findings = [...result.steps.flatMap((step) => step.findings), ...result.findings];
  return findings.filter(({ severity }) => severity === "warning").map(({ rule }) => rule);
}

test("a chain in which everything is right", () => {
  const result = judge([{}, { version: 2, keys: [ADA, GRACE, EVE], signers: [ADA, GRACE] }]);
  assert.deepEqual(errorsOf(result), []);
  assert.equal(result.isValid, true);
  assert.equal(result.trusted?.version, 2);
  const [, second] = result.steps;
  assert.deepEqual([second?.own?.valid, second?.own?.threshold, second?.own?.keys], [2, 2, 3]);
  assert.deepEqual(
    second?.previous?.signers.map(({ keyid }) => keyid),
    [ADA, GRACE].map(keyIdOfTestKey),
  );
});

const rejected: readonly (readonly [name: string, rule: string, next: Partial<SampleRoot> | Uint8Array])[] = [
  [
    "too few of its own",
    "threshold/own",
    { version: 2, keys: [ADA, GRACE, EVE], threshold: 3, signers: [ADA, GRACE] },
  ],
  [
    "too few of the previous",
    "threshold/previous",
    { version: 2, keys: [ADA, EVE, LINUS], signers: [ADA, EVE] },
  ],
  ["nobody", "threshold/own", { version: 2, signers: [] }],
  ["a takeover by one", "threshold/previous", { version: 2, keys: [ADA, EVE], threshold: 1, signers: [ADA] }],
  ["the same version", "chain/version", { version: 1 }],
  ["a version left out", "chain/version", { version: 3 }],
  ["a targets document", "chain/not-root", sampleTargets({ version: 2, signers: [ADA, GRACE] })],
  ["changed after signing", "threshold/own", { version: 2, tamper: (text) => text.replace("2030", "2031") }],
  ["larger than clients read", "document/size", { version: 2, tamper: (text) => text + " ".repeat(512_000) }],
  ["no JSON", "document/json", new Uint8Array()],
];
for (const [name, rule, next] of rejected) {
  test(`${rule}: ${name} leaves the root before it trusted`, () => {
    const result = judge([{}, next]);
    assert.equal(result.isValid, false);
    assert.ok(errorsOf(result).includes(rule), errorsOf(result).join());
    assert.equal(result.trusted?.version, 1);
  });
}

test("behind a bad successor a good one of the same version is accepted", () => {
  const result = judge([{}, { version: 2, signers: [ADA] }, { version: 2 }, { version: 3 }]);
  assert.deepEqual(
    result.steps.map((step) => step.isAccepted),
    [true, false, true, true],
  );
  assert.equal(result.trusted?.version, 3);
  assert.equal(result.isValid, false);
});

test("a first root that does not meet its own threshold trusts nobody", () => {
  const result = judge([{ signers: [ADA] }, { version: 2 }]);
  assert.equal(result.trusted, null);
  assert.equal(result.steps.length, 1);
  assert.equal(result.isValid, false);
});

test("only the last root's expiry counts, and from the very second on", () => {
  const past = utc("2020-01-01T00:00:00Z");
  const last = utc("2027-01-01T00:00:00Z");
  const chain = [{ expires: past }, { version: 2, expires: past }, { version: 3, expires: last }];
  assert.equal(judge(chain, { at: utc("2026-12-31T23:59:59Z") }).isValid, true);
  const late = judge(chain, { at: last });
  assert.deepEqual(errorsOf(late), ["chain/expired"]);
  assert.equal(late.trusted?.version, 3);
  assert.deepEqual(errorsOf(judge([{ expires: past }])), ["chain/expired"]);
});

test("an expiry that can't be read never counts as the future", () => {
  for (const expires of ["9999-99-99T00:00:00Z", "never", "", "2030-01-01", "Infinity"]) {
    const result = judge([{ edit: (signed) => replaceAt(signed, ["expires"], expires) }]);
    assert.equal(result.isValid, false, expires);
    assert.equal(result.trusted, null);
  }
});

test("a fraction of a second does not lengthen a life, an offset is taken into account", () => {
  const expiring = (expires: string) => ({
    edit: (signed: JsonObject) => replaceAt(signed, ["expires"], expires),
  });
  const at = utc("2027-01-01T00:00:00Z");
  assert.equal(judge([expiring("2027-01-01T00:00:00.999Z")], { at }).isValid, false);
  assert.equal(judge([expiring("2027-01-01T00:00:01.000Z")], { at }).isValid, true);
  assert.equal(judge([expiring("2027-01-01T01:00:00+02:00")], { at }).isValid, false);
  assert.equal(judge([expiring("2026-12-31T22:00:00-03:00")], { at }).isValid, true);
});

test("a bad signature, one that nobody can verify and a stranger's are three different things", () => {
  const [ada, grace] = [keyIdOfTestKey(ADA), keyIdOfTestKey(GRACE)];
  const spoiled = sampleRoot({
    keys: [ADA, GRACE, LINUS, EVE],
    threshold: 1,
    signers: [ADA, GRACE, LINUS, makeTestKey("ed25519")],
    edit: (signed) => replaceAt(signed, ["keys", grace, "scheme"], "ml-dsa-65/1"),
    tamper: (text) => text.replace(new RegExp(`(${ada}",\\s*"sig": ")..`), "$100"),
  });
  const result = judge([spoiled]);
  assert.deepEqual(
    result.steps[0]?.own?.signatures.map(({ verdict }) => verdict),
    ["invalid", "cannot-verify", "valid", "not-a-signer"],
  );
  assert.equal(result.isValid, true);
  const about = warningsOf(result).filter((rule) => rule.startsWith("signature/"));
  assert.deepEqual(about, ["signature/invalid", "signature/cannot-verify", "signature/not-a-signer"]);
});

test("a signature of an unknown scheme is never called a bad one, nor its key's hex an unusual spelling", () => {
  const grace = keyIdOfTestKey(GRACE);
  const base64 = sampleRoot({
    edit: (signed) => replaceAt(signed, ["keys", grace, "scheme"], "ml-dsa-65/1"),
    tamper: (text) =>
      text.replace(new RegExp(`(${grace}",\\s*"sig": ")[0-9a-f]+`), "$1MEQCIAbCYsUefNa2nBScjp5imHH="),
  });
  const result = judge([base64]);
  assert.deepEqual(
    result.steps[0]?.own?.signatures.map(({ verdict }) => verdict),
    ["valid", "cannot-verify", "valid"],
  );
  const warnings = warningsOf(result);
  assert.ok(
    warnings.includes("signature/not-hex") && warnings.includes("key/unknown-scheme"),
    warnings.join(),
  );
  assert.ok(!warnings.includes("signature/invalid") && !warnings.includes("key/spelling"), warnings.join());
});

test("one key under two keyids is one signer", () => {
  const twice = sampleRoot({
    signers: [ADA, ADA],
    edit: (signed) => {
      const upperCase = ADA.publicKey.public.toUpperCase();
      const again = `{"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "${upperCase}"}}`;
      const key = replaceAt(signed, ["keys", "ada"], json(again));
      return replaceAt(key, ["roles", "root", "keyids"], [keyIdOfTestKey(ADA), "ada", keyIdOfTestKey(GRACE)]);
    },
    tamper: (text) => text.replace(keyIdOfTestKey(ADA), "ada"),
  });
  const result = judge([twice]);
  assert.equal(result.isValid, false);
  const own = result.steps[0]?.own;
  assert.deepEqual([own?.valid, own?.threshold, own?.keys], [1, 2, 2]);
  assert.ok(warningsOf(result).includes("signature/same-key"));
});

test("a role that could not be counted is never met", () => {
  const root = readDocument(sampleRoot());
  assert.ok(root.kind === "root");
  for (const threshold of [0, -1, Number.NaN]) {
    const options = { secondOpinion: null };
    assert.equal(countSignatures(root, { keyids: [], threshold }, root.keys, options).isMet, false);
  }
});

test("with a second opinion both implementations are asked", () => {
  const mixed = [
    ADA,
    makeTestKey("ecdsa-sha2-nistp256"),
    makeTestKey("rsassa-pss-sha256"),
    makeTestKey("ecdsa-sha2-nistp384"),
  ];
  const chain = [
    { keys: mixed, threshold: 4 },
    { version: 2, keys: mixed, threshold: 4 },
  ];
  assert.equal(judge(chain, { secondOpinion: verifyByJavaScript }).isValid, true);
});

test("a longer chain than clients follow in one go is a warning", () => {
  const limits = { ...CLIENT_LIMITS, rotations: 1 };
  const result = judge([{}, { version: 2 }, { version: 3 }], { limits });
  assert.equal(result.isValid, true);
  assert.ok(warningsOf(result).includes("chain/length"));
});

test("documents of a rehearsal are accepted in a rehearsal only", () => {
  const rehearsed = { edit: (signed: JsonObject) => replaceAt(signed, ["_type"], "rehearsal-root") };
  assert.deepEqual(errorsOf(judge([rehearsed])), ["document/rehearsal"]);
  assert.equal(judge([rehearsed], { rehearsal: true }).isValid, true);
});
