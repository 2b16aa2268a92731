/** Where the PINs of a session come from, and how often they were wrong. */
import type { PinReply, PinRequest } from "./protocol.ts";

/** Where PINs come from. There is no third way: no file, argument or environment variable. */
export type PinSource =
  /**
   * A person types it on the terminal, in the child. `prompt` says what to write before the entry (fit for the screen;
   * what was wrong before may be on a line above). Meanwhile nobody else may read from that terminal.
   */
  | {
      readonly kind: "terminal";
      readonly prompt: (request: PinRequest) => string | Promise<string>;
      readonly input?: number;
      readonly output?: number;
    }
  /** Rehearsals, demonstrations and tests. Null: cancelled. */
  | {
      readonly kind: "function";
      readonly pin: (request: PinRequest) => string | null | Promise<string | null>;
    };

/** The two PINs of a token have tries of their own: who forgot the user's may still initialise it with the officer's. */
export type PinOwner = "user" | "officer";

/** Wrong PINs in this session, by the device's serial. One object for the whole session, whatever is opened again. */
export class PinFailures {
  readonly #counts = { user: new Map<string, number>(), officer: new Map<string, number>() };

  of(serial: string, owner: PinOwner = "user"): number {
    return this.#counts[owner].get(serial) ?? 0;
  }

  add(serial: string, owner: PinOwner = "user"): void {
    this.#counts[owner].set(serial, this.of(serial, owner) + 1);
  }

  /** The token was initialised: its user's PIN is a new one. */
  forgetUser(serial: string): void {
    this.#counts.user.delete(serial);
  }
}

export async function answerPin(source: PinSource, request: PinRequest): Promise<PinReply> {
  return source.kind === "terminal"
    ? { kind: "pin-prompt", prompt: await source.prompt(request) }
    : { kind: "pin-answer", pin: await source.pin(request) };
}
