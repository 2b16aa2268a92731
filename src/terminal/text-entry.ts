/**
 * One line of public free text, hidden while it is typed: somebody may have typed a PIN. It is shown and confirmed
 * afterwards, by other entries. The answer has 1–200 characters, none of them invisible.
 */
import { type Aside, type Entry, type EntryView, HiddenText, type Said, TYPING } from "./entry.ts";
import { clipShown, displayWidth, escapeForTerminal } from "./escape.ts";
import type { Key } from "./keys.ts";
import { MESSAGE_COLUMNS } from "./screen.ts";

/** Code points. */
export const LONGEST_TEXT = 200;
const HOW = ": type it and press Enter. It stays hidden.";

export class TextEntry implements Entry<string> {
  readonly #label: string;
  readonly #asides: readonly Aside[];
  readonly #text = new HiddenText();
  #refusal: string | null = null;

  /** `label` is escaped already. */
  constructor(label: string, asides: readonly Aside[]) {
    this.#label = label;
    this.#asides = asides;
  }

  view(): EntryView {
    return {
      message: this.#refusal ?? `${clipShown(this.#label, MESSAGE_COLUMNS - HOW.length)}${HOW}`,
      alert: this.#refusal !== null,
      line: this.#text.isEmpty ? "" : TYPING,
    };
  }

  press(key: Key): Said<string> | null {
    switch (key.kind) {
      case "interrupt":
        return null;
      case "clear":
        this.#text.take();
        return null;
      case "backspace":
        this.#text.dropLast();
        return null;
      case "character":
        this.#refusal = null;
        this.#text.append(key.text);
        return null;
      case "enter":
        return this.#finish();
      default:
        return key satisfies never;
    }
  }

  #finish(): Said<string> | null {
    const text = this.#text.take().normalize("NFC").trim();
    if (text === "") return null;
    const aside = this.#asides.find((word) => word === text.toLowerCase());
    if (aside !== undefined) return { kind: "aside", word: aside };
    this.#refusal = refusalOf(text);
    return this.#refusal === null ? { kind: "answer", answer: text } : null;
  }
}

/** Why a text can't be recorded, without repeating any of it; null: it can. */
function refusalOf(text: string): string | null {
  const length = Array.from(text).length;
  if (length > LONGEST_TEXT) return `That was too long: at most ${LONGEST_TEXT} characters. Type it again.`;
  if (escapeForTerminal(text.replaceAll("\\", "")) !== text.replaceAll("\\", ""))
    return "That had invisible characters in it, which can't be recorded. Type it again.";
  return displayWidth(text) === 0 ? "Nothing of that would be visible. Type it again." : null;
}
