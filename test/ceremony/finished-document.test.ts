/** Documents with their signatures: who counts at which gate, in which order, and what is void. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fileBytes,
  lintComposed,
  plannedDocument,
  unmetGates,
} from "../../src/ceremony/finished-document.ts";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { CeremonyState } from "../../src/ceremony/state.ts";
import { exampleText, planOf } from "../support/scripts.ts";
import { factsOf } from "./end-steps.ts";

const minimal = planOf(exampleText("minimal"));

/** Every step of the agenda up to, not with, this one. */
function upTo(ref: string, plan: Plan = minimal, rehearsal = false): CeremonyState {
  const state = new CeremonyState(plan, rehearsal);
  for (const step of plan.steps) {
    if (step.ref === ref) break;
    finish(state, step.ref);
  }
  return state;
}

function finish(state: CeremonyState, ref: string): void {
  const step = state.plannedStep(ref) ?? assert.fail(ref);
  for (const fact of factsOf(state, step) ?? assert.fail(ref)) state.apply(ref, fact);
}

const signers = (state: CeremonyState, role: string): readonly string[] =>
  JSON.parse(new TextDecoder().decode(fileBytes(state, role))).signatures.map(
    ({ keyid }: { keyid: string }) => {
      const found = [...state.keys.values()].find((fact) => fact.keyid === keyid);
      return found?.key ?? assert.fail("a signature of nobody");
    },
  );

test("a gate is unmet until its threshold is reached, and more is no harm", () => {
  const state = upTo("sign/root/root-ada");
  const signed = () =>
    unmetGates(state, "root").map(({ authority, threshold, signed: count }) => [authority, threshold, count]);
  assert.deepEqual(signed(), [["new-root", 2, 0]]);
  finish(state, "sign/root/root-grace");
  assert.deepEqual(signed(), [["new-root", 2, 1]]);
  finish(state, "sign/root/root-grace");
  assert.deepEqual(signed(), [["new-root", 2, 1]], "who signs twice counts once");
  finish(state, "sign/root/root-ada");
  assert.deepEqual(signed(), []);
  finish(state, "sign/root/root-admin");
  assert.deepEqual(signed(), []);
});

test("gates of a rotation are counted each by itself", () => {
  const plan = planOf(exampleText("rotate"));
  const [first = assert.fail()] = plan.steps.filter(({ ref }) => ref.startsWith("sign/root/"));
  const unmet = unmetGates(upTo(first.ref, plan), "root");
  assert.deepEqual(
    unmet.map(({ authority }) => authority),
    ["new-root", "previous-root"],
  );
  assert.deepEqual(unmetGates(upTo("verify", plan), "root"), []);
});

test("signatures are in the order of the plan, in whatever order they came", () => {
  const state = upTo("sign/root/root-ada");
  for (const name of ["root-admin", "root-ada", "root-grace"]) finish(state, `sign/root/${name}`);
  assert.deepEqual(signers(state, "root"), ["root-ada", "root-grace", "root-admin"]);
});

test("a file is the same bytes until a signature comes, and another then", () => {
  const state = upTo("sign/root/root-grace");
  const one = fileBytes(state, "root");
  assert.deepEqual(fileBytes(state, "root"), one);
  finish(state, "sign/root/root-grace");
  const two = fileBytes(state, "root");
  assert.ok(two.length > one.length);
  assert.deepEqual(signers(state, "root"), ["root-ada", "root-grace"]);
});

test("a key that is made again leaves the old signatures out", () => {
  const state = upTo("verify");
  finish(state, "generate/root-ada");
  assert.deepEqual(signers(state, "root"), []);
  assert.deepEqual(
    unmetGates(state, "root").map(({ signed }) => signed),
    [0],
  );
  assert.deepEqual(unmetGates(state, "targets"), [], "which does not name it");
});

test("a document that lacks a key can't be composed, linted or written", () => {
  const state = new CeremonyState(minimal, false);
  assert.equal(state.document("root"), null);
  assert.deepEqual(lintComposed(state, "root"), ["document/incomplete"]);
  assert.throws(() => fileBytes(state, "root"), TypeError);
  assert.deepEqual(
    unmetGates(state, "root").map(({ signed }) => signed),
    [0],
  );
  assert.throws(() => plannedDocument(state, "snapshot"), TypeError);
});

test("a rehearsal's document says so in its type, and is judged as the real one", () => {
  const state = upTo("verify", minimal, true);
  for (const [role, type] of [
    ["root", "rehearsal-root"],
    ["targets", "rehearsal-targets"],
    ["bins", "rehearsal-targets"],
  ] as const) {
    assert.equal(JSON.parse(new TextDecoder().decode(fileBytes(state, role))).signed._type, type);
    assert.deepEqual(lintComposed(state, role), lintComposed(upTo("verify"), role));
  }
});
