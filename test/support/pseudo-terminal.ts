/**
 * A program in a pseudo-terminal, by util-linux's `script` (part of every Debian): what it shows, and keys typed into it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

export class PseudoTerminal {
  /** Everything that reached the screen so far, control characters included. */
  shown = "";
  /** The program's exit status. */
  readonly exit: Promise<number>;
  readonly #script: ChildProcess;

  constructor(command: readonly string[], options: { env?: Readonly<Record<string, string>> } = {}) {
    const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const script = spawn("script", ["--quiet", "--return", "--command", `exec ${quoted}`, "/dev/null"], {
      env: { ...process.env, TERM: "xterm", SHELL: "/bin/sh", ...options.env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    script.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.shown += text;
    });
    this.#script = script;
    this.exit = once(script, "close").then(([status]) => Number(status));
  }

  type(keys: string): void {
    this.#script.stdin?.write(keys);
  }

  /** Waits until `text` is on the screen `times` times. */
  async untilShown(text: string, times = 1): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (this.shown.split(text).length - 1 < times) {
      if (Date.now() > deadline)
        throw new Error(`the terminal never showed ${text}; it showed ${this.shown}`);
      if (this.#script.exitCode !== null)
        throw new Error(`the program ended before ${text}; it showed ${this.shown}`);
      await delay(10);
    }
  }

  kill(): void {
    this.#script.kill("SIGKILL");
  }
}
