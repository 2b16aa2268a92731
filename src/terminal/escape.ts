/**
 * Text that files, tokens or people chose, made fit for a terminal: what could move the cursor, reorder a line, hide
 * or pose as something else is shown as `\u{202e}` instead of taking effect.
 *
 * Escaped are the control characters (C0, C1, DEL), everything of Unicode's category "Other" (format, surrogate,
 * private use, unassigned: bidirectional controls and isolates, zero-width characters, tags), the other code points
 * that are by default invisible (fillers, variation selectors), line and paragraph separators, and every blank but
 * the plain space. A combining mark is let through behind a letter, at most `MARKS_PER_LETTER` of them. A backslash is
 * doubled, so that two different texts never look the same.
 */

/** Printable ASCII but the backslash: shown as it is. */
const PLAIN = /^[ -[\]-~]*$/;
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}]/u;
const MARK = /\p{M}/u;
/** Vietnamese and IPA need two; stacks of them climb into the neighbouring lines. */
const MARKS_PER_LETTER = 3;

/** Never prints less than it was given: nothing is dropped. */
export function escapeForTerminal(text: string): string {
  if (PLAIN.test(text)) return text;
  return graphemesOf(text).map(escapeGrapheme).join("");
}

/** Escapes `text` (so it must not be escaped yet) and cuts it to at most `columns` columns, `…` included. */
export function clipForTerminal(text: string, columns: number): string {
  // Nobody's name needs more than this; a megabyte of "name" must not be segmented whole.
  const beginning = text.slice(0, columns * 16);
  if (text.length <= columns && PLAIN.test(text)) return text;
  const units = graphemesOf(beginning).map(escapeGrapheme);
  const whole = beginning.length === text.length;
  return cutTo(units, columns, whole);
}

/** Cuts text of our own, or text that was escaped already, to at most `columns` columns, `…` included. */
export function clipShown(shown: string, columns: number): string {
  return cutTo(graphemesOf(shown), columns, true);
}

/** Columns that escaped text takes: 2 for East Asian wide and emoji, 0 for combining marks; in doubt the larger. */
export function displayWidth(shown: string): number {
  if (/^[ -~]*$/.test(shown)) return shown.length;
  let columns = 0;
  for (const character of shown) columns += characterWidth(character);
  return columns;
}

/** `shown` with blanks behind it until it takes `columns` columns. */
export function padShown(shown: string, columns: number): string {
  return shown + " ".repeat(Math.max(0, columns - displayWidth(shown)));
}

/** Made when first needed: loading the rules takes longer than most commands. */
let segmenter: Intl.Segmenter | undefined;

/** What people see as one character each: a letter with its marks, an emoji with its modifiers. */
export function graphemesOf(text: string): string[] {
  if (/^[ -~]*$/.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function escapeGrapheme(grapheme: string): string {
  let shown = "";
  let marks = MARKS_PER_LETTER; // a mark without a letter before it has nothing to stand on
  for (const character of grapheme) {
    const isMark = MARK.test(character);
    marks = isMark ? marks + 1 : 0;
    if (character === "\\") shown += "\\\\";
    else if (character === " ") shown += " ";
    else if (INVISIBLE.test(character) || (isMark && marks > MARKS_PER_LETTER)) {
      shown += `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
      marks = MARKS_PER_LETTER;
    } else shown += character;
  }
  return shown;
}

function cutTo(units: readonly string[], columns: number, whole: boolean): string {
  if (whole && displayWidth(units.join("")) <= columns) return units.join("");
  let shown = "";
  let left = columns - 1;
  for (const unit of units) {
    left -= displayWidth(unit);
    if (left < 0) break;
    shown += unit;
  }
  return columns > 0 ? `${shown}…` : "";
}

/** Unicode 17 East Asian Width W and F, with the small gaps between blocks filled in, and emoji. */
const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{4dbf}\u{4e00}-\u{a4cf}\u{a960}-\u{a97f}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe10}-\u{fe19}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{16fe0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /[\p{Mn}\p{Me}]/u;

/** Letters and signs before the first combining mark, and the ellipsis that stands for what was cut. */
const ONE_COLUMN = /[ -\u{2ff}…]/u;

function characterWidth(character: string): number {
  if (ONE_COLUMN.test(character)) return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
