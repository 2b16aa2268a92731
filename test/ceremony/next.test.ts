/** What may be done next, in whatever order things were done, postponed, undone or left to others. */
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import fc from "fast-check";
import { sha256Hex } from "../../src/ceremony/composer.ts";
import type { Fact } from "../../src/ceremony/facts.ts";
import { expectedBegin, isFinished, next, reachableWithout } from "../../src/ceremony/next.ts";
import type { Plan, PlannedStep } from "../../src/ceremony/plan-types.ts";
import { CeremonyState } from "../../src/ceremony/state.ts";
import { makeExample } from "../exchange/plans.ts";
import { time } from "../live/ceremony-harness.ts";
import { exampleText, planOf } from "../support/scripts.ts";
import { THREE_OF_FIVE } from "../support/three-of-five.ts";
import { factsOf } from "./end-steps.ts";

const PLANS: Readonly<Record<string, Plan>> = {
  "three holders in the room": planOf(exampleText("minimal")),
  "a holder elsewhere": makeExample().plan,
  "devices with spares": planOf(THREE_OF_FIVE),
  "a rotation": planOf(exampleText("rotate")),
};
const minimal = PLANS["three holders in the room"] ?? assert.fail();
const DIGEST = sha256Hex("a head");

function stepOf(state: CeremonyState, ref: string): PlannedStep {
  return state.plannedStep(ref) ?? assert.fail(ref);
}

function end(state: CeremonyState, step: PlannedStep, ...facts: readonly Fact[]): void {
  for (const fact of facts) state.apply(step.ref, fact);
  state.endStep(step.ref);
}

function finish(state: CeremonyState, step: PlannedStep): boolean {
  const facts = factsOf(state, step);
  if (facts !== null) end(state, step, ...facts, { fact: "done" });
  return facts !== null;
}

/** Does the first thing that is possible until nothing is; what waits comes with the next session. */
function goOn(state: CeremonyState): readonly string[] {
  const done: string[] = [];
  for (;;) {
    const found = next(state);
    if (found.kind === "done") return done;
    assert.ok(found.kind === "steps" || found.kind === "waiting", found.kind);
    if (found.kind === "waiting") state.beginSession(state.session + 1, null);
    const [ref = assert.fail("nothing to do, and not done")] = found.options;
    assert.ok(finish(state, stepOf(state, ref)), `${ref} was offered and can't end`);
    done.push(ref);
    assert.ok(done.length <= 3 * state.plan.steps.length, `no end: ${done.join(" ")}`);
  }
}

/** What must be so before a step of this kind: said once more, in other words than next.ts has. */
function lacks(state: CeremonyState, { kind, role = "", key = "" }: PlannedStep): string | null {
  const { plan } = state;
  const storeOf = (name: string) => plan.keys.get(name)?.key.store;
  const unsigned = (isMeant: (store: string | undefined) => boolean) =>
    plan.documents.flatMap((document) =>
      document.signers.filter(
        (name) =>
          isMeant(storeOf(name)) &&
          !state.validSignatures(document.role).some((signature) => signature.key === name) &&
          !state.isOut(document.role, name),
      ),
    );
  const unconfirmed = plan.steps.filter(
    (step) => step.kind === "confirm" && !state.confirmed.has(step.key ?? ""),
  );
  const isSigned = kind === "sign" || kind === "request" || kind === "one-time";
  if (isSigned && state.lintedScript !== plan.scriptSha256) return "the lint";
  if (isSigned && unconfirmed.length > 0) return "a confirmation";
  if ((kind === "sign" || kind === "request") && state.document(role) === null) return "its document";
  if ((kind === "sign" || kind === "request") && unsigned((store) => store === "one-time").length > 0)
    return "one-time signatures";
  const digest = role === "" ? undefined : state.document(role)?.sha256;
  if (kind === "collect" && (digest === undefined || !state.requested.get(role)?.get(key)?.has(digest)))
    return "a request for the document as it is";
  if (kind === "verify" && unsigned(() => true).length > 0) return "signatures";
  const isVerified = plan.documents.every(
    (document) => state.verified.get(document.role) === state.document(document.role)?.sha256,
  );
  return kind === "outputs" && !isVerified ? "a verification" : null;
}

