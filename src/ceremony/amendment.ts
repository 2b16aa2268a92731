/**
 * An amended script takes over in the middle of a ceremony: what it may not change, and what stays of what was done.
 *
 * What is kept is decided by what it is, not by when it was done: a key by its kind and device, a signature by the digest
 * it is over, an answer by the question that was asked.
 */
import { holdsKey } from "./next.ts";
import type { Plan, PlannedStep } from "./plan-types.ts";
import type { HsmKey, KeyName, RoleName } from "./script.ts";
import type { CeremonyState } from "./state.ts";

/** Why this script can't take over; null: it can. Labels, proofs of possession and requests bear the ceremony's id. */
export function amendmentProblem(
  before: Plan,
  after: Plan,
): { readonly code: "amendment/other-ceremony"; readonly expected: string; readonly found: string } | null {
  const [expected, found] = [before.script.ceremony, after.script.ceremony];
  return expected === found ? null : { code: "amendment/other-ceremony", expected, found };
}

/** Lets go of everything that the new plan, which `state` has already, does not stand by. */
export function dropWhatChanged(state: CeremonyState, before: Plan): void {
  for (const [key, serial] of state.devices) {
    if (!isSameDevice(hsmKey(before, key), hsmKey(state.plan, key), serial)) {
      state.devices.delete(key);
      state.reinitialise.delete(key);
    }
  }
  for (const key of state.keys.keys()) {
    if (state.plan.keys.get(key)?.known !== undefined || !holdsKey(state, key)) state.keys.delete(key);
  }
  for (const [role, out] of state.signersOut) {
    if (!isReachable(state.plan, role, out)) state.signersOut.delete(role);
  }
  const asked = new Map(before.steps.map((step) => [step.ref, step]));
  for (const step of state.plan.steps) {
    if (asksAnew(step, asked.get(step.ref), before, state.plan)) state.done.delete(step.ref);
  }
}

/** A binding that the ceremony made holds as long as the script says the same about the key's device. */
function isSameDevice(before: HsmKey | null, after: HsmKey | null, serial: string): boolean {
  if (before === null || after === null) return false;
  const isDroppedSpare = before.spares.includes(serial) && !after.spares.includes(serial);
  return before.device === after.device && before.serial === after.serial && !isDroppedSpare;
}

function hsmKey(plan: Plan, name: KeyName): HsmKey | null {
  const key = plan.keys.get(name)?.key;
  return key?.store === "hsm" ? key : null;
}

function isReachable(plan: Plan, role: RoleName, out: ReadonlySet<KeyName>): boolean {
  const document = plan.documents.find((planned) => planned.role === role);
  if (document === undefined) return false;
  const left = new Set(document.signers.filter((name) => !out.has(name)));
  return document.gates.every(
    ({ keys, threshold }) => keys.filter(({ name }) => name !== null && left.has(name)).length >= threshold,
  );
}

/** Who is asked for: the same word may stand for somebody else now. */
function tellPeople({ script }: Plan): string {
  const people = [...script.people.values()];
  return JSON.stringify(people.map(({ id, name, duty, signsWith }) => [id, name, duty, signsWith ?? null]));
}

/** Instructions go by their number, attendance by the people, the follow-along export by the whole plan. */
function asksAnew(step: PlannedStep, asked: PlannedStep | undefined, before: Plan, after: Plan): boolean {
  switch (step.kind) {
    case "instruct":
      return JSON.stringify(step.instruct) !== JSON.stringify(asked?.instruct);
    case "attendance":
      return tellPeople(before) !== tellPeople(after);
    case "follow":
      return true;
    default:
      return false;
  }
}
