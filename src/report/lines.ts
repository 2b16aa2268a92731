/** Plain text in 80 columns. What is given here is ours or has been escaped (src/terminal/escape.ts). */

import { clipForTerminal, displayWidth } from "../terminal/escape.ts";

export const WIDTH = 80;

/** `label` in front, then `text`, wrapped at blanks and hanging under its own beginning. */
export function hang(label: string, text: string, width = WIDTH): readonly string[] {
  const room = Math.max(20, width - displayWidth(label));
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => breakWord(whole, room))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && displayWidth(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  const margin = " ".repeat(displayWidth(label));
  return lines.map((content, index) => `${index === 0 ? label : margin}${content}`.trimEnd());
}

/**
 * Enough of a keyid to tell by eye the keys apart that are known already. Two keys whose keyids begin alike take a second to
 * make: of a key that is new, people are shown the whole (`wholeKeyId`). Keyids of other people's documents can be any text.
 */
export function shortKeyId(keyid: string): string {
  return /^[0-9a-fA-F]{16,}$/.test(keyid) ? keyid.slice(0, 8) : clipForTerminal(keyid, 24);
}

export function wholeKeyId(keyid: string): string {
  return clipForTerminal(keyid, 128);
}

/** At most `most` names, escaped, and how many there are beyond them. */
export function listNames(names: readonly string[], most: number): string {
  const shown = names
    .slice(0, most)
    .map((name) => clipForTerminal(name, 60))
    .join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function breakWord(word: string, room: number): readonly string[] {
  if (displayWidth(word) <= room) return [word];
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (displayWidth(piece + character) > room) {
      pieces.push(piece);
      piece = character;
    } else piece += character;
  }
  return [...pieces, piece];
}
