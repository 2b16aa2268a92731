/**
 * The gate that everything typed passes through, from the start of the program to its end.
 *
 * - The terminal is in raw mode all the time: nothing typed is ever echoed by the terminal itself, also not between
 *   prompts or while something is computed.
 * - What is typed while no prompt listens is read and thrown away. Before a prompt listens, the keyboard must have been
 *   quiet for `QUIET_MILLISECONDS`, so that a PIN typed too early can't become the beginning of an answer.
 * - Ctrl-C is never a signal and never lost: it is a key for the prompt that listens, and `pauseSignal` for all others.
 * - A child process that reads a PIN is lent the terminal; what it leaves unread is thrown away.
 *
 * What it can't do: Node has no tcflush(3), so the kernel's buffer is emptied by reading it, which needs the event loop
 * to turn: somebody who types for longer than the quiet time without a pause of it keeps the prompt waiting. Between
 * the start of the process and `open` (some 50 ms) the terminal still echoes. SIGKILL leaves the terminal raw (`reset`
 * mends it). Characters are JavaScript strings once decoded and can't be wiped, so no PIN is ever asked for here.
 */
import { Buffer } from "node:buffer";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { CeremonyError } from "../errors.ts";
import { type Key, KeyDecoder } from "./keys.ts";

/** What is needed of `process.stdin`: tests drive it with a made-up one. */
export interface GateInput extends NodeJS.ReadableStream {
  isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

export const QUIET_MILLISECONDS = 50;

export class InputGate {
  readonly #input: GateInput;
  readonly #decoder = new KeyDecoder();
  #listener: ((key: Key) => void) | null = null;
  #lastInput = 0;
  #escapeTimer: NodeJS.Timeout | undefined;
  #pause = new AbortController();
  #open = false;
  #gone = false;

  constructor(input: GateInput) {
    this.#input = input;
  }

  /** Aborted at the first Ctrl-C (or SIGINT, or when the terminal goes away) since the last `resume`. */
  get pauseSignal(): AbortSignal {
    return this.#pause.signal;
  }

  /** The terminal hung up: nobody can answer any more. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Takes the terminal. Refuses with `terminal/none` where input is not one. */
  open(): void {
    const input = this.#input;
    if (input.isTTY !== true || input.setRawMode === undefined) {
      throw new CeremonyError({
        code: "terminal/none",
        exit: "usage",
        expected: "a terminal to ask people questions in",
        found: "input that is not a terminal",
        remedy: "Run the command in a terminal, or rehearse with --unattended.",
      });
    }
    input.setRawMode(true);
    input.on("data", this.#take).on("end", this.#hangUp).on("close", this.#hangUp).on("error", this.#hangUp);
    input.resume();
    process.on("exit", this.#restore);
    process.on("SIGINT", this.#interrupt);
    process.on("SIGCONT", this.#rawAgain);
    process.on("SIGTERM", this.#endBySignal).on("SIGHUP", this.#endBySignal);
    this.#open = true;
  }

  /** Gives the terminal back as it was. Safe to call twice. */
  close(): void {
    if (!this.#open) return;
    this.#restore();
    const input = this.#input;
    input
      .off("data", this.#take)
      .off("end", this.#hangUp)
      .off("close", this.#hangUp)
      .off("error", this.#hangUp);
    input.pause();
    process.off("exit", this.#restore).off("SIGINT", this.#interrupt).off("SIGCONT", this.#rawAgain);
    process.off("SIGTERM", this.#endBySignal).off("SIGHUP", this.#endBySignal);
  }

  /** Ends a pause: the next Ctrl-C is a new one. */
  resume(): void {
    if (this.#pause.signal.aborted && !this.#gone) this.#pause = new AbortController();
  }

  /** Throws away what is typed until the keyboard has been quiet for a moment. */
  async flush(): Promise<void> {
    this.#lastInput = performance.now();
    await nextTurn(); // whatever piled up in the kernel during a long computation comes in here
    while (!this.#gone) {
      const left = this.#lastInput + QUIET_MILLISECONDS - performance.now();
      if (left <= 0) return;
      await delay(left);
    }
  }

  /** From now on keys go to the listener, until the returned function is called. One listener at a time. */
  listen(listener: (key: Key) => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = null;
    };
  }

  /** Lets somebody else read the terminal for as long as `work` takes. It stays raw; what is left unread is discarded. */
  async lend<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#input.pause();
    await nextTurn(); // Node stops reading the descriptor one turn later
    try {
      return await work();
    } finally {
      this.#input.resume();
      await this.flush();
    }
  }

  readonly #take = (chunk: unknown): void => {
    if (!Buffer.isBuffer(chunk)) throw new Error("the terminal's input must be read as bytes");
    this.#lastInput = performance.now();
    const keys = this.#decoder.feed(chunk);
    chunk.fill(0);
    clearTimeout(this.#escapeTimer);
    this.#escapeTimer = setTimeout(() => this.#decoder.endEscapeSequence(), QUIET_MILLISECONDS);
    this.#escapeTimer.unref();
    for (const key of keys) {
      if (key.kind === "interrupt") this.#pause.abort();
      this.#listener?.(key); // looked up for each key: an answer's last key ends the listening
    }
  };

  readonly #interrupt = (): void => {
    this.#pause.abort();
    this.#listener?.({ kind: "interrupt" });
  };

  readonly #hangUp = (): void => {
    this.#gone = true;
    this.#interrupt();
  };

  readonly #restore = (): void => {
    if (!this.#open) return;
    this.#open = false;
    if (!this.#gone) this.#input.setRawMode?.(false);
  };

  /** After a stop from outside the shell may have changed the mode, and libuv believes that it is still raw. */
  readonly #rawAgain = (): void => {
    this.#input.setRawMode?.(false);
    this.#input.setRawMode?.(true);
  };

  readonly #endBySignal = (signal: NodeJS.Signals): void => {
    this.close();
    process.kill(process.pid, signal);
  };
}
