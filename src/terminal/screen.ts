/**
 * The frame around everything that is shown: 24 lines of 80 columns, from data alone. Two lines at the bottom are left
 * to the prompt, and one stays empty so that nothing ever scrolls.
 *
 *      1  title of the ceremony                                REHEARSAL
 *      2  step, whose turn                           about how long is left
 *      3  ────
 *      4  what this screen is about
 *      6  … 13 lines of body
 *     19  ────
 *     20  who is next
 *     21  what can always be typed
 *     22  the prompt's message
 *     23  > the prompt's line
 */
import { type Paint, PLAIN } from "./colour.ts";
import { clipForTerminal, clipShown, displayWidth, padShown } from "./escape.ts";

export const COLUMNS = 80;
export const ROWS = 24;
/** Lines of a page, title excluded. */
export const BODY_LINES = 13;
/** Header, title and the lines between them: where the body begins. */
export const ABOVE_BODY = 5;
/** Of whatever stands above a prompt. */
export const FRAME_LINES = 21;
/** Of the prompt's message, which is on one line. */
export const MESSAGE_COLUMNS = COLUMNS - 2;

/** Where in the ceremony people are. Names are as the script has them, not escaped yet. */
export interface Place {
  readonly ceremony: string;
  readonly rehearsal: boolean;
  /** null between steps. */
  readonly step: { readonly number: number; readonly of: number } | null;
  /** Names of those whose turn it is. */
  readonly who: readonly string[];
  readonly minutesLeft: number | null;
  /** Who is next, and what they should have in hand. */
  readonly next: { readonly name: string; readonly bring: string } | null;
  /** What `leave` does at the hold screen, where the same command does not just go on from here. */
  readonly leave?: string;
}

/** A screen as its author wrote it: lines are escaped and at most 80 columns wide. */
export interface RenderedScreen {
  readonly place: Place;
  readonly title: string;
  /** What an exception that is opened here says was expected; the title where it is left out. */
  readonly expected?: string;
  /** Blocks are kept together on a page where they fit on one, and have an empty line between them. */
  readonly body: readonly (readonly string[])[];
  /** The prompt lists `exception`, before its own words: it is what helps here. */
  readonly listsException?: boolean;
  /** Marked as what is to be read aloud; comes last. */
  readonly readAloud?: readonly string[];
}

/** What the frame's last line says can be typed at any time. */
export interface Help {
  readonly exception: boolean;
  readonly pages: { readonly page: number; readonly of: number };
}

/** The body in pages of at most `BODY_LINES` lines; always at least one. */
export function pagesOf(screen: RenderedScreen): readonly (readonly string[])[] {
  const aloud = screen.readAloud ?? [];
  const blocks = aloud.length > 0 ? [...screen.body, ["Read aloud:", ...aloud]] : screen.body;
  return paginate(blocks, BODY_LINES);
}

/** Blocks with an empty line between them, in pages of at most `most` lines; always at least one. */
export function paginate(
  blocks: readonly (readonly string[])[],
  most: number,
): readonly (readonly string[])[] {
  const pages: string[][] = [];
  let page: string[] = [];
  const turn = (): void => {
    if (page.length > 0) pages.push(page);
    page = [];
  };
  for (const block of blocks) {
    if (block.length === 0) continue;
    if (page.length > 0 && page.length + 1 + block.length > most) turn();
    if (page.length > 0) page.push("");
    for (const line of block) {
      if (page.length === most) turn();
      page.push(line);
    }
  }
  turn();
  return pages.length > 0 ? pages : [[]];
}

/** The frame with one page in it: exactly 21 lines, none wider than 80 columns before it is painted. */
export function renderFrame(
  screen: Pick<RenderedScreen, "place" | "title">,
  page: readonly string[],
  help: Help,
  paint: Paint = PLAIN,
): readonly string[] {
  const { place } = screen;
  const rule = paint.faint("─".repeat(COLUMNS));
  const left = timeLeft(place.minutesLeft);
  const body = [...page.slice(0, BODY_LINES).map((line) => clipShown(line, COLUMNS))];
  while (body.length < BODY_LINES) body.push("");
  const lines = [
    ends(
      clipForTerminal(place.ceremony, COLUMNS - 11),
      place.rehearsal ? "REHEARSAL" : "",
      paint.strong,
      paint.alert,
    ),
    ends(turnOf(place, COLUMNS - displayWidth(left) - 1), left, paint.strong, paint.faint),
    rule,
    paint.strong(clipShown(screen.title, COLUMNS)),
    "",
    ...body,
    rule,
    nextLine(place),
    paint.faint(helpLine(help)),
  ];
  if (lines.length !== FRAME_LINES)
    throw new TypeError(`a frame has ${FRAME_LINES} lines, not ${lines.length}`);
  return lines;
}

function turnOf(place: Place, columns: number): string {
  const step = place.step === null ? "" : `Step ${place.step.number} of ${place.step.of}`;
  const [first, ...others] = place.who;
  if (first === undefined) return step;
  const begin = step === "" ? "" : `${step} · `;
  const end = `${others.length > 0 ? ` and ${others.length} more` : ""}, it is your turn`;
  return `${begin}${clipForTerminal(first, columns - displayWidth(begin) - displayWidth(end))}${end}`;
}

function timeLeft(minutes: number | null): string {
  if (minutes === null) return "";
  if (minutes < 2) return "nearly done";
  if (minutes < 90) return `about ${minutes} min left`;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round((minutes % 60) / 15) * 15;
  return rest === 60 ? `about ${hours + 1} h left` : `about ${hours} h ${rest > 0 ? `${rest} min ` : ""}left`;
}

function nextLine(place: Place): string {
  if (place.next === null) return "";
  const bring = place.next.bring === "" ? "" : `, with ${clipForTerminal(place.next.bring, 60)}`;
  return clipShown(`Next: ${clipForTerminal(place.next.name, 36)}${bring}`, COLUMNS);
}

export function pageLine(page: number, of: number): string {
  return `Page ${page} of ${of}: type more`;
}

function helpLine(help: Help): string {
  const { page, of } = help.pages;
  const parts = [
    of > 1 ? pageLine(page, of) : "",
    help.exception ? "type exception to record a deviation" : "",
    "Ctrl-C pauses",
  ];
  return clipShown(parts.filter((part) => part !== "").join(" · "), COLUMNS);
}

function ends(
  left: string,
  right: string,
  paintLeft: (text: string) => string,
  paintRight: (text: string) => string,
): string {
  const gap = right === "" ? left : padShown(left, COLUMNS - displayWidth(right));
  const blanks = gap.slice(left.length);
  return `${paintLeft(left)}${blanks}${right === "" ? "" : paintRight(right)}`;
}
