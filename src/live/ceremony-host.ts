/**
 * The live driver: asks the execution what comes next, writes it down, does it, writes down what came of it.
 *
 * An action is on the disk before it is performed and its outcome before the next action. Everything that can fail is
 * an outcome; only a transcript that can't be written and a mistake in this program end the run.
 */
import type { AnyAction, Outcome } from "../ceremony/effects.ts";
import { type Execution, recordedRequest } from "../ceremony/execution.ts";
import type { Expectation } from "../ceremony/expectation.ts";
import { amendedScriptPath } from "../ceremony/script-files.ts";
import { CeremonyError } from "../errors.ts";
import type { FileDigest, LineBody, SealReason } from "../transcript/line.ts";
import type { TranscriptWriter } from "../transcript/writer.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";
import type { People, Situation } from "./people.ts";

/** Performs every action but `ask`. `resumed`: it may have been begun before a crash; what is found is never adopted. */
export interface Performer {
  perform(action: AnyAction, situation: Situation, resumed: boolean): Promise<Outcome>;
  close(): Promise<void>;
}

/** An amended script that was copied into the folder and waits for its line. */
export interface Amendment {
  readonly script: FileDigest;
  readonly inputs: readonly FileDigest[];
}

export interface HostOptions {
  readonly execution: Execution;
  readonly writer: TranscriptWriter;
  readonly people: People;
  readonly performer: Performer;
  readonly clock: () => UtcSecond;
  readonly session: {
    readonly rehearsal: boolean;
    readonly tool: string;
    readonly kit: Sha256Hex | null;
    readonly script: FileDigest;
    readonly inputs: readonly FileDigest[];
    readonly cut: number;
  };
  /** Copies the amended script into the folder under this path; null where none was given. */
  readonly amend: ((path: string) => Promise<Amendment>) | null;
}

/** How a session ended. */
export interface SessionEnd {
  readonly reason: SealReason | "amendment-needed";
  /** The head after the seal: read aloud and written down. */
  readonly head: Sha256Hex;
  readonly lines: number;
}

/** Run one session: from where the folder stands until it is sealed. */
export async function runSession(options: HostOptions): Promise<SessionEnd> {
  const host = new CeremonyHost(options);
  try {
    return await host.run();
  } finally {
    await options.performer.close();
  }
}

class CeremonyHost {
  readonly #options: HostOptions;
  /** Whether the action that waits for its outcome was recorded by an earlier session. */
  #resumed = false;
  /** The script that was given for an amendment serves for one. */
  #amendment: HostOptions["amend"];

  constructor(options: HostOptions) {
    this.#options = options;
    this.#amendment = options.amend;
  }

  async run(): Promise<SessionEnd> {
    this.#beginSession();
    for (;;) {
      const end = await this.#go(this.#options.execution.expect());
      if (end !== null) return end;
    }
  }

  #beginSession(): void {
    const { execution, session } = this.#options;
    const { session: number, abandons } = execution.expectSession();
    this.#append({ type: "session", session: number, abandons, ...session });
    this.#resumed = execution.expect().awaits === "outcome";
  }

  async #go(expected: Expectation): Promise<SessionEnd | null> {
    switch (expected.awaits) {
      case "begin":
        this.#append({ type: "begin", step: expected.step, revision: expected.revision });
        return null;
      case "action": {
        const { action } = expected;
        this.#append({ type: "action", id: action.id, kind: action.kind, request: recordedRequest(action) });
        return null;
      }
      case "outcome":
        return await this.#perform(expected.action);
      case "end":
        this.#append({ type: "end", step: expected.step, facts: expected.facts });
        return null;
      case "amend":
        return await this.#amend(expected.number);
      case "seal":
        return this.#seal(expected.reason);
      case "session":
      case "nothing":
        throw new TypeError(`a running session can't await ${expected.awaits}`);
      default:
        return expected satisfies never;
    }
  }

  async #perform(action: AnyAction): Promise<SessionEnd | null> {
    const { people, performer } = this.#options;
    const situation = this.#situation();
    const resumed = this.#resumed;
    this.#resumed = false;
    const outcome =
      action.kind === "ask"
        ? await people.ask(action.request, situation)
        : await performer.perform(action, situation, resumed);
    if ("paused" in outcome) return this.#seal("paused");
    this.#append({ type: "outcome", id: action.id, outcome });
    return asksForPause(outcome) ? this.#seal("paused") : null;
  }

  async #amend(number: number): Promise<SessionEnd | null> {
    const amend = this.#amendment;
    this.#amendment = null;
    if (amend === null) return { ...this.#seal("paused"), reason: "amendment-needed" };
    this.#append({ type: "amend", ...(await amend(amendedScriptPath(number))) });
    return null;
  }

  #seal(reason: SealReason): SessionEnd {
    this.#append({ type: "seal", reason });
    const { head, lines } = this.#options.writer;
    return { reason, head, lines };
  }

  #situation(): Situation {
    const { state, openStep } = this.#options.execution;
    if (state === null || openStep === null) throw new TypeError("an action belongs to a step of a ceremony");
    return { state, step: openStep.step };
  }

  #append(body: LineBody): void {
    const { execution, writer, clock } = this.#options;
    const line = writer.append(body, clock());
    const problem = execution.accept(line);
    if (problem !== null) {
      throw new TypeError(`${problem.code}: expected ${problem.expected}, found ${problem.found}`);
    }
  }
}

/** The outcome of a failed effect; whatever is no CeremonyError is a mistake in this program and goes on up. */
export function failureOf(error: unknown): Extract<Outcome, { ok: false }> {
  if (!(error instanceof CeremonyError)) throw error;
  const { code, expected, found, remedy } = error;
  return { ok: false, code, expected: clip(expected), found: clip(found), remedy: clip(remedy) };
}

/** No endless text gets into a transcript. (No path of this machine either: those who know them leave them out.) */
function clip(text: string): string {
  return text.slice(0, 500);
}

function asksForPause(outcome: Outcome): boolean {
  if (!outcome.ok) return outcome.exception?.disposition === "pause";
  const { value } = outcome;
  return "form" in value && value.form === "exception" && value.exception.disposition === "pause";
}
