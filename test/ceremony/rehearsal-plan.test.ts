/** The plan of a rehearsal: the same documents, gates and signers; throw-away keys in every place. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { rehearsalPlan } from "../../src/ceremony/rehearsal-plan.ts";
import { makeExample } from "../exchange/plans.ts";
import { exampleText, planOf } from "../support/scripts.ts";

const PLANS: Readonly<Record<string, Plan>> = {
  "a bootstrap": planOf(exampleText("minimal")),
  "a holder elsewhere": makeExample().plan,
  "a renewal": planOf(exampleText("renew")),
  "a rotation": planOf(exampleText("rotate")),
  "a revocation": planOf(exampleText("revoke")),
};

const refs = ({ steps }: Plan) => steps.map(({ ref }) => ref);

for (const [what, plan] of Object.entries(PLANS)) {
  describe(`of ${what}`, () => {
    const rehearsed = rehearsalPlan(plan);

    it("documents, gates, signers and keys by name are the same", () => {
      assert.deepEqual(rehearsed.documents, plan.documents);
      assert.deepEqual([...rehearsed.keys.keys()], [...plan.keys.keys()]);
      assert.deepEqual(rehearsed.script, plan.script);
      assert.equal(rehearsed.scriptSha256, plan.scriptSha256);
    });

    it("every key that signs is made in the rehearsal, of its scheme and its holder's, and signs in a step", () => {
      const signers = new Set(plan.documents.flatMap((document) => document.signers));
      for (const name of signers) {
        const [before, now] = [plan.keys.get(name), rehearsed.keys.get(name)];
        assert.ok(before !== undefined && now !== undefined);
        assert.equal(now.known, undefined);
        assert.equal(now.knownKeyid, undefined);
        assert.ok(now.key.store === "file" || now.key.store === "hsm" || now.key.store === "one-time");
        if (before.known !== undefined) assert.equal(now.key.scheme, before.known.scheme);
        if ("holder" in before.key && "holder" in now.key) assert.equal(now.key.holder, before.key.holder);
        if (now.key.store === "one-time") continue;
        assert.equal(refs(rehearsed).filter((ref) => ref === `generate/${name}`).length, 1);
      }
      for (const { role, signers: names } of plan.documents) {
        for (const name of names)
          if (rehearsed.keys.get(name)?.key.store !== "one-time")
            assert.ok(refs(rehearsed).includes(`sign/${role}/${name}`), `${role} ${name}`);
      }
    });

    it("nothing travels, steps are numbered anew, each once, and keys are made before the lint", () => {
      const kinds = rehearsed.steps.map(({ kind }) => kind);
      assert.ok(!kinds.includes("request") && !kinds.includes("collect"));
      assert.deepEqual(
        rehearsed.steps.map(({ number }) => number),
        rehearsed.steps.map((_, index) => index + 1),
      );
      assert.equal(new Set(refs(rehearsed)).size, rehearsed.steps.length);
      assert.ok(kinds.lastIndexOf("generate") < kinds.indexOf("lint"));
      const people = new Set(plan.script.people.keys());
      for (const { person } of rehearsed.steps) assert.ok(people.has(person));
    });

    it("online keys stay what they are, and are still confirmed", () => {
      for (const [name, planned] of plan.keys) {
        if (planned.key.store !== "public") continue;
        assert.deepEqual(rehearsed.keys.get(name), planned);
        assert.ok(refs(rehearsed).includes(`confirm/${name}`));
      }
    });
  });
}

it("a plan without known keys that sign stays as it is", () => {
  const plan = planOf(exampleText("minimal"));
  assert.deepEqual(rehearsalPlan(plan), plan);
});

it("what came from elsewhere is signed where it would have been taken in, and its key is not confirmed", () => {
  const before = refs(makeExample().plan);
  const after = refs(rehearsalPlan(makeExample().plan));
  assert.deepEqual(
    after,
    before.flatMap((ref) => {
      if (ref === "lint") return ["generate/root-linus", "lint"];
      if (ref === "request/root/root-linus" || ref === "confirm/root-linus") return [];
      return [ref === "collect/root/root-linus" ? "sign/root/root-linus" : ref];
    }),
  );
});
