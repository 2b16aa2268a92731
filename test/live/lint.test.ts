/** Documents composed and signed with throw-away keys before a real one is used. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rehearsalPlan } from "../../src/ceremony/rehearsal-plan.ts";
import { lintWithThrowAwayKeys } from "../../src/live/lint.ts";
import { holdCeremony } from "../support/hold-ceremony.ts";
import { EXAMPLES, exampleText, planOf } from "../support/scripts.ts";

for (const name of EXAMPLES.filter((example) => example !== "pep458-bootstrap")) {
  test(`${name}: every document, no error, and clients that accept`, async () => {
    const plan = planOf(exampleText(name));
    const { documents, findings, clients } = await lintWithThrowAwayKeys(plan);
    assert.deepEqual(
      documents.map(({ role }) => role),
      plan.documents.map(({ role }) => role),
    );
    assert.deepEqual(
      findings.filter(({ severity }) => severity === "error"),
      [],
    );
    assert.deepEqual(
      clients.map(({ accepted }) => accepted),
      [true],
    );
  });
}

test("the sizes are those that the real documents will have", async () => {
  const plan = planOf(exampleText("minimal"));
  const real = holdCeremony(plan);
  const { documents } = await lintWithThrowAwayKeys(plan);
  for (const { role, payloadBytes, fileBytes } of documents) {
    assert.equal(fileBytes, real.get(`1.${role}.json`)?.length, role);
    assert.ok(payloadBytes > 0 && payloadBytes < fileBytes);
  }
});

test("a rehearsal is linted as the real ceremony it stands for", async () => {
  const { findings, clients } = await lintWithThrowAwayKeys(rehearsalPlan(planOf(exampleText("rotate"))));
  assert.deepEqual(
    findings.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.deepEqual(
    clients.map(({ accepted }) => accepted),
    [true],
  );
});

test("keys of the schemes of the plan: clients accept those on P-384, whose rule is a warning", async () => {
  const text = exampleText("minimal").replaceAll("scheme: ed25519", "scheme: ecdsa-sha2-nistp384");
  const { findings, clients } = await lintWithThrowAwayKeys(planOf(text));
  assert.deepEqual(
    new Set(findings.map(({ rule, severity }) => `${severity} ${rule}`)),
    new Set(["warning key/p384"]),
  );
  assert.deepEqual(
    clients.map(({ accepted, known }) => ({ accepted, known })),
    [{ accepted: true, known: [] }],
  );
});
