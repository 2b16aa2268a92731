/** The effect `ask`, performed on people in front of a terminal. */
import type { Answer, AskRequest, Outcome } from "../ceremony/effects.ts";
import { askException, type PeopleInTheRoom } from "./ask-exception.ts";
import { askText } from "./ask-text.ts";
import { ChoiceEntry } from "./choice-entry.ts";
import { type Asked, askOnPages } from "./dialogue.ts";
import { hold } from "./hold.ts";
import type { RenderedScreen } from "./screen.ts";
import type { CeremonyTerminal } from "./terminal.ts";
import { isPgpWord, pgpWords } from "./words.ts";
import { WordsEntry } from "./words-entry.ts";

/** People left at the hold screen: the action stays open and is asked again when the ceremony is resumed. */
export interface Paused {
  readonly paused: true;
}

/** The code of an outcome that is a person's exception. */
export const EXCEPTION = "exception";

/**
 * Asks until there is an answer, an exception that two people confirmed, or somebody left at the hold screen.
 * Two people in the room are needed for an exception; with fewer it can't be opened.
 */
export async function askTerminal(
  terminal: CeremonyTerminal,
  request: AskRequest,
  screen: RenderedScreen,
  people: PeopleInTheRoom,
): Promise<Outcome<"ask"> | Paused> {
  const mismatches = { count: 0 };
  for (;;) {
    const asked = await askOnce(terminal, request, screen, people, mismatches);
    if (asked.kind === "answer") return { ok: true, value: asked.answer };
    if (asked.kind === "exception") {
      const exception = await askException(terminal, {
        screen,
        dispositions: request.dispositions,
        people,
        canGoBack: true,
      });
      if (exception.kind === "answer") {
        return {
          ok: false,
          code: EXCEPTION,
          expected: request.prompt,
          found: EXCEPTION,
          exception: exception.answer,
        };
      }
      if (exception.kind === "exception") continue; // taken back
    }
    if ((await hold(terminal, screen.place)) === "leave") return { paused: true };
  }
}

async function askOnce(
  terminal: CeremonyTerminal,
  request: AskRequest,
  screen: RenderedScreen,
  people: PeopleInTheRoom,
  mismatches: { count: number },
): Promise<Asked<Answer>> {
  const { accept } = request;
  const exception = request.dispositions.length > 0 && people.size >= 2;
  switch (accept.form) {
    case "choice": {
      const { options } = accept;
      const listed = screen.listsException === true && exception ? ["exception", ...options] : options;
      const asked = await askOnPages(terminal, {
        screen,
        exception,
        entry: (asides) => new ChoiceEntry(options, asides, listed),
      });
      return mapAnswer(asked, (chosen) => ({ form: "choice", chosen }));
    }
    case "words": {
      const words = pgpWords(accept.sha256);
      const expected = accept.positions.map((position) => words[position] ?? "");
      const question = { from: accept.from, positions: accept.positions, expected, isWord: isPgpWord };
      const asked = await askOnPages(terminal, {
        screen,
        exception,
        entry: (asides) => new WordsEntry(question, asides, mismatches),
      });
      return mapAnswer(asked, () => ({ form: "words", mismatches: mismatches.count }));
    }
    case "text":
      return await askFields(terminal, accept.fields, screen, exception);
    case "exception": {
      const { dispositions } = request;
      const asked = await askException(terminal, { screen, dispositions, people, canGoBack: false });
      return mapAnswer(asked, (value) => ({ form: "exception", exception: value }));
    }
    default:
      return accept satisfies never;
  }
}

/** Each field is asked, shown and confirmed on its own. */
async function askFields(
  terminal: CeremonyTerminal,
  fields: readonly string[],
  screen: RenderedScreen,
  exception: boolean,
): Promise<Asked<Answer>> {
  const answers = new Map<string, string>();
  for (const label of fields) {
    const asked = await askText(terminal, { screen, label, exception });
    if (asked.kind !== "answer") return asked;
    answers.set(label, asked.answer);
  }
  return { kind: "answer", answer: { form: "text", fields: Object.fromEntries(answers) } };
}

function mapAnswer<Given>(asked: Asked<Given>, map: (given: Given) => Answer): Asked<Answer> {
  return asked.kind === "answer" ? { kind: "answer", answer: map(asked.answer) } : asked;
}
