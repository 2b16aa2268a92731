/** Documents composed and signed with throw-away keys before a real one is used. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rehearsalPlan } from "../../src/ceremony/rehearsal-plan.ts";
import { lintWithThrowAwayKeys } from "../../src/live/lint.ts";
import { holdCeremony } from "../support/hold-ceremony.ts";
import { EXAMPLES, edit, exampleText, planOf } from "../support/scripts.ts";

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

test("keys of the schemes of the plan: P-384 is what tuf-js is known to refuse", async () => {
  const text = edit(
    exampleText("minimal"),
    "root-ada: { holder: ada, scheme: ed25519",
    "root-ada: { holder: ada, scheme: ecdsa-sha2-nistp384",
  );
  const [client] = (await lintWithThrowAwayKeys(planOf(text))).clients;
  assert.deepEqual(client?.known, ["client/tuf-js-p384"]);
});
