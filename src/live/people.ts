/**
 * The people of a live ceremony, as the driver sees them: at a terminal, or scripted (tests, demo, unattended rehearsals).
 */
import type { AskRequest, Outcome } from "../ceremony/effects.ts";
import type { PlannedStep } from "../ceremony/plan-types.ts";
import type { CeremonyState } from "../ceremony/state.ts";

/** Where the ceremony is while somebody is asked or has to wait: what a screen may show besides the question. */
export interface Situation {
  readonly state: CeremonyState;
  readonly step: PlannedStep;
}

export type Asked = Outcome<"ask"> | { readonly paused: true };

export interface People {
  ask(request: AskRequest, situation: Situation): Promise<Asked>;
  /** Show that something takes its time: `what` is the kind of the action. Returns when the work is done. */
  during<Result>(what: string, situation: Situation, work: () => Promise<Result>): Promise<Result>;
  /** Give the terminal away while a child process reads a secret there; `title` says whose and what for. */
  lend<Result>(title: readonly string[], situation: Situation, work: () => Promise<Result>): Promise<Result>;
  /** A message between steps, in lines: after a pause, at the end. */
  tell(lines: readonly string[]): Promise<void>;
  close(): void;
}
