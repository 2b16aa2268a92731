/** Public free text: typed unseen, then shown, then confirmed. Until the last word nothing of it leaves this function. */
import { ChoiceEntry } from "./choice-entry.ts";
import { type Asked, askOnPages } from "./dialogue.ts";
import { escapeForTerminal } from "./escape.ts";
import { wrapLines } from "./panel.ts";
import type { RenderedScreen } from "./screen.ts";
import type { CeremonyTerminal } from "./terminal.ts";
import { TextEntry } from "./text-entry.ts";

export interface TextQuestion {
  readonly screen: RenderedScreen;
  /** What is asked for, as its author spelled it. */
  readonly label: string;
  readonly exception: boolean;
  /** The last word, and what it does, of a text that does not become part of the record. */
  readonly use?: { readonly word: string; readonly does: string };
}

const RECORD = { word: "record", does: "makes it part of the public record, for ever" };

export async function askText(terminal: CeremonyTerminal, question: TextQuestion): Promise<Asked<string>> {
  const { exception, use = RECORD } = question;
  const label = escapeForTerminal(question.label);
  for (;;) {
    const typed = await askOnPages(terminal, {
      screen: question.screen,
      exception,
      entry: (asides) => new TextEntry(label, asides),
    });
    if (typed.kind !== "answer") return typed;

    const hidden = { ...question.screen, title: `${label}: what you typed`, body: [HIDDEN], readAloud: [] };
    const look = await choose(terminal, hidden, ["show", "again"], exception);
    if (look.kind !== "answer") return look;
    if (look.answer === "again") continue;

    const shown = { ...hidden, body: [wrapLines(escapeForTerminal(typed.answer)), choices(use)] };
    const verdict = await choose(terminal, shown, [use.word, "again"], exception);
    if (verdict.kind !== "answer") return verdict;
    if (verdict.answer === use.word) return typed;
  }
}

const HIDDEN: readonly string[] = [
  "It is still hidden. If you typed something secret by mistake, type again:",
  "it is forgotten, and nothing of it was shown or recorded.",
  "",
  "  show    puts it on this screen, for everybody to see",
  "  again   forgets it and asks once more",
];

function choices({ word, does }: typeof RECORD): readonly string[] {
  return [`  ${word.padEnd(6)}  ${does}`, "  again   forgets it and asks once more"];
}

async function choose(
  terminal: CeremonyTerminal,
  screen: RenderedScreen,
  options: readonly string[],
  exception: boolean,
): Promise<Asked<string>> {
  return await askOnPages(terminal, {
    screen,
    exception,
    entry: (asides) => new ChoiceEntry(options, asides),
  });
}
