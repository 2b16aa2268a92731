/** Screens as plain text of 80 by 24, in the order in which people saw them, with what was typed at each. */
import type { Answer, AskRequest, Outcome } from "../../src/ceremony/effects.ts";
import type { Asked, Situation } from "../../src/live/people.ts";
import { renderScreen } from "../../src/live/screens/index.ts";
import { renderWork } from "../../src/live/screens/work.ts";
import { ChoiceEntry } from "../../src/terminal/choice-entry.ts";
import { pagesOf, type RenderedScreen, ROWS, renderFrame } from "../../src/terminal/screen.ts";
import { TextEntry } from "../../src/terminal/text-entry.ts";
import { isPgpWord, pgpWords } from "../../src/terminal/words.ts";
import { WordsEntry } from "../../src/terminal/words-entry.ts";

export class ScreenLog {
  readonly #lines: string[] = [];
  #count = 0;

  get text(): string {
    return this.#lines.map((line) => `${line.trimEnd()}\n`).join("");
  }

  /** All pages of a question; people turn them by `more`. */
  showQuestion(request: AskRequest, situation: Situation): void {
    const screen = renderScreen(request, situation);
    const pages = pagesOf(screen);
    for (const [index, page] of pages.entries()) {
      const isLast = index === pages.length - 1;
      const help = {
        exception: request.dispositions.length > 0,
        pages: { page: index + 1, of: pages.length },
      };
      const message = isLast ? messageOf(request) : new ChoiceEntry(["more"]).view().message;
      this.#show(situation, [...renderFrame(screen, page, help), message, ">"]);
      if (!isLast) this.#lines.push("typed: more");
    }
  }

  /** null: they left at the hold screen. */
  noteOutcome(outcome: Outcome<"ask"> | null): void {
    this.#lines.push(`typed: ${outcome === null ? "Ctrl-C, leave" : describeOutcome(outcome)}`);
  }

  showWork(kind: string, situation: Situation): void {
    const screen: RenderedScreen = renderWork(kind, situation);
    const help = { exception: false, pages: { page: 1, of: 1 } };
    this.#show(situation, renderFrame(screen, pagesOf(screen)[0] ?? [], help));
  }

  /** Between sessions: what everybody reads before the program ends. */
  showMessage(lines: readonly string[]): void {
    this.#lines.push("", "=== the session is over", ...lines);
  }

  #show({ step }: Situation, lines: readonly string[]): void {
    this.#count += 1;
    const rest = Array.from({ length: ROWS - lines.length }, () => "");
    this.#lines.push("", `=== ${this.#count}, ${step.ref}`, ...lines, ...rest);
  }
}

export function outcomeOf(asked: Asked): Outcome<"ask"> | null {
  return "paused" in asked ? null : asked;
}

/** The line above the cursor, as the prompt begins. */
function messageOf({ accept }: AskRequest): string {
  switch (accept.form) {
    case "choice":
      return new ChoiceEntry(accept.options).view().message;
    case "words": {
      const words = pgpWords(accept.sha256);
      const expected = accept.positions.map((position) => words[position] ?? "");
      const question = { from: accept.from, positions: accept.positions, expected, isWord: isPgpWord };
      return new WordsEntry(question, [], { count: 0 }).view().message;
    }
    case "text":
      return accept.fields.map((field) => new TextEntry(field, []).view().message).join(" | ");
    case "exception":
      return new TextEntry("What happened, in one line", []).view().message;
    default:
      return accept satisfies never;
  }
}

function describeOutcome(outcome: Outcome<"ask">): string {
  if (outcome.ok) return describeAnswer(outcome.value);
  return outcome.exception === undefined
    ? outcome.code
    : describeAnswer({ form: "exception", exception: outcome.exception });
}

function describeAnswer(answer: Answer): string {
  switch (answer.form) {
    case "words":
      return answer.mismatches === 0 ? "the words" : `the words, after ${answer.mismatches} mistypes`;
    case "choice":
      return answer.chosen;
    case "text":
      return Object.values(answer.fields).join(" | ");
    case "exception": {
      const { happened, disposition, confirmedBy } = answer.exception;
      return `exception: ${happened} | ${disposition} | ${confirmedBy.join(" | ")}`;
    }
    default:
      return answer satisfies never;
  }
}
