/**
 * What can be done now: a pure function of the plan and the state.
 *
 * The agenda is followed in its order. A step that was postponed is offered again beside the next one; the
 * administrator's choice is a step of its own. Besides the planned steps there are four that the situation calls for:
 * `head/<session>` compares the last head with the paper, `clock/again` explains a clock that ran backwards,
 * `amendment/<n>` has a new script read, `choose` picks among several possible steps.
 */
import { canonicalText } from "../transcript/line.ts";
import type { KeyFact } from "./facts.ts";
import type { PlannedStep, StepRef } from "./plan-types.ts";
import type { HsmKey, KeyName, RoleName } from "./script.ts";
import type { CeremonyState } from "./state.ts";

export type Next =
  | { readonly kind: "steps"; readonly options: readonly StepRef[] }
  /** Every open step waits for a holder elsewhere. */
  | { readonly kind: "waiting"; readonly options: readonly StepRef[] }
  /** An amended script has been asked for and must come before any step but the comparison of the head. */
  | { readonly kind: "amend" }
  | { readonly kind: "done" }
  | { readonly kind: "aborted" };

export function next(state: CeremonyState): Next {
  if (state.aborted) return { kind: "aborted" };
  if (state.headToCompare !== null) return steps(`head/${state.session}`);
  if (state.amendAsked) return { kind: "amend" };
  if (!state.amendmentRead) return steps(`amendment/${state.amendments + 1}`);
  if (state.clockWentBack) return steps("clock/again");
  if (state.chosen !== null) return steps(state.chosen);

  const open = openSteps(state);
  if (open.length === 0) return { kind: "done" };
  const possible = open.filter((step) => isReady(state, step));
  const first = possible.find((step) => !state.postponed.has(step.ref) && !state.waiting.has(step.ref));
  const again = possible.filter((step) => state.postponed.has(step.ref) && !state.waiting.has(step.ref));
  const options = (first === undefined ? again : [...again, first]).map((step) => step.ref);
  if (options.length > 0) return { kind: "steps", options };
  return { kind: "waiting", options: possible.map((step) => step.ref) };
}

/** The begin that the transcript must show: the only option, or the choice among several. */
export function expectedBegin(found: Extract<Next, { kind: "steps" }>): StepRef {
  const [only] = found.options;
  return found.options.length === 1 && only !== undefined ? only : "choose";
}

function steps(ref: StepRef): Next {
  return { kind: "steps", options: [ref] };
}

/**
 * Unfinished steps in the order of the agenda: up to and with the first one that was neither postponed nor waits.
 * Looks only from the cursor on, so that a long agenda costs no more per step than a short one.
 */
function openSteps(state: CeremonyState): readonly PlannedStep[] {
  const all = state.plan.steps;
  while (state.cursor < all.length && isFinished(state, all[state.cursor])) state.cursor += 1;
  const open: PlannedStep[] = [];
  for (let index = state.cursor; index < all.length; index += 1) {
    const step = all[index];
    if (step === undefined || isFinished(state, step)) continue;
    open.push(step);
    if (!state.postponed.has(step.ref) && !state.waiting.has(step.ref) && isReady(state, step)) break;
  }
  return open;
}

/** Whether nothing is left to do for this step as things are now. */
export function isFinished(state: CeremonyState, step: PlannedStep | undefined): boolean {
  if (step === undefined) return true;
  switch (step.kind) {
    case "generate":
      return step.key === undefined || holdsKey(state, step.key);
    case "confirm":
      return (
        step.key === undefined || state.confirmed.get(step.key) === state.plan.keys.get(step.key)?.knownKeyid
      );
    case "lint":
      return state.lintedScript === state.plan.scriptSha256;
    case "one-time":
      return oneTimeSigners(state).every(([role, key]) => state.hasSigned(role, key));
    case "sign":
    case "collect":
      return onDocument(step, (role, key) => state.hasSigned(role, key) || state.isOut(role, key));
    case "request":
      return onDocument(step, (role, key) => state.isOut(role, key) || state.hasRequested(role, key));
    case "verify":
      return state.plan.documents.every(
        ({ role }) => state.verified.has(role) && state.verified.get(role) === state.document(role)?.sha256,
      );
    case "preflight":
    case "attendance":
    case "script":
    case "clock":
    case "beacon":
    case "follow":
    case "instruct":
    case "outputs":
      return state.done.has(step.ref);
    default:
      return step.kind satisfies never;
  }
}

