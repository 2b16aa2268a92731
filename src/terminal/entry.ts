/**
 * One entry at a prompt: keys in, a result out, and what may be seen of it meanwhile. No terminal in here.
 *
 * The rule for every `view`: nothing that was typed shows unless it is the beginning of a word that the prompt lists,
 * or a whole word from a public list. A PIN typed at the wrong prompt stays invisible.
 */
import { graphemesOf } from "./escape.ts";
import type { Key } from "./keys.ts";

export interface EntryView {
  /** What to type, or what was wrong with what was typed. One line. */
  readonly message: string;
  /** The message must not be overlooked. */
  readonly alert: boolean;
  /** What is shown behind `> `: one line, the cursor stands at its end. */
  readonly line: string;
}

export type Said<Result> =
  | { readonly kind: "answer"; readonly answer: Result }
  | { readonly kind: "aside"; readonly word: Aside };

export interface Entry<Result> {
  view(): EntryView;
  /** What was said, an answer or an aside, ends the prompt. */
  press(key: Key): Said<Result> | null;
}

/** The words that a prompt takes besides its own: `exception` opens a deviation, `more` turns the page. */
export type Aside = "exception" | "more";

/** Shown instead of what is typed: that something is there, not how long it is. */
export const TYPING = "typing...";

/** Text that is typed and not shown. Backspace takes a whole character as people see it. */
export class HiddenText {
  #text = "";

  get value(): string {
    return this.#text;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  append(text: string): void {
    if (this.#text.length < MOST_UNITS) this.#text += text;
  }

  dropLast(): void {
    this.#text = graphemesOf(this.#text).slice(0, -1).join("");
  }

  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

/** More than any answer may be long; what a paste brings beyond it is not kept. */
const MOST_UNITS = 1000;
