/** A step in a few words: `12. sign root with root-ada (Ada Lovelace)`. */
import type { PlannedStep, StepRef } from "../../ceremony/plan-types.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import { clipForTerminal } from "../../terminal/escape.ts";
import { nameOf } from "./screen-context.ts";

export function stepTitle(state: CeremonyState, ref: StepRef): string {
  const step = state.plan.steps.find((planned) => planned.ref === ref);
  if (step === undefined) return clipForTerminal(ref, 60);
  return `${step.number}. ${describeStep(step)} (${nameOf(state, step.person)})`;
}

function describeStep(step: PlannedStep): string {
  const key = step.key ?? "";
  const role = step.role ?? "";
  switch (step.kind) {
    case "preflight":
      return "look at the machine";
    case "attendance":
      return "see who is here";
    case "script":
      return "compare the script with the paper";
    case "clock":
      return "confirm the clock";
    case "beacon":
      return "record something of today";
    case "follow":
      return "let the second machine follow along";
    case "instruct":
      return clipForTerminal(step.instruct?.text ?? "", 40);
    case "generate":
      return `make the key ${key}`;
    case "confirm":
      return `compare the public key ${key}`;
    case "lint":
      return "try every document with throw-away keys";
    case "one-time":
      return "make, use and end the one-time keys";
    case "sign":
      return `sign ${role} with ${key}`;
    case "request":
      return `write the signing request for ${key} on ${role}`;
    case "collect":
      return `take in the signature of ${key} on ${role}`;
    case "verify":
      return "verify everything";
    case "outputs":
      return "write the finished documents";
    default:
      return step.kind satisfies never;
  }
}
