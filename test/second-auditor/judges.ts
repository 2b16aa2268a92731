/** Both auditors, asked about one folder, and whether they agree. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import { auditFolder } from "../../src/audit/audit-folder.ts";
import { CeremonyError } from "../../src/errors.ts";

export interface Judgement {
  readonly isConsistent: boolean;
  readonly end: string | null;
  /** Where it was refused: paths, or `transcript.jsonl line N`. */
  readonly places: readonly string[];
  /** In words, for messages of tests. */
  readonly said: string;
}

export async function judgeHere(folder: string): Promise<Judgement> {
  try {
    const { isConsistent, end, problems } = await auditFolder(folder, null);
    const places = problems.map(({ where }) => where);
    return { isConsistent, end, places, said: JSON.stringify(problems) };
  } catch (error) {
    if (!(error instanceof CeremonyError) || error.code !== "audit/no-ceremony") throw error;
    // Ours says that it is no ceremony folder at all; the other one names the file that is lacking.
    return { isConsistent: false, end: null, places: ["transcript.jsonl"], said: error.message };
  }
}

/** One Python process that judges one folder after the other. */
export class SecondAuditor {
  #child: ChildProcessByStdio<Writable, Readable, null>;
  #lines: AsyncIterator<string>;

  constructor() {
    const program = fileURLToPath(new URL("judge_many.py", import.meta.url));
    this.#child = spawn("python3", [program], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async judge(folder: string): Promise<Judgement> {
    this.#child.stdin.write(`${folder}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the second auditor stopped at ${folder}`);
    const verdict: PythonVerdict = JSON.parse(value);
    return {
      isConsistent: verdict.isConsistent,
      end: verdict.end,
      places: verdict.problems.map(({ where }) => where),
      said: JSON.stringify(verdict.problems),
    };
  }

  async stop(): Promise<void> {
    const isGone = once(this.#child, "exit");
    this.#child.stdin.end();
    await isGone;
  }
}

interface PythonVerdict {
  readonly isConsistent: boolean;
  readonly end: string | null;
  readonly problems: readonly { readonly where: string; readonly why: string }[];
}

/**
 * What the two say differently, in words; null where they agree: on accepting, and on the places that are refused. A
 * line is the same place as its neighbour, and where both refuse a line they may tell more or less about files.
 */
export function disagreement(here: Judgement, there: Judgement): string | null {
  const agree =
    here.isConsistent === there.isConsistent &&
    (here.isConsistent ? here.end === there.end : areSamePlaces(here.places, there.places));
  return agree ? null : `TypeScript: ${here.end} ${here.said}\nPython: ${there.end} ${there.said}`;
}

function areSamePlaces(here: readonly string[], there: readonly string[]): boolean {
  const [line, otherLine] = [lineOf(here), lineOf(there)];
  if (line !== null && otherLine !== null) return Math.abs(line - otherLine) <= 1;
  return line === otherLine && new Set(here).symmetricDifference(new Set(there)).size === 0;
}

/** The one line that was refused. */
function lineOf(places: readonly string[]): number | null {
  const digits = places.map((place) => /^transcript\.jsonl line (\d+)$/.exec(place)?.[1]);
  const first = digits.find((digit) => digit !== undefined);
  return first === undefined ? null : Number(first);
}
