/** How a SHA-256 is read aloud and written down: 32 PGP words, or 16 groups of four hex digits. */
import type { Sha256Hex } from "../tuf/types.ts";
import { EVEN_WORDS, ODD_WORDS } from "./pgp-word-list.ts";

/** 32 words, one for each byte; the list's own spelling (`Yucatan`, `aardvark`). */
export function pgpWords(sha256: Sha256Hex): readonly string[] {
  return Array.from({ length: 32 }, (_, position) => {
    const byte = Number.parseInt(sha256.slice(position * 2, position * 2 + 2), 16);
    const word = (position % 2 === 0 ? EVEN_WORDS : ODD_WORDS)[byte];
    if (word === undefined) throw new TypeError("a SHA-256 has 64 hex digits");
    return word;
  });
}

/** 16 groups of four hex digits. */
export function hexGroups(sha256: Sha256Hex): readonly string[] {
  return Array.from({ length: 16 }, (_, group) => sha256.slice(group * 4, group * 4 + 4));
}

const LOWER_CASE: ReadonlySet<string> = new Set(
  [...EVEN_WORDS, ...ODD_WORDS].map((word) => word.toLowerCase()),
);

/** Whether a lower-case word is one of the 512. */
export function isPgpWord(word: string): boolean {
  return LOWER_CASE.has(word);
}
