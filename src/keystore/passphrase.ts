/**
 * What makes a passphrase for a key's file acceptable, and the words that ask for it.
 *
 * The file may be copied and attacked for years, so length is what counts: at least 15 characters, what NIST SP 800-63B
 * asks of a password that stands alone; four or five random words are better. Printable ASCII only: `é` has two
 * spellings in Unicode, and the keyboard in five years' time may have neither. An existing one is taken as it is.
 */

export const SHORTEST_PASSPHRASE = 15;
export const LONGEST_PASSPHRASE = 1024;
const FEWEST_DIFFERENT = 6;
/** Of a terminal that is as narrow as a ceremony takes it. */
const COLUMNS = 80;

export type PassphraseRefusal =
  | "too-short"
  | "too-long"
  | "too-simple"
  | "not-ascii"
  | "edge-space"
  | "mismatch";

/** What the person reads at the terminal; no line of it may hold anything secret. */
export interface PassphrasePrompts {
  readonly first: string;
  readonly again: string;
  readonly existing: string;
  readonly refused: Readonly<Record<PassphraseRefusal, string>>;
}

/** The same in a few words, behind "the last one:". */
export const REFUSED_BECAUSE: Readonly<Record<PassphraseRefusal, string>> = {
  "too-short": `too short, at least ${SHORTEST_PASSPHRASE} characters`,
  "too-long": `too long, at most ${LONGEST_PASSPHRASE} characters`,
  "too-simple": `too simple, at least ${FEWEST_DIFFERENT} different characters`,
  "not-ascii": "with characters that not every keyboard has",
  "edge-space": "with a space before or behind it",
  mismatch: "typed differently the second time",
};

/** Null where it is acceptable. `mismatch` is found elsewhere: it takes two. */
export function judgeNewPassphrase(bytes: Uint8Array): PassphraseRefusal | null {
  if (bytes.length < SHORTEST_PASSPHRASE) return "too-short";
  if (bytes.length > LONGEST_PASSPHRASE) return "too-long";
  if (!bytes.every((byte) => byte >= 0x20 && byte <= 0x7e)) return "not-ascii";
  if (bytes[0] === 0x20 || bytes.at(-1) === 0x20) return "edge-space";
  return new Set(bytes).size < FEWEST_DIFFERENT ? "too-simple" : null;
}

/** On two lines where one would be broken within a word. */
function hidden(question: string): string {
  const hint = "(nothing is shown; Ctrl-U begins again): ";
  return `${question}${question.length + 1 + hint.length > COLUMNS ? "\n" : " "}${hint}`;
}

/** @param key the key's name in the script: letters, digits and hyphens */
export function passphrasePrompts(key: string): PassphrasePrompts {
  return {
    first: hidden(`New passphrase for ${key}`),
    again: "The same passphrase again: ",
    existing: hidden(`Passphrase for ${key}`),
    refused: {
      "too-short": `That was too short: at least ${SHORTEST_PASSPHRASE} characters, better five random words.\n`,
      "too-long": `That was too long: at most ${LONGEST_PASSPHRASE} characters.\n`,
      "too-simple": `That was too simple: at least ${FEWEST_DIFFERENT} different characters, better five random words.\n`,
      "not-ascii":
        "Only letters, digits, spaces and signs that every keyboard has:\nno accents, no umlauts.\n",
      "edge-space": "It may not begin or end with a space.\n",
      mismatch: "The two entries differ. Begin again.\n",
    },
  };
}
