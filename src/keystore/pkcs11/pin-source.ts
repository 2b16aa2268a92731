/** Where the PINs of a session come from, and how often they were wrong. */
import type { PinReply, PinRequest } from "./protocol.ts";

/** Where PINs come from. There is no third way: no file, argument or environment variable. */
export type PinSource =
  /**
   * A person types it on the terminal, in the child. `prompt` says what to write before the entry (fit for the screen,
   * one line). Meanwhile nobody else may read from that terminal.
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

/** Wrong PINs in this session, by the device's serial. One object for the whole session, whatever is opened again. */
export class PinFailures {
  readonly #bySerial = new Map<string, number>();

  of(serial: string): number {
    return this.#bySerial.get(serial) ?? 0;
  }

  add(serial: string): void {
    this.#bySerial.set(serial, this.of(serial) + 1);
  }
}

export async function answerPin(source: PinSource, request: PinRequest): Promise<PinReply> {
  return source.kind === "terminal"
    ? { kind: "pin-prompt", prompt: await source.prompt(request) }
    : { kind: "pin-answer", pin: await source.pin(request) };
}