/** What holds of every answer, whatever happened before. */
function check(state: CeremonyState): void {
  const found = next(state);
  assert.deepEqual(next(state), found, "asking changes nothing");
  const unfinished = state.plan.steps.filter((step) => !isFinished(state, step));
  if (found.kind === "done") {
    assert.deepEqual(unfinished, []);
    return;
  }
  assert.ok(found.kind === "steps" || found.kind === "waiting", found.kind);
  assert.notEqual(unfinished.length, 0);
  assert.equal(new Set(found.options).size, found.options.length);
  assert.ok(found.options.length > 0, "nobody can go on");
  for (const ref of found.options) {
    const step = stepOf(state, ref);
    assert.ok(unfinished.includes(step), `${ref} is finished`);
    assert.equal(lacks(state, step), null, `${ref} lacks`);
    assert.notEqual(factsOf(state, step), null, `${ref} can't end`);
    assert.equal(state.waiting.has(ref), found.kind === "waiting");
  }
  if (found.kind === "waiting") return;
  const fresh = found.options.filter((ref) => !state.postponed.has(ref));
  assert.ok(fresh.length <= 1, "one step that is new, besides those that were postponed");
  assert.equal(fresh[0] ?? found.options.at(-1), found.options.at(-1), "the new one last");
  assert.equal(expectedBegin(found), found.options.length === 1 ? found.options[0] : "choose");
}

/** What may happen to a step; what can't happen to it now does not. */
const EVENTS = [
  "done",
  "done",
  "done",
  "done",
  "postponed",
  "postponed",
  "undone",
  "out",
  "waiting",
  "session",
] as const;

for (const [what, plan] of Object.entries(PLANS)) {
  describe(`a plan with ${what}`, () => {
    it("left alone, goes through the agenda in its order, each step once", () => {
      const done = goOn(new CeremonyState(plan, false));
      assert.deepEqual(
        done,
        plan.steps.map(({ ref }) => ref),
      );
    });

    it("never calls for a step that lacks something, whatever was done in whatever order, and always comes to its end", () => {
      const { length } = plan.steps;
      // First something happens to each step, mostly in the order of the agenda; then anything to any step.
      const agenda = fc.tuple(
        ...plan.steps.map(({ ref }) =>
          fc.record({ ref: fc.constant(ref), event: fc.constantFrom(...EVENTS) }),
        ),
      );
      const any = fc.record({
        ref: fc.constantFrom(...plan.steps.map(({ ref }) => ref)),
        event: fc.constantFrom(...EVENTS),
      });
      const later = fc.array(any, { maxLength: 2 * length, size: "max" });
      fc.assert(
        fc.property(agenda, later, fc.nat(length), (inOrder, inNone, first) => {
          const state = new CeremonyState(plan, false);
          for (const { ref, event } of [...inOrder.slice(first), ...inOrder.slice(0, first), ...inNone]) {
            happen(state, stepOf(state, ref), event);
            check(state);
          }
          goOn(state);
        }),
        { numRuns: 100 },
      );
    });
  });
}

function happen(state: CeremonyState, step: PlannedStep, event: (typeof EVENTS)[number]): void {
  const { key = "", role = "" } = step;
  switch (event) {
    case "done":
      finish(state, step);
      return;
    case "postponed":
      end(state, step, { fact: "postponed" });
      return;
    case "undone":
      if (state.keys.has(key)) end(state, step, { fact: "key-void", key, because: "spare" });
      return;
    case "out":
      // As the step itself does: never below the threshold. A document that nobody signs would never be there to verify.
      if ((step.kind === "sign" || step.kind === "collect") && reachableWithout(state, role, key))
        end(state, step, { fact: "signer-out", role, key });
      return;
    case "waiting":
      if (step.kind === "collect") end(state, step, { fact: "waiting", role, key });
      return;
    case "session":
      state.beginSession(state.session + 1, null);
      return;
    default:
      event satisfies never;
  }
}

