/** Renewal, rotation and revocation, held as ceremonies: what they write leads on from the root before, for everybody. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import type { Asked } from "../../src/live/people.ts";
import { clockFrom } from "../../src/live/performer.ts";
import { opened, unattendedPeople } from "../../src/live/unattended-people.ts";
import { acceptEverywhere, outputOf } from "../support/judge-chain.ts";
import { exampleFile } from "../support/scripts.ts";
import { exampleStores, loadScript, newFolder, planOf, runOnce, time } from "./ceremony-harness.ts";

const at = time("2026-12-31T00:00:00Z");
const previous = (role: string) => exampleFile(`previous/1.${role}.json`);

for (const { name, signs } of [
  { name: "renew", signs: ["bins", "targets", "root"] },
  { name: "rotate", signs: ["root"] },
  { name: "revoke", signs: ["root"] },
]) {
  test(`${name}.yaml leads from the first root to the second, with targets and bins under it`, async () => {
    const folder = newFolder();
    const loaded = loadScript(`${name}.yaml`);
    const plan = planOf(loaded);
    assert.deepEqual(
      plan.documents.map(({ role }) => role),
      signs,
    );
    const clock = clockFrom(plan.script.window.from);
    const { head, reason } = await runOnce({ folder, loaded, stores: exampleStores(loaded), clock });
    assert.equal(reason, "finished");
    assert.deepEqual((await auditFolder(folder, head)).problems, []);
    const now = (role: string) =>
      signs.includes(role) ? outputOf(folder, `2.${role}.json`) : previous(role);
    acceptEverywhere(
      { roots: [previous("root"), now("root")], targets: now("targets"), bins: now("bins") },
      at,
    );
  });
}

test("without one of the two signers that are left, the revocation does not come to its end", async () => {
  const folder = newFolder();
  const loaded = loadScript("revoke.yaml");
  let asked = 0;
  const people = unattendedPeople(({ prompt, dispositions }, { step }): Asked | null => {
    if (step.ref !== "sign/root/root-ada" || prompt !== "sign-document") return null;
    asked += 1;
    assert.ok(
      !dispositions.includes("without-signer"),
      "root-admin alone does not meet the previous threshold",
    );
    return opened({ happened: "she is away", disposition: "abort", confirmedBy: ["admin", "grace"] });
  });
  const clock = clockFrom(planOf(loaded).script.window.from);
  const { reason } = await runOnce({ folder, loaded, stores: exampleStores(loaded), people, clock });
  assert.equal(reason, "aborted");
  assert.equal(asked, 1);
});

test("the new holder's signature is not needed in the revocation: the two who are left meet both thresholds", async () => {
  const folder = newFolder();
  const loaded = loadScript("revoke.yaml");
  const people = unattendedPeople(({ prompt }, { step }): Asked | null =>
    step.ref === "sign/root/root-grace-2" && prompt === "sign-document"
      ? opened({ happened: "forgot it", disposition: "without-signer", confirmedBy: ["admin", "ada"] })
      : null,
  );
  const clock = clockFrom(planOf(loaded).script.window.from);
  await runOnce({ folder, loaded, stores: exampleStores(loaded), people, clock });
  const verdict = await auditFolder(folder, null);
  assert.deepEqual(verdict.problems, []);
  assert.equal(verdict.exceptions.length, 1);
  acceptEverywhere(
    {
      roots: [previous("root"), outputOf(folder, "2.root.json")],
      targets: previous("targets"),
      bins: previous("bins"),
    },
    at,
  );
});
