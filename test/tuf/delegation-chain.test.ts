/** Targets under root, bins under targets, bin-n under bins. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT_LIMITS, type VerifyOptions } from "../../src/tuf/chain.ts";
import { type DelegatedStep, verifyDelegated } from "../../src/tuf/delegation-chain.ts";
import { hashBins, succinctRoles } from "../../src/tuf/hash-bins.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import {
  ADA,
  EVE,
  GRACE,
  keyIdOfTestKey,
  sampleRoot,
  sampleTargets,
  utc,
} from "../support/sample-metadata.ts";

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