describe("what comes before any planned step", () => {
  const fresh = () => new CeremonyState(minimal, false);
  const only = (state: CeremonyState) => {
    const found = next(state);
    return found.kind === "steps" ? found.options.join() : found.kind;
  };

  it("the head of the last session, once", () => {
    const state = fresh();
    state.beginSession(2, DIGEST);
    assert.equal(only(state), "head/2");
    state.beginSession(3, null);
    assert.equal(only(state), "head/3", "after a crash the earlier head is still due");
    state.apply("head/3", { fact: "head-compared", sha256: DIGEST });
    assert.equal(only(state), "preflight");
  });

  it("an explanation of a clock that ran backwards", () => {
    const state = fresh();
    for (const at of ["2026-12-04T15:00:00Z", "2026-12-04T15:00:00Z", "2026-12-04T15:00:01Z"])
      state.tick(time(at));
    assert.equal(only(state), "preflight");
    state.tick(time("2026-12-04T15:00:00Z"));
    assert.equal(only(state), "clock/again");
    state.apply("clock/again", { fact: "clock", time: time("2026-12-04T15:00:02Z"), by: "witness-1" });
    assert.equal(only(state), "preflight");
  });

  it("an amended script, and its reading", () => {
    const state = fresh();
    state.apply("beacon", { fact: "amend-asked" });
    assert.equal(only(state), "amend");
    state.amend(minimal);
    assert.equal(only(state), "amendment/2");
    state.apply("amendment/2", { fact: "amendment-read", sha256: DIGEST });
    assert.equal(only(state), "preflight");
  });

  it("the end, where it was aborted", () => {
    const state = fresh();
    state.beginSession(2, DIGEST);
    state.apply("preflight", { fact: "amend-asked" });
    state.apply("preflight", { fact: "aborted" });
    assert.equal(only(state), "aborted");
  });

  it("all of them at once, in this order", () => {
    const state = fresh();
    state.tick(time("2026-12-04T16:00:00Z"));
    state.tick(time("2026-12-04T15:00:00Z"));
    state.beginSession(2, DIGEST);
    state.apply("preflight", { fact: "amend-asked" });
    assert.equal(only(state), "head/2");
    state.apply("head/2", { fact: "head-compared", sha256: DIGEST });
    assert.equal(only(state), "amend");
    state.amend(minimal);
    assert.equal(only(state), "amendment/2");
    state.apply("amendment/2", { fact: "amendment-read", sha256: DIGEST });
    assert.equal(only(state), "clock/again");
  });
});

test("what was postponed is offered again beside the next step, and the choice holds until it ends or the session does", () => {
  const state = new CeremonyState(minimal, false);
  end(state, stepOf(state, "preflight"), { fact: "postponed" });
  const found = next(state);
  assert.deepEqual(found, { kind: "steps", options: ["preflight", "attendance"] });
  assert.equal(found.kind === "steps" && expectedBegin(found), "choose");
  state.apply("choose", { fact: "chosen", step: "attendance" });
  assert.deepEqual(next(state), { kind: "steps", options: ["attendance"] });
  state.endStep("attendance");
  assert.deepEqual(next(state), found);
  state.apply("choose", { fact: "chosen", step: "preflight" });
  state.beginSession(2, null);
  assert.deepEqual(next(state), found);
});

test("a key that is made again voids every signature over a document that names it", () => {
  const state = new CeremonyState(minimal, false);
  goOn(state);
  assert.deepEqual(next(state), { kind: "done" });
  state.apply("sign/root/root-ada", { fact: "key-void", key: "root-ada", because: "spare" });
  assert.deepEqual(goOn(state), [
    "generate/root-ada",
    "sign/root/root-ada",
    "sign/root/root-grace",
    "sign/root/root-admin",
    "verify",
  ]);
});
