/** What may come next in a transcript, and how a line that may not is described. */
import type { SealReason } from "../transcript/line.ts";
import type { AnyAction } from "./effects.ts";
import type { Fact } from "./facts.ts";
import type { StepRef } from "./plan-types.ts";

/** What may come next. */
export type Expectation =
  /** No session is open. */
  | { readonly awaits: "session"; readonly session: number; readonly abandons: StepRef | null }
  | { readonly awaits: "begin"; readonly step: StepRef; readonly revision: number }
  | { readonly awaits: "action"; readonly action: AnyAction }
  | { readonly awaits: "outcome"; readonly action: AnyAction }
  | { readonly awaits: "end"; readonly step: StepRef; readonly facts: readonly Fact[] }
  | { readonly awaits: "amend"; readonly number: number }
  /** The session can only be sealed, for this reason. */
  | { readonly awaits: "seal"; readonly reason: SealReason }
  /** Nothing may be appended any more. */
  | { readonly awaits: "nothing"; readonly reason: "finished" | "aborted" };

export interface LineProblem {
  readonly code: string;
  readonly expected: string;
  readonly found: string;
}

export function problem(code: string, expected: string, found: string): LineProblem {
  return { code: `transcript/${code}`, expected: expected.slice(0, 500), found: found.slice(0, 500) };
}

export function describe(expectation: Expectation): string {
  switch (expectation.awaits) {
    case "action":
    case "outcome":
      return `${expectation.awaits} ${expectation.action.id}`;
    case "begin":
    case "end":
      return `${expectation.awaits} ${expectation.step}`;
    case "seal":
      return `seal ${expectation.reason}`;
    default:
      return expectation.awaits;
  }
}
