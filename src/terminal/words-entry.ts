/**
 * PGP words of a digest, typed from paper or from the screen. What is typed stays hidden until it is a whole word of
 * the PGP list; from paper it stays hidden even then (`√` says only that it is some PGP word), because the right words
 * must not show before they were typed. What is no PGP word is dropped unseen and counts as a mismatch; but not the
 * numbers that stand before the words on paper and screen, which somebody may type along with them.
 */
import { type Aside, type Entry, type EntryView, HiddenText, type Said, TYPING } from "./entry.ts";
import type { Key } from "./keys.ts";

export interface WordsQuestion {
  readonly from: "paper" | "screen";
  /** 0–31, in the order in which they are to be typed. */
  readonly positions: readonly number[];
  /** The right words, one for each position. */
  readonly expected: readonly string[];
  /** Whether a lower-case word is one of the 512. */
  isWord(word: string): boolean;
}

/** Counted by the entry, kept by whoever asks: the same question may be asked again after a page was turned. */
export interface Mismatches {
  count: number;
}

/** After so many mismatches the prompt points at `exception`. */
const MANY_MISMATCHES = 3;

/** 1 to 32; a longer number may be a PIN, and is told that it is none of the words. */
const PRINTED_NUMBER = /^(?:[1-9]|[12]\d|3[0-2])[.:)]?$/;

export class WordsEntry implements Entry<"matched"> {
  readonly #question: WordsQuestion;
  readonly #asides: readonly Aside[];
  #word = new HiddenText();
  #complete: string[] = [];
  #wrong: "none" | "no-word" | "mismatch" = "none";
  readonly #mismatches: Mismatches;

  constructor(question: WordsQuestion, asides: readonly Aside[], mismatches: Mismatches) {
    this.#question = question;
    this.#asides = asides;
    this.#mismatches = mismatches;
  }

  view(): EntryView {
    const { from, positions } = this.#question;
    const left = positions.length - this.#complete.length;
    const marks = this.#complete.map((word) => (from === "paper" ? "√" : word));
    const next = positions[this.#complete.length];
    const pending = this.#word.isEmpty ? (next === undefined ? "" : `word ${next + 1}: `) : TYPING;
    const line = [...marks, pending].join(" ");
    return {
      message: this.#message(left),
      alert: this.#wrong !== "none",
      line: left === 0 ? `${line}(press Enter)` : line,
    };
  }

  press(key: Key): Said<"matched"> | null {
    switch (key.kind) {
      case "interrupt":
        return null;
      case "clear":
        this.#word.take();
        this.#complete = [];
        return null;
      case "backspace":
        if (this.#word.isEmpty) this.#complete.pop();
        else this.#word.dropLast();
        return null;
      case "enter":
        return this.#finishWord() ?? this.#compare();
      case "character":
        if (key.text === " ") return this.#finishWord();
        this.#word.append(key.text);
        return null;
      default:
        return key satisfies never;
    }
  }

  #finishWord(): Said<"matched"> | null {
    if (this.#word.isEmpty) return null;
    const word = this.#word.take().toLowerCase();
    const aside = this.#asides.find((known) => known === word);
    if (aside !== undefined) return { kind: "aside", word: aside };
    if (PRINTED_NUMBER.test(word)) return null;
    if (!this.#question.isWord(word) || this.#complete.length === this.#question.positions.length) {
      this.#mismatch("no-word");
      return null;
    }
    this.#wrong = "none";
    this.#complete.push(word);
    return null;
  }

  #compare(): Said<"matched"> | null {
    const { expected } = this.#question;
    if (this.#complete.length < expected.length) return null;
    const matches = expected.every((word, index) => word.toLowerCase() === this.#complete[index]);
    if (matches) return { kind: "answer", answer: "matched" };
    this.#mismatch("mismatch");
    this.#complete = [];
    return null;
  }

  #mismatch(wrong: "no-word" | "mismatch"): void {
    this.#mismatches.count += 1;
    this.#wrong = wrong;
  }

  #message(left: number): string {
    const tooMany =
      this.#mismatches.count >= MANY_MISMATCHES && this.#asides.includes("exception")
        ? " Or type exception."
        : "";
    if (this.#wrong === "no-word") return `That was not one of the words. Type it again.${tooMany}`;
    if (this.#wrong === "mismatch") return `These are not the words of this digest. Begin again.${tooMany}`;
    if (left === 0) return "Press Enter to compare them, or Backspace to take the last one back.";
    const { from, positions } = this.#question;
    const whence = from === "paper" ? "from your paper" : "from this screen";
    return `Type ${wordList(positions)} ${whence}, a blank between.`;
  }
}

/** `word 4`, `words 1 and 2`, `words 1 to 4`, `words 1, 2, 31 and 32`. */
export function wordList(positions: readonly number[]): string {
  const numbers = positions.map((position) => position + 1);
  const first = numbers[0] ?? 0;
  const last = numbers.at(-1) ?? 0;
  if (numbers.length === 1) return `word ${first}`;
  if (numbers.length > 2 && numbers.every((number, index) => number === first + index))
    return `words ${first} to ${last}`;
  return `words ${numbers.slice(0, -1).join(", ")} and ${last}`;
}
