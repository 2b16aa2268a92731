/** Pieces of screens: paragraphs, lists, digests. Lines come out at most 80 columns wide. */
import type { Sha256Hex } from "../tuf/types.ts";
import { clipShown, displayWidth, graphemesOf, padShown } from "./escape.ts";
import { hexGroups, pgpWords } from "./words.ts";

const WIDTH = 80;
/** Prose is easier to read in shorter lines. */
const PROSE_WIDTH = 76;

/** Text of our own, or escaped text, broken at blanks; a longer word is broken anywhere. */
export function wrapLines(shown: string, columns: number = PROSE_WIDTH): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of shown.split(" ").flatMap((long) => breakWord(long, columns))) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

/** `name   value` with the values in one column, longer values wrapped under themselves. */
export function pairLines(pairs: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const indent = 2;
  const column = Math.min(24, Math.max(...pairs.map(([name]) => displayWidth(name)), 0) + 2);
  return pairs.flatMap(([name, value]) =>
    wrapLines(value, WIDTH - indent - column).map(
      (line, index) =>
        `${" ".repeat(indent)}${padShown(index === 0 ? clipShown(name, column - 1) : "", column)}${line}`,
    ),
  );
}

/** Sixteen groups of four hex digits in two lines. */
export function hexLines(sha256: Sha256Hex): readonly string[] {
  const groups = hexGroups(sha256);
  return [groups.slice(0, 8), groups.slice(8)].map((half) => `  ${half.join(" ")}`);
}

/** The 32 PGP words, numbered, four to a line, to be read from left to right. */
export function wordLines(sha256: Sha256Hex): readonly string[] {
  const numbered = pgpWords(sha256).map(
    (word, index) => `${String(index + 1).padStart(2)} ${word.padEnd(13)}`,
  );
  return Array.from({ length: 8 }, (_, row) =>
    `  ${numbered.slice(row * 4, row * 4 + 4).join("")}`.trimEnd(),
  );
}

/** A digest as people read it: in hex and in words. */
export function digestLines(sha256: Sha256Hex): readonly string[] {
  return [...hexLines(sha256), ...wordLines(sha256)];
}

function breakWord(word: string, columns: number): string[] {
  if (displayWidth(word) <= columns) return [word];
  const parts: string[] = [];
  let part = "";
  for (const grapheme of graphemesOf(word)) {
    if (displayWidth(part) + displayWidth(grapheme) > columns) {
      parts.push(part);
      part = "";
    }
    part += grapheme;
  }
  return [...parts, part];
}
