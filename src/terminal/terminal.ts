/**
 * The terminal of a ceremony: draws a frame, opens a prompt under it, and brings the answer.
 *
 * The prompt's two lines are rendered and settled by @inquirer/core. Its readline never sees a key: it is given an
 * input on which nothing ever comes, and keys reach the entry through the gate.
 */
import { PassThrough } from "node:stream";
import { CeremonyError } from "../errors.ts";
import { colourLevel, type Paint, paintFor } from "./colour.ts";
import type { Entry, EntryView, Said } from "./entry.ts";
import { clipShown } from "./escape.ts";
import { type GateInput, InputGate } from "./input-gate.ts";
import { COLUMNS, MESSAGE_COLUMNS, ROWS } from "./screen.ts";
import { renderTooSmall, type TooSmall } from "./too-small.ts";

/** What is needed of `process.stdout`. */
export interface TerminalOutput extends NodeJS.WritableStream {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** People are asked only where they can see the question: throws `terminal/no-screen` otherwise. */
export function requireScreen(input: GateInput, output: TerminalOutput): void {
  // Without a terminal to type in, the gate says so.
  if (output.isTTY === true || input.isTTY !== true) return;
  throw new CeremonyError({
    code: "terminal/no-screen",
    exit: "usage",
    expected: "a terminal to show people what they are asked",
    found: "output that is not a terminal",
    remedy: "Run the command in a terminal, without a pipe or a file behind it.",
  });
}

/** A frame is drawn again when the window changes, so it is a function. */
export type Frame = () => readonly string[];

const CLEAR = "\u001b[H\u001b[2J";

export class CeremonyTerminal {
  readonly gate: InputGate;
  readonly paint: Paint;
  readonly #output: TerminalOutput;

  constructor(ends: {
    readonly input: GateInput;
    readonly output: TerminalOutput;
    readonly environment: NodeJS.ProcessEnv;
  }) {
    this.gate = new InputGate(ends.input);
    this.#output = ends.output;
    this.paint = paintFor(colourLevel(ends.environment, ends.output.isTTY === true));
  }

  /** Shows a frame with nothing to answer: while something is computed, or a device works. */
  show(frame: Frame, message = ""): void {
    const lines = [...frame(), clipShown(message, MESSAGE_COLUMNS)];
    this.#output.write(`${CLEAR}${lines.join("\r\n")}\r\n`);
  }

  /**
   * Shows a frame and asks under it. `paused`: Ctrl-C, or the terminal is gone; the entry keeps what was typed into it.
   * What is typed before the prompt opens is thrown away.
   */
  async prompt<Result>(
    frame: Frame,
    entry: Entry<Result>,
  ): Promise<Said<Result> | { readonly kind: "paused" }> {
    for (;;) {
      if (!(await this.largeEnough("waiting"))) return { kind: "paused" };
      this.#output.write(`${CLEAR}${frame().join("\r\n")}\r\n`);
      await this.gate.flush();
      if (this.gate.pauseSignal.aborted) return { kind: "paused" };
      const end = await this.#ask(entry);
      if (end.kind !== "resized") return end;
    }
  }

  /** Waits until a frame fits, and says so where it does not. False: Ctrl-C. */
  async largeEnough(what: TooSmall): Promise<boolean> {
    while (!this.gate.pauseSignal.aborted) {
      // A serial console says 0 by 0: it is believed to be of the usual size.
      const columns = this.#output.columns || COLUMNS;
      const rows = this.#output.rows || ROWS;
      if (columns >= COLUMNS && rows >= ROWS) return true;
      this.#output.write(`${CLEAR}${renderTooSmall(columns, rows, what).join("\r\n")}`);
      await this.#resizedOrPaused();
    }
    return false;
  }

  /** Lets a child process have the terminal, on an empty screen that says whose question follows. */
  async lend<Result>(frame: Frame, work: () => Promise<Result>): Promise<Result> {
    this.show(frame);
    await this.gate.flush();
    return await this.gate.lend(work);
  }

  async #ask<Result>(entry: Entry<Result>): Promise<PromptEnd<Result>> {
    const { createPrompt, useEffect, useState } = await import("@inquirer/core");
    const { gate } = this;
    const output = this.#output;
    const prompt = createPrompt<PromptEnd<Result>, null>((_, done) => {
      const [presses, setPresses] = useState({ count: 0 });
      useEffect(() => {
        const resized = (): void => done({ kind: "resized" });
        output.on("resize", resized);
        const stopListening = gate.listen((key) => {
          if (key.kind === "interrupt") return done({ kind: "paused" });
          const said = entry.press(key);
          if (said !== null) return done(said);
          presses.count += 1;
          setPresses({ ...presses });
        });
        return () => {
          stopListening();
          output.off("resize", resized);
        };
      }, []);
      return this.#promptLines(entry.view());
    });
    return await prompt(null, { input: new PassThrough(), output });
  }

  #promptLines(view: EntryView): string {
    const message = clipShown(view.message, MESSAGE_COLUMNS);
    return `${view.alert ? this.paint.alert(message) : message}\n> ${clipShown(view.line, COLUMNS - 4)}`;
  }

  #resizedOrPaused(): Promise<void> {
    const { pauseSignal } = this.gate;
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#output.off("resize", settle);
        pauseSignal.removeEventListener("abort", settle);
        resolve();
      };
      this.#output.on("resize", settle);
      pauseSignal.addEventListener("abort", settle);
    });
  }
}

type PromptEnd<Result> = Said<Result> | { readonly kind: "paused" } | { readonly kind: "resized" };
