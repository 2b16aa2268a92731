/**
 * One of the listed words, whole, and Enter. Shows what was typed only as long as it begins a listed word; the first
 * character that fits none clears the line, and until Enter or Ctrl-U nothing more is taken, so that the rest of a PIN
 * can't show either. What was wrong stays said until the next key that types something.
 */
import type { Aside, Entry, EntryView, Said } from "./entry.ts";
import type { Key } from "./keys.ts";
import { MESSAGE_COLUMNS } from "./screen.ts";

/** `misfit`: a character fitted no word. After Enter, what that was, or that a word was not whole. */
type Wrong = "nothing" | "misfit" | "no-word" | "incomplete";

export class ChoiceEntry implements Entry<string> {
  readonly #options: readonly string[];
  readonly #asides: readonly Aside[];
  readonly #listed: readonly string[];
  #typed = "";
  #wrong: Wrong = "nothing";

  /** `asides` are taken like options but not listed in the message, unless `listed` says otherwise. */
  constructor(
    options: readonly string[],
    asides: readonly Aside[] = [],
    listed: readonly string[] = options,
  ) {
    this.#options = options;
    this.#asides = asides;
    this.#listed = listed;
  }

  view(): EntryView {
    return { message: this.#message(), alert: this.#wrong !== "nothing", line: this.#typed };
  }

  press(key: Key): Said<string> | null {
    const isMisfit = this.#wrong === "misfit";
    switch (key.kind) {
      case "interrupt":
        return null;
      case "clear":
        this.#typed = "";
        this.#wrong = "nothing";
        return null;
      case "backspace":
        if (!isMisfit) this.#typed = this.#typed.slice(0, -1);
        return null;
      case "enter":
        return this.#finish();
      case "character":
        if (!isMisfit) this.#append(key.text);
        return null;
      default:
        return key satisfies never;
    }
  }

  /** An empty Enter does nothing, and takes no message away. */
  #finish(): Said<string> | null {
    const whole = this.#words().find((word) => word === this.#typed);
    if (this.#wrong === "misfit") this.#wrong = "no-word";
    else if (this.#typed !== "" && whole === undefined) this.#wrong = "incomplete";
    this.#typed = "";
    if (whole === undefined) return null;
    const aside = this.#asides.find((word) => word === whole && !this.#options.includes(word));
    return aside === undefined ? { kind: "answer", answer: whole } : { kind: "aside", word: aside };
  }

  #append(character: string): void {
    if (character === " " && this.#typed === "") return;
    const longer = `${this.#typed}${character}`;
    const begun = this.#words().find((word) => word.toLowerCase().startsWith(longer.toLowerCase()));
    if (begun !== undefined) {
      this.#typed = begun.slice(0, longer.length);
      this.#wrong = "nothing";
      return;
    }
    // A blank behind a whole word is no mistake.
    if (character === " " && this.#words().includes(this.#typed)) return;
    this.#typed = "";
    this.#wrong = "misfit";
  }

  #message(): string {
    const [only] = this.#listed;
    if (this.#listed.length === 1 && only !== undefined) return tellOne(this.#wrong, only);
    const listing = tellSeveral(this.#wrong, `of: ${this.#listed.join(", ")}`);
    // The words stand on the screen, too: where they don't fit into this line, none of them is cut.
    return listing.length <= MESSAGE_COLUMNS ? listing : tellSeveral(this.#wrong, "of the words above");
  }

  #words(): readonly string[] {
    return [...this.#options, ...this.#asides];
  }
}

function tellOne(wrong: Wrong, word: string): string {
  switch (wrong) {
    case "nothing":
      return `Type ${word} and press Enter.`;
    case "misfit":
      return `That is not ${word}. Press Enter to begin again.`;
    case "no-word":
      return `That was not ${word}. Type ${word} and press Enter.`;
    case "incomplete":
      return `That was not the whole word. Type ${word} and press Enter.`;
    default:
      return wrong satisfies never;
  }
}

function tellSeveral(wrong: Wrong, words: string): string {
  switch (wrong) {
    case "nothing":
      return `Type one ${words}. Then press Enter.`;
    case "misfit":
      return `That is none ${words}. Press Enter to begin again.`;
    case "no-word":
      return `That was none ${words}. Type one of them.`;
    case "incomplete":
      return `That was no whole word. Type one ${words}.`;
    default:
      return wrong satisfies never;
  }
}
