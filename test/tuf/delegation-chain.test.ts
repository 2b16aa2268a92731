/** Targets under root, bins under targets, bin-n under bins. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT_LIMITS, type VerifyOptions } from "../../src/tuf/chain.ts";
import { type DelegatedStep, verifyDelegated } from "../../src/tuf/delegation-chain.ts";
import { hashBins, succinctRoles } from "../../src/tuf/hash-bins.ts";
import { object } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { JsonObject } from "../../src/tuf/types.ts";
import {
  ADA,
  EVE,
  GRACE,
  keyIdOfTestKey,
  LINUS,
  replaceAt,
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
const byEve = { keyids: [keyIdOfTestKey(EVE)], threshold: 1 };

const targets = sampleTargets({
  delegations: {
    keys: [EVE.publicKey],
    roles: [{ name: "bins", ...byEve, terminating: false, paths: ["*"], pathHashPrefixes: null }],
  },
});
const bins = sampleTargets({
  signers: [EVE],
  delegations: { keys: [EVE.publicKey], roles: hashBins({ count: 16, name: "bin-n", ...byEve }) },
});
const succinct = sampleTargets({
  signers: [EVE],
  delegations: {
    keys: [EVE.publicKey],
    succinctRoles: succinctRoles({ count: 32, name: "bin-n", ...byEve }),
  },
});
const bin = sampleTargets({ signers: [EVE] });

function judge(documents: Readonly<Record<string, Uint8Array>>): readonly DelegatedStep[] {
  const root = readDocument(sampleRoot());
  assert.ok(root.kind === "root");
  const named = Object.entries(documents).map(([name, file]) => ({ name, document: readDocument(file) }));
  return verifyDelegated(root, named, OPTIONS);
}

function errorsOf(steps: readonly DelegatedStep[]): readonly string[] {
  return steps.flatMap(({ name, findings }) =>
    findings.filter(({ severity }) => severity === "error").map(({ rule }) => `${name}: ${rule}`),
  );
}

test("every document is verified under the one that delegates to it, in whatever order they come", () => {
  const steps = judge({ "bin-n-a": bin, bins, targets });
  assert.deepEqual(errorsOf(steps), []);
  assert.deepEqual(
    steps.map(({ name, delegator, isAccepted }) => [name, delegator, isAccepted]),
    [
      ["bin-n-a", "bins", true],
      ["bins", "targets", true],
      ["targets", "root", true],
    ],
  );
});

test("succinct roles delegate to exactly the bins that TAP 15 names", () => {
  const accepted = (name: string) => judge({ targets, bins: succinct, [name]: bin })[2]?.isAccepted;
  assert.equal(accepted("bin-n-00"), true);
  assert.equal(accepted("bin-n-1f"), true);
  for (const name of ["bin-n-20", "bin-n-1F", "bin-n-0", "bin-n-001", "bin-n", "bin-n-", "other-00"]) {
    assert.equal(accepted(name), false, name);
  }
});

const rejected: readonly (readonly [rule: string, documents: Readonly<Record<string, Uint8Array>>])[] = [
  ["targets: threshold/delegator", { targets: sampleTargets({ signers: [EVE] }) }],
  ["bins: threshold/delegator", { targets, bins: sampleTargets({ signers: [ADA, GRACE] }) }],
  ["other: trust/no-delegator", { targets, other: bin }],
  ["bins: trust/no-delegator", { targets: sampleTargets({ signers: [EVE] }), bins }],
  ["targets: trust/expired", { targets: sampleTargets({ expires: utc("2026-11-21T00:00:00Z") }) }],
  ["targets: trust/type", { targets: sampleRoot() }],
  ["targets: document/json", { targets: new Uint8Array() }],
];
for (const [rule, documents] of rejected) {
  test(rule, () => {
    const steps = judge(documents);
    assert.ok(errorsOf(steps).includes(rule), errorsOf(steps).join());
    assert.equal(
      steps.every(({ isAccepted }) => isAccepted),
      false,
    );
  });
}

test("larger targets than clients read are refused", () => {
  const root = readDocument(sampleRoot());
  assert.ok(root.kind === "root");
  const limits = { ...CLIENT_LIMITS, targetsBytes: targets.length - 1 };
  const [step] = verifyDelegated(root, [{ name: "targets", document: readDocument(targets) }], {
    ...OPTIONS,
    limits,
  });
  assert.deepEqual(errorsOf(step === undefined ? [] : [step]), ["targets: document/size"]);
});

const byLinus = { keyids: [keyIdOfTestKey(LINUS)], threshold: 1 };
const delegated = (name: string, by: typeof byEve, paths = ["*"]) => ({
  name,
  ...by,
  terminating: false,
  paths,
  pathHashPrefixes: null,
});

test("a role that two documents delegate to has to satisfy both, whoever comes first", () => {
  const both = sampleTargets({
    delegations: {
      keys: [EVE.publicKey, LINUS.publicKey],
      roles: [delegated("b", byEve), delegated("a", byLinus)],
    },
  });
  const takesOver = sampleTargets({
    signers: [LINUS],
    delegations: { keys: [LINUS.publicKey], roles: [delegated("b", byLinus)] },
  });
  const agrees = sampleTargets({
    signers: [LINUS],
    delegations: { keys: [EVE.publicKey], roles: [delegated("b", byEve)] },
  });
  for (const [b, a, isAccepted] of [
    [sampleTargets({ signers: [LINUS] }), takesOver, false],
    [sampleTargets({ signers: [EVE] }), takesOver, false],
    [sampleTargets({ signers: [EVE, LINUS] }), takesOver, true],
    [sampleTargets({ signers: [EVE] }), agrees, true],
  ] as const) {
    for (const documents of [
      { targets: both, a, b },
      { b, a, targets: both },
    ]) {
      assert.equal(judge(documents).find(({ name }) => name === "b")?.isAccepted, isAccepted);
    }
  }
});

test("of two versions of a document only the newer one delegates, whatever order they come in", () => {
  const root = readDocument(sampleRoot());
  assert.ok(root.kind === "root");
  const revoked = sampleTargets({ version: 2 });
  const forged = sampleTargets({ version: 3, signers: [EVE] });
  const named = (name: string, bytes: Uint8Array) => ({ name, document: readDocument(bytes) });
  const documents = [named("targets", targets), named("targets", revoked), named("bins", bins)];
  for (const order of [documents, documents.toReversed()]) {
    const steps = verifyDelegated(root, order, OPTIONS);
    assert.deepEqual(errorsOf(steps), ["bins: trust/no-delegator"]);
    const warned = steps.filter(({ findings }) => findings.some(({ rule }) => rule === "trust/superseded"));
    assert.deepEqual(
      warned.map(({ document }) => document.kind !== "unreadable" && document.version),
      [1],
    );
  }
  const refused = [named("targets", forged), named("targets", targets), named("bins", bins)];
  assert.deepEqual(errorsOf(verifyDelegated(root, refused, OPTIONS)), ["targets: threshold/delegator"]);
});

test("one version of a role with two contents is accepted in neither; a copy, and what is older, do no harm", () => {
  const root = readDocument(sampleRoot());
  assert.ok(root.kind === "root");
  const revoked = sampleTargets({ version: 1 });
  const later = sampleTargets({ version: 2 });
  const forged = sampleTargets({ version: 1, signers: [EVE] });
  const verify = (...files: readonly Uint8Array[]) =>
    verifyDelegated(
      root,
      files.map((file) => ({ name: "targets", document: readDocument(file), bytes: file })),
      OPTIONS,
    );
  const both = ["targets: trust/equivocation", "targets: trust/equivocation"];
  assert.deepEqual(errorsOf(verify(targets, revoked)), both);
  assert.deepEqual(errorsOf(verify(targets, revoked, later)), both, "clients of an earlier day saw them");
  assert.deepEqual(
    verify(targets, targets).flatMap(({ findings }) => findings),
    [],
  );
  assert.deepEqual(errorsOf(verify(targets, forged)), ["targets: threshold/delegator"]);
});

test("a target in the wrong bin is told, and the document accepted: clients only never find it", () => {
  const target = object([
    ["hashes", object([["sha256", "00".repeat(32)]])],
    ["length", 1],
  ]);
  const inBin = sampleTargets({
    signers: [EVE],
    edit: (signed) => replaceAt(signed, ["targets"], object([["some/path", target]])),
  });
  // printf some/path | sha256sum begins with d156
  for (const [files, expected] of [
    [{ targets, bins, "bin-n-d": inBin }, []],
    [{ targets, bins, "bin-n-9": inBin }, ["/signed/targets/some~1path"]],
    [{ targets, bins: succinct, "bin-n-1a": inBin }, []],
    [{ targets, bins: succinct, "bin-n-10": inBin }, ["/signed/targets/some~1path"]],
  ] as const) {
    const steps = judge(files);
    assert.deepEqual(errorsOf(steps), []);
    const stray = steps.flatMap(({ findings }) =>
      findings.filter(({ rule }) => rule === "trust/stray-target"),
    );
    assert.deepEqual(
      stray.map(({ where }) => where),
      expected,
    );
  }
});

test("a keyid of the root names no other key in a delegation, and none of a delegation in another", () => {
  const reusing = (keyid: string) => (signed: JsonObject) =>
    replaceAt(
      replaceAt(signed, ["delegations", "keys"], object([[keyid, keyObject(EVE.publicKey)]])),
      ["delegations", "roles", 0, "keyids"],
      [keyid],
    );
  const ofRoot = sampleTargets({
    delegations: { keys: [EVE.publicKey], roles: [delegated("p", byEve)] },
    edit: reusing(keyIdOfTestKey(GRACE)),
  });
  const ofTargets = sampleTargets({
    signers: [EVE],
    delegations: { keys: [LINUS.publicKey], roles: [delegated("q", byLinus)] },
    edit: reusing(keyIdOfTestKey(ADA)),
  });
  assert.deepEqual(errorsOf(judge({ targets: ofRoot })), ["targets: key/keyid-reused"]);
  assert.deepEqual(errorsOf(judge({ targets, bins: ofTargets })), ["bins: key/keyid-reused"]);
});

test("a weak key among so many that they were not looked at is found by what it signs", () => {
  const identity = `01${"00".repeat(31)}`;
  const others = Array.from({ length: 300 }, () => makeTestKey("ed25519").publicKey);
  const weakKey = { keytype: "ed25519", scheme: "ed25519", public: identity } as const;
  const weakId = keyIdOf(keyObject(weakKey));
  const many = sampleTargets({
    delegations: {
      keys: [...others, weakKey],
      roles: [
        ...others.map((key, index) =>
          delegated(`n${index}`, { keyids: [keyIdOf(keyObject(key))], threshold: 1 }),
        ),
        delegated("p", { keyids: [weakId], threshold: 1 }),
      ],
    },
  });
  const text = new TextDecoder().decode(sampleTargets({ signers: [EVE] }));
  const forged = text
    .replace(keyIdOfTestKey(EVE), weakId)
    .replace(/"sig": ?"[0-9a-f]+"/, `"sig":"${identity}${"00".repeat(32)}"`);
  const errors = errorsOf(judge({ targets: many, p: new TextEncoder().encode(forged) }));
  assert.deepEqual(errors, ["p: threshold/delegator", "p: key/weak"]);
});
