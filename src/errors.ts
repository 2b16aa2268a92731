/**
 * The one error that people are meant to see.
 *
 * A message always says what was expected, what was found and what to do about it; the code is stable and may be
 * relied on by programs (`--json`). Each code is thrown in one place. Anything that is not a CeremonyError and
 * reaches the top is a bug in the tool (exit status 70).
 */

/** Exit statuses of every command (docs/administrator.md). */
export const ExitStatus = {
  done: 0,
  /** A check failed: the thing that was looked at is not acceptable. */
  refused: 1,
  /** The command line or the script is wrong. */
  usage: 2,
  /** A token, a medium or the folder could not be used. */
  device: 3,
  /** Paused, or waiting for signatures. */
  waiting: 4,
  bug: 70,
} as const;
export type ExitKind = keyof typeof ExitStatus;

export interface Problem {
  /** Stable, lower case, `area/what`: `"folder/not-ours"`. */
  readonly code: string;
  readonly exit: Exclude<ExitKind, "done" | "bug">;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

export class CeremonyError extends Error {
  override readonly name = "CeremonyError";
  readonly code: string;
  readonly exit: Problem["exit"];
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;

  constructor(problem: Problem) {
    super(
      `expected ${problem.expected}; found ${problem.found}. ${problem.remedy}`,
      problem.cause === undefined ? undefined : { cause: problem.cause },
    );
    this.code = problem.code;
    this.exit = problem.exit;
    this.expected = problem.expected;
    this.found = problem.found;
    this.remedy = problem.remedy;
  }
}
