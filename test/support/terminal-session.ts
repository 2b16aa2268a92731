/** A program in a pseudo-terminal of 80 by 24 (node-pty): what it shows, in order, and keys typed into it. */
import { setTimeout as delay } from "node:timers/promises";
import type { IPty } from "node-pty";

const PATIENCE_MILLISECONDS = 60_000;

export class TerminalSession {
  /** Everything that reached the screen, control characters included. */
  shown = "";
  /** Exit status, or minus the number of the signal. */
  readonly exit: Promise<number>;
  readonly #terminal: IPty;
  readonly #patience: number;
  #seen = 0;
  #exited = false;

  private constructor(terminal: IPty, patience: number) {
    this.#terminal = terminal;
    this.#patience = patience;
    terminal.onData((text) => {
      this.shown += text;
    });
    this.exit = new Promise((resolve) => {
      terminal.onExit(({ exitCode, signal }) => {
        this.#exited = true;
        resolve(signal !== undefined && signal > 0 ? -signal : exitCode);
      });
    });
  }

  static async start(
    command: readonly string[],
    options: {
      readonly env?: NodeJS.ProcessEnv;
      readonly columns?: number;
      readonly rows?: number;
      readonly patienceMilliseconds?: number;
    } = {},
  ): Promise<TerminalSession> {
    const { spawn } = await import("node-pty");
    const [file = "", ...rest] = command;
    const terminal = spawn(file, rest, {
      name: "xterm",
      cols: options.columns ?? 80,
      rows: options.rows ?? 24,
      env: { ...process.env, FORCE_COLOR: "", NO_COLOR: "1", ...options.env },
    });
    return new TerminalSession(terminal, options.patienceMilliseconds ?? PATIENCE_MILLISECONDS);
  }

  get pid(): number {
    return this.#terminal.pid;
  }

  type(keys: string): void {
    this.#terminal.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Waits until `text` is shown, after what was waited for last. */
  async next(text: string): Promise<void> {
    await this.#wait(text, (rest) => {
      const at = rest.indexOf(text);
      return at < 0 ? null : { end: at + text.length, found: text };
    });
  }

  /** Like `next`, with a pattern; gives what matched. */
  async nextMatch(pattern: RegExp): Promise<string> {
    return await this.#wait(String(pattern), (rest) => {
      const match = pattern.exec(rest);
      return match === null ? null : { end: match.index + match[0].length, found: match[0] };
    });
  }

  async #wait(
    what: string,
    search: (rest: string) => { readonly end: number; readonly found: string } | null,
  ): Promise<string> {
    const deadline = Date.now() + this.#patience;
    for (;;) {
      const rest = this.shown.slice(this.#seen);
      const result = search(rest);
      if (result !== null) {
        this.#seen += result.end;
        return result.found;
      }
      const shown = JSON.stringify(rest.slice(-2000));
      if (this.#exited) throw new Error(`the program ended before it showed ${what}; it showed ${shown}`);
      if (Date.now() > deadline) throw new Error(`the terminal never showed ${what}; it showed ${shown}`);
      await delay(10);
    }
  }

  kill(signal = "SIGKILL"): void {
    if (!this.#exited) this.#terminal.kill(signal);
  }
}
