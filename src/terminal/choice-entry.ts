/**
 * One of the listed words, whole, and Enter. Shows what was typed only as long as it begins a listed word; the first
 * character that fits none clears the line, and until Enter or Ctrl-U nothing more is taken, so that the rest of a PIN
 * can't show either.
 */
import type { Aside, Entry, EntryView, Said } from "./entry.ts";
import type { Key } from "./keys.ts";

export class ChoiceEntry implements Entry<string> {
  readonly #options: readonly string[];
  readonly #asides: readonly Aside[];
  #typed = "";
  #misfit = false;
  #incomplete = false;

  /** `asides` are taken like options but not listed in the message. */
  constructor(options: readonly string[], asides: readonly Aside[] = []) {
    this.#options = options;
    this.#asides = asides;
  }

  view(): EntryView {
    const [only] = this.#options;
    const isOne = this.#options.length === 1 && only !== undefined;
    const words = this.#options.join(", ");
    if (this.#misfit) {
      const which = isOne ? `That is not ${only}.` : `That is none of: ${words}.`;
      return { message: `${which} Press Enter to begin again.`, alert: true, line: "" };
    }
    const list = isOne ? `Type ${only} and press Enter.` : `Type one of: ${words}. Then press Enter.`;
    return { message: list, alert: this.#incomplete, line: this.#typed };
  }

  press(key: Key): Said<string> | null {
    const wasMisfit = this.#misfit;
    switch (key.kind) {
      case "interrupt":
        return null;
      case "clear":
        this.#reset();
        return null;
      case "backspace":
        if (wasMisfit) return null;
        this.#typed = this.#typed.slice(0, -1);
        return null;
      case "enter": {
        const whole = this.#words().find((word) => word === this.#typed);
        this.#incomplete = !wasMisfit && this.#typed !== "" && whole === undefined;
        this.#typed = "";
        this.#misfit = false;
        if (whole === undefined) return null;
        const aside = this.#asides.find((word) => word === whole && !this.#options.includes(word));
        return aside === undefined ? { kind: "answer", answer: whole } : { kind: "aside", word: aside };
      }
      case "character":
        if (!wasMisfit) this.#append(key.text);
        return null;
      default:
        return key satisfies never;
    }
  }

  #append(character: string): void {
    if (character === " " && this.#typed === "") return;
    const longer = `${this.#typed}${character}`;
    const begun = this.#words().find((word) => word.toLowerCase().startsWith(longer.toLowerCase()));
    if (begun !== undefined) {
      this.#typed = begun.slice(0, longer.length);
      this.#incomplete = false;
      return;
    }
    // A blank behind a whole word is no mistake.
    if (character === " " && this.#words().includes(this.#typed)) return;
    this.#typed = "";
    this.#misfit = true;
  }

  #words(): readonly string[] {
    return [...this.#options, ...this.#asides];
  }

  #reset(): void {
    this.#typed = "";
    this.#misfit = false;
    this.#incomplete = false;
  }
}
