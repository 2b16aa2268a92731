/**
 * The steps by kind, each with its revision. A revision that was released stays here for ever: the audit of an old
 * ceremony runs the steps as they were.
 */
import type { Fact } from "../facts.ts";
import type { PlannedStep, StepRef } from "../plan-types.ts";
import type { CeremonyState } from "../state.ts";
import type { Step, StepContext } from "../step.ts";
import { lint, outputs, verify } from "./closing.ts";
import { collect, request } from "./elsewhere.ts";
import { confirm, generate } from "./keys.ts";
import { oneTime } from "./one-time.ts";
import {
  amendment,
  attendance,
  beacon,
  choose,
  clock,
  compareHead,
  follow,
  instruct,
  preflight,
  script,
} from "./opening.ts";
import { sign } from "./sign.ts";

type StepFunction = (context: StepContext) => Step;

const PLANNED: Readonly<Record<PlannedStep["kind"], readonly StepFunction[]>> = {
  preflight: [preflight],
  attendance: [attendance],
  script: [script],
  clock: [clock],
  beacon: [beacon],
  follow: [follow],
  instruct: [instruct],
  generate: [generate],
  confirm: [confirm],
  lint: [lint],
  "one-time": [oneTime],
  sign: [sign],
  request: [request],
  collect: [collect],
  verify: [verify],
  outputs: [outputs],
};

/** Steps that the situation calls for, by the first part of their ref. */
const CALLED_FOR: ReadonlyMap<string, readonly StepFunction[]> = new Map([
  ["head", [compareHead]],
  ["amendment", [amendment]],
  ["clock", [clock]],
]);

export interface StartedStep {
  readonly step: PlannedStep;
  readonly revision: number;
  readonly generator: Step;
  /** Gathered so far; the step's end has them all. */
  readonly facts: readonly Fact[];
}

/** Start a step in its newest revision, or in the one that a transcript names. Null: there is no such step. */
export function startStep(
  state: CeremonyState,
  ref: StepRef,
  options: readonly StepRef[],
  revision?: number,
): StartedStep | null {
  const step = state.plannedStep(ref) ?? calledFor(state, ref);
  const functions = functionsOf(state, ref, options);
  const wanted = revision ?? functions.length;
  const run = functions[wanted - 1];
  if (run === undefined) return null;
  const facts: Fact[] = [];
  return { step, revision: wanted, generator: run({ state, step, facts, used: new Map() }), facts };
}

/** Whether a step can't go on in a new session: one-time keys lived in processes of the old one, and heads are compared anew. */
export function endsWithSession(step: PlannedStep): boolean {
  return step.kind === "one-time" || step.ref.startsWith("head/");
}

function functionsOf(
  state: CeremonyState,
  ref: StepRef,
  options: readonly StepRef[],
): readonly StepFunction[] {
  const planned = state.plannedStep(ref);
  if (planned !== null) return PLANNED[planned.kind];
  if (ref === "choose") return [(context) => choose(context, options)];
  return CALLED_FOR.get(ref.split("/", 1)[0] ?? "") ?? [];
}

function calledFor(state: CeremonyState, ref: StepRef): PlannedStep {
  const people = [...state.plan.script.people.values()];
  const person = people.find(({ duty }) => duty === "administrator") ?? people[0];
  return { ref, kind: "script", number: 0, person: person?.id ?? "", minutes: 1 };
}
