/** The people of a ceremony in front of a terminal: the screens, the prompts and the gate together. */
import type { AskRequest } from "../ceremony/effects.ts";
import type { CeremonyState } from "../ceremony/state.ts";
import { askTerminal } from "../terminal/ask.ts";
import type { PeopleInTheRoom } from "../terminal/ask-exception.ts";
import { ChoiceEntry } from "../terminal/choice-entry.ts";
import { clipShown } from "../terminal/escape.ts";
import {
  ABOVE_BODY,
  COLUMNS,
  FRAME_LINES,
  pageLine,
  pagesOf,
  paginate,
  type RenderedScreen,
  renderFrame,
} from "../terminal/screen.ts";
import type { CeremonyTerminal } from "../terminal/terminal.ts";
import type { Asked, People, Situation } from "./people.ts";
import { renderScreen } from "./screens/index.ts";
import { placeOf } from "./screens/place.ts";
import { renderWork } from "./screens/work.ts";

const NO_HELP = { exception: false, pages: { page: 1, of: 1 } };
/** Lines of a message that are none of its own: the title, an empty one below it, and one below the message. */
const ABOUT_MESSAGE = 3;

export class TerminalPeople implements People {
  readonly #terminal: CeremonyTerminal;

  /** Takes the terminal until `close`. */
  constructor(terminal: CeremonyTerminal) {
    this.#terminal = terminal;
    terminal.gate.open();
  }

  async ask(request: AskRequest, situation: Situation): Promise<Asked> {
    const screen = renderScreen(request, situation);
    return await askTerminal(this.#terminal, request, screen, peopleInTheRoom(situation.state));
  }

  async during<Result>(what: string, situation: Situation, work: () => Promise<Result>): Promise<Result> {
    const screen = renderWork(what, situation);
    this.#terminal.show(() => renderFrame(screen, pagesOf(screen)[0] ?? [], NO_HELP, this.#terminal.paint));
    await new Promise(setImmediate); // the screen is out before the work may block
    return await work();
  }

  async lend<Result>(
    title: readonly string[],
    situation: Situation,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const [first = "", ...lines] = title;
    const shown = lines.map((line) => clipShown(line, COLUMNS));
    const frame = this.#frame(situation, first, shown);
    // The child writes its prompt where the body ends.
    return await this.#terminal.lend(() => frame().slice(0, ABOVE_BODY + shown.length), work);
  }

  /** On as many pages as it takes, shown until somebody types `ok` on the last; Ctrl-C is as good. */
  async tell(lines: readonly string[]): Promise<void> {
    const [title = "", ...rest] = lines;
    const pages = paginate(blocksOf(rest), FRAME_LINES - ABOUT_MESSAGE);
    for (let index = 0; ; index = (index + 1) % pages.length) {
      const isLast = index === pages.length - 1;
      const frame = (): readonly string[] => [
        this.#terminal.paint.strong(clipShown(title, COLUMNS)),
        "",
        ...(pages[index] ?? []).map((line) => clipShown(line, COLUMNS)),
        pages.length === 1 ? "" : this.#terminal.paint.faint(pageLine(index + 1, pages.length)),
      ];
      const said = await this.#terminal.prompt(
        frame,
        isLast ? new ChoiceEntry(["ok"], pages.length > 1 ? ["more"] : []) : new ChoiceEntry(["more"]),
      );
      if (said.kind === "paused" || (said.kind === "answer" && isLast)) break;
    }
    this.#terminal.gate.resume();
  }

  close(): void {
    this.#terminal.gate.close();
  }

  #frame(situation: Situation, title: string, page: readonly string[]): () => readonly string[] {
    const place = placeOf(situation.state, situation.step, [situation.step.person]);
    const screen: Pick<RenderedScreen, "place" | "title"> = { place, title };
    return () => renderFrame(screen, page, NO_HELP, this.#terminal.paint);
  }
}

/** Those who are present; before attendance, everybody the script names. */
function peopleInTheRoom({ plan, present }: CeremonyState): PeopleInTheRoom {
  const people = [...plan.script.people.values()];
  const there = people.filter(({ id }) => present.has(id));
  return new Map((there.length >= 2 ? there : people).map(({ id, name }) => [id, name]));
}

/** Lines between empty ones stay together on a page. */
function blocksOf(lines: readonly string[]): readonly (readonly string[])[] {
  const blocks: string[][] = [[]];
  for (const line of lines) {
    if (line === "") blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks;
}
