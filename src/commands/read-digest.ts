/** A SHA-256 as people have it on paper: digits in groups or in one piece, or the 32 words with or without their numbers. */
import { nearest } from "../ceremony/nearest.ts";
import { EVEN_WORDS, ODD_WORDS } from "../terminal/pgp-word-list.ts";
import { isPgpWord } from "../terminal/words.ts";
import { quote } from "../tuf/quote.ts";
import { isSha256Hex, type Sha256Hex } from "../tuf/types.ts";
import { quotedOption, wrongOption } from "./options.ts";

const LENGTH = 32;

export function readDigest(option: string, typed: string): Sha256Hex {
  const words = typed
    .toLowerCase()
    .split(/[\s:;,.-]+/)
    .filter((word) => word !== "");
  if (words.some(isPgpWord)) return readWords(option, words);
  const digest = words.join("");
  if (isSha256Hex(digest)) return digest;
  throw quotedOption(`${option}: 64 hex digits, in groups or not, or 32 words`, typed);
}

function readWords(option: string, typed: readonly string[]): Sha256Hex {
  const words = typed.filter((word) => !/^\d{1,2}$/.test(word));
  const digest = words
    .slice(0, LENGTH)
    .map((word, index) => readWord(option, word, index))
    .join("");
  if (words.length === LENGTH && isSha256Hex(digest)) return digest;
  throw wrongOption(`${option}: ${LENGTH} words`, `${words.length}, each of them right in its place`);
}

/** The two lists take turns: a word that is left out or written twice shows at the next one. */
function readWord(option: string, word: string, index: number): string {
  const [list, others] = index % 2 === 0 ? [EVEN, ODD] : [ODD, EVEN];
  const byte = list.indexOf(word);
  if (byte !== -1) return byte.toString(16).padStart(2, "0");
  const place = `word ${index + 1} of ${LENGTH}`;
  const found = `${quote(word, 40)} as word ${index + 1}`;
  const meant = nearest(word, list);
  throw others.includes(word)
    ? wrongOption(
        `${option}: as ${place} one of the list for ${index % 2 === 0 ? "odd" : "even"} places`,
        `${found}, a word of the other list`,
        "Look whether a word is missing, doubled or exchanged, here or before.",
      )
    : wrongOption(
        `${option}: as ${place} a word of the PGP word list`,
        found,
        meant === null ? "Compare the word with the paper." : `Did you mean "${meant}"?`,
      );
}

const EVEN = EVEN_WORDS.map((word) => word.toLowerCase());
const ODD = ODD_WORDS.map((word) => word.toLowerCase());
