/** What the demonstration writes while it works: a line for each piece of work, and how long it took where one waits. */

const NOTICEABLE_MILLISECONDS = 500;
const COLUMN = 72;

export class Progress {
  readonly #write: (text: string) => void;
  /** The line that is written and not ended yet. */
  #open: { readonly text: string; readonly since: number } | null = null;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Whole lines. */
  tell(...lines: readonly string[]): void {
    this.end();
    for (const line of lines) this.#write(`${line}\n`);
  }

  /** The same text again goes on with its line. */
  begin(text: string): void {
    if (this.#open?.text === text) return;
    this.end();
    this.#write(text);
    this.#open = { text, since: Date.now() };
  }

  end(): void {
    if (this.#open === null) return;
    const { text, since } = this.#open;
    const took = Date.now() - since;
    const seconds = took < NOTICEABLE_MILLISECONDS ? "" : `${(took / 1000).toFixed(1)} s`;
    this.#write(`${seconds === "" ? "" : `${" ".repeat(Math.max(1, COLUMN - text.length))}${seconds}`}\n`);
    this.#open = null;
  }

  async during<Result>(text: string, work: () => Result | Promise<Result>): Promise<Result> {
    this.begin(text);
    await new Promise(setImmediate); // the line is out before the work may block
    const result = await work();
    this.end();
    return result;
  }
}
