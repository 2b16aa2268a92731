/** Recording a deviation: what was expected, what happened, how to go on, and two people who say so. */
import type { Disposition, Exception } from "../ceremony/effects.ts";
import type { PersonId } from "../ceremony/script.ts";
import { askText } from "./ask-text.ts";
import { ChoiceEntry } from "./choice-entry.ts";
import { type Asked, askOnPages } from "./dialogue.ts";
import { escapeForTerminal } from "./escape.ts";
import { pairLines } from "./panel.ts";
import type { RenderedScreen } from "./screen.ts";
import type { CeremonyTerminal } from "./terminal.ts";

/** Ids and names of the people who may confirm, at least two: those in the room; everybody before attendance. */
export type PeopleInTheRoom = ReadonlyMap<PersonId, string>;

export interface ExceptionQuestion {
  /** The screen at which it was opened: it says what was expected. */
  readonly screen: RenderedScreen;
  readonly dispositions: readonly Disposition[];
  readonly people: PeopleInTheRoom;
  /** Opened at a prompt, it can be taken back; after a failure it can't. */
  readonly canGoBack: boolean;
}

const MEANING: Readonly<Record<Disposition, string>> = {
  retry: "do the same again",
  postpone: "leave this step for later and take another one first",
  spare: "take the next spare device that the script names",
  reinitialise: "wipe this device and make its key again",
  "without-signer": "go on without this signature; the others are enough",
  amend: "stop here and go on with a changed script, whose digest is read again",
  pause: "record it, then do the same again when everybody is ready",
  abort: "end this ceremony for good; it can't be gone on with",
};

/** `exception` as the answer's kind means: taken back, ask the question again. */
export async function askException(
  terminal: CeremonyTerminal,
  question: ExceptionQuestion,
): Promise<Asked<Exception>> {
  const { place, title, body, expected } = question.screen;
  const back = question.canGoBack ? ["back"] : [];

  const happened = await askText(terminal, {
    screen: question.canGoBack
      ? {
          place,
          title: "An exception: what happened?",
          body: [pairLines([["Expected", expected ?? title]]), WHAT_HAPPENED],
        }
      : { place, title, body: [...body, WHAT_HAPPENED] },
    label: "What happened, in one line",
    exception: false,
  });
  if (happened.kind !== "answer") return happened;

  const choices = pairLines([
    ...question.dispositions.map((disposition) => [disposition, MEANING[disposition]] as const),
    ...back.map((word) => [word, "no exception after all: back to the question"] as const),
  ]);
  const chosen = await choose(
    terminal,
    {
      place,
      title: "An exception: how do we go on?",
      body: [pairLines([["Happened", escapeForTerminal(happened.answer)]]), choices],
    },
    [...question.dispositions, ...back],
  );
  if (chosen.kind !== "answer") return chosen;
  const disposition = question.dispositions.find((allowed) => allowed === chosen.answer);
  if (disposition === undefined) return { kind: "exception" };

  const agreed = pairLines([
    ["Happened", escapeForTerminal(happened.answer)],
    [disposition, MEANING[disposition]],
  ]);
  const first = await confirm(terminal, question, agreed, null);
  if (first.kind !== "answer") return first;
  const second = await confirm(terminal, question, agreed, first.answer);
  if (second.kind !== "answer") return second;
  const exception: Exception = {
    happened: happened.answer,
    disposition,
    confirmedBy: [first.answer, second.answer],
  };
  return { kind: "answer", answer: exception };
}

const WHAT_HAPPENED: readonly string[] = [
  "Say in one line what happened instead. It becomes part of the public record:",
  "no PIN, no passphrase, nothing that should stay in this room.",
];

async function confirm(
  terminal: CeremonyTerminal,
  question: ExceptionQuestion,
  agreed: readonly string[],
  other: PersonId | null,
): Promise<Asked<PersonId>> {
  const others = [...question.people].filter(([id]) => id !== other);
  const list = pairLines(others.map(([id, name]) => [id, escapeForTerminal(name)] as const));
  const title =
    other === null
      ? "An exception: first of two people who agree"
      : `An exception: second person, besides ${other}`;
  return await choose(
    terminal,
    { place: question.screen.place, title, body: [agreed, ["Type your own id:", ...list]] },
    others.map(([id]) => id),
  );
}

async function choose(
  terminal: CeremonyTerminal,
  screen: RenderedScreen,
  options: readonly string[],
): Promise<Asked<string>> {
  return await askOnPages(terminal, {
    screen,
    exception: false,
    entry: (asides) => new ChoiceEntry(options, asides),
  });
}
