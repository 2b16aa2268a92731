/**
 * One question on one screen of possibly several pages: the question itself opens on the last page, so that nobody
 * answers without having had all of it before their eyes.
 */
import { ChoiceEntry } from "./choice-entry.ts";
import type { Aside, Entry } from "./entry.ts";
import { pagesOf, type RenderedScreen, renderFrame } from "./screen.ts";
import type { CeremonyTerminal } from "./terminal.ts";

export type Asked<Result> =
  | { readonly kind: "answer"; readonly answer: Result }
  | { readonly kind: "exception" }
  | { readonly kind: "paused" };

export interface Question<Result> {
  readonly screen: RenderedScreen;
  /** Whether `exception` is taken. */
  readonly exception: boolean;
  /** Made anew each time the last page comes up. */
  entry(asides: readonly Aside[]): Entry<Result>;
}

export async function askOnPages<Result>(
  terminal: CeremonyTerminal,
  question: Question<Result>,
): Promise<Asked<Result>> {
  const pages = pagesOf(question.screen);
  const asides: readonly Aside[] = question.exception ? ["exception"] : [];
  for (let index = 0; ; index = (index + 1) % pages.length) {
    const page = pages[index] ?? [];
    const help = { exception: question.exception, pages: { page: index + 1, of: pages.length } };
    const frame = (): readonly string[] => renderFrame(question.screen, page, help, terminal.paint);
    if (index < pages.length - 1) {
      const said = await terminal.prompt(frame, new ChoiceEntry(["more"], asides));
      if (said.kind === "paused") return said;
      if (said.kind === "aside") return { kind: "exception" };
      continue;
    }
    const all: readonly Aside[] = pages.length > 1 ? [...asides, "more"] : asides;
    const said = await terminal.prompt(frame, question.entry(all));
    if (said.kind !== "aside") return said;
    if (said.word === "exception") return { kind: "exception" };
  }
}