/** Whether everything is there that the step needs; the agenda's order alone does not say it once steps are postponed. */
function isReady(state: CeremonyState, step: PlannedStep): boolean {
  switch (step.kind) {
    case "one-time": {
      const oneTime = new Set(oneTimeSigners(state).map(([, key]) => key));
      const known = state.publicKeys();
      return (
        isPrepared(state) &&
        oneTimeSigners(state).every(([role]) =>
          state.composer.missingKeys(role, known).every((key) => oneTime.has(key)),
        )
      );
    }
    case "sign":
    case "request":
      return (
        isPrepared(state) && onDocument(step, (role) => state.document(role) !== null && oneTimeEnded(state))
      );
    case "collect":
      return onDocument(step, (role, key) => state.hasRequested(role, key));
    case "verify":
      return state.plan.steps.every((other) => !isSigning(other) || isFinished(state, other));
    case "outputs":
      return state.plan.steps.every((other) => other.kind !== "verify" || isFinished(state, other));
    default:
      return true;
  }
}

/** Nothing is signed before every document was linted and every key from outside confirmed, also where that was postponed. */
function isPrepared(state: CeremonyState): boolean {
  return state.plan.steps.every(
    (step) => (step.kind !== "lint" && step.kind !== "confirm") || isFinished(state, step),
  );
}

/** One-time keys are made, used and gone before anybody else signs: root, which names them, comes last. */
function oneTimeEnded(state: CeremonyState): boolean {
  return oneTimeSigners(state).every(([role, key]) => state.hasSigned(role, key));
}

function isSigning(step: PlannedStep): boolean {
  return step.kind === "sign" || step.kind === "collect" || step.kind === "one-time";
}

/** Document and key of every one-time signature of the plan, in the order of signing. */
export function oneTimeSigners(state: CeremonyState): readonly (readonly [RoleName, KeyName])[] {
  return state.plan.documents.flatMap((document) =>
    document.signers
      .filter((key) => state.plan.keys.get(key)?.key.store === "one-time")
      .map((key) => [document.role, key] as const),
  );
}

/** The key is there, of the kind the script asks for, and on a device it may be on: the script's, or one bound here. */
export function holdsKey(state: CeremonyState, name: KeyName): boolean {
  const fact = state.keys.get(name);
  const planned = state.plan.keys.get(name)?.key;
  if (fact === undefined || planned === undefined || fact.store !== planned.store) return false;
  if (fact.publicKey.scheme !== planned.scheme) return false;
  if (planned.store !== "hsm") return true;
  if (!isAttested(state, fact, planned.attestation)) return false;
  const { serial } = fact;
  return (
    planned.serial === "at-ceremony" ||
    serial === planned.serial ||
    (serial !== null && (planned.spares.includes(serial) || state.devices.get(name) === serial))
  );
}

/** As the script wants it now: where that changes, the key is made again. Throw-away keys are attested by nobody. */
function isAttested(state: CeremonyState, { key, keyid }: KeyFact, wanted: HsmKey["attestation"]): boolean {
  if (wanted === null || wanted === "waived" || state.rehearsal) return true;
  const attested = state.attested.get(key);
  return attested?.keyid === keyid && canonicalText(attested.requirement) === canonicalText(wanted);
}

function onDocument(step: PlannedStep, test: (role: RoleName, key: KeyName) => boolean): boolean {
  return step.role !== undefined && step.key !== undefined && test(step.role, step.key);
}

/** The signers of a document that can still sign or have signed, without this one. */
export function reachableWithout(state: CeremonyState, role: RoleName, key: KeyName): boolean {
  const document = state.plan.documents.find((planned) => planned.role === role);
  if (document === undefined) return false;
  const left = new Set(document.signers.filter((name) => name !== key && !state.isOut(role, name)));
  return document.gates.every(
    (gate) => gate.keys.filter(({ name }) => name !== null && left.has(name)).length >= gate.threshold,
  );
}
