/** A holder alone in front of their terminal: what is asked before a key is used, and the terminal lent to the key's process. */
import { randomInt } from "node:crypto";
import { CeremonyError } from "../errors.ts";
import { ChoiceEntry } from "../terminal/choice-entry.ts";
import { askOnPages } from "../terminal/dialogue.ts";
import { escapeForTerminal } from "../terminal/escape.ts";
import { wrapLines } from "../terminal/panel.ts";
import { ABOVE_BODY, type Place, type RenderedScreen, renderFrame } from "../terminal/screen.ts";
import { CeremonyTerminal, requireScreen } from "../terminal/terminal.ts";
import { TextEntry } from "../terminal/text-entry.ts";
import { isPgpWord, pgpWords } from "../terminal/words.ts";
import { WordsEntry } from "../terminal/words-entry.ts";
import type { Sha256Hex } from "../tuf/types.ts";

/**
 * Which words are typed from paper, is drawn anew each time: whoever swaps a file can make four words agree that are
 * known beforehand, but hardly six that aren't.
 */
const WORDS_FROM_PAPER = 6;

export class HolderTerminal {
  readonly #terminal: CeremonyTerminal;
  readonly #place: Place;
  /** File descriptors for a key's process. */
  readonly lent: { readonly input: number; readonly output: number };

  /** Takes the terminal until `close`; with `json` the screens are on stderr. Throws `terminal/none`, `terminal/no-screen`. */
  constructor(title: string, holder: string, json: boolean) {
    const output = json ? process.stderr : process.stdout;
    this.#place = {
      ceremony: title,
      rehearsal: false,
      step: null,
      who: [holder],
      minutesLeft: null,
      next: null,
    };
    this.lent = { input: 0, output: json ? 2 : 1 };
    this.#terminal = new CeremonyTerminal({ input: process.stdin, output, environment: process.env });
    requireScreen(process.stdin, output);
    this.#terminal.gate.open();
  }

  /** Words of a file's digest that the screen does not show. Throws `holder/left`. */
  async confirmFromPaper(what: string, path: string, sha256: Sha256Hex): Promise<void> {
    const body = [
      wrapLines(escapeForTerminal(path)),
      wrapLines(
        `Take the paper on which you have the digest of the ${what}. If the words that you type are not those of this file, it is not the one on your paper: leave with Ctrl-C.`,
      ),
    ];
    await this.#fromPaper(what, body, sha256);
  }

  /** The same with a key's words: a file that anybody could have made says that it is this key. */
  async confirmKeyFromPaper(lines: readonly string[], keyid: Sha256Hex): Promise<void> {
    const body = [
      lines,
      wrapLines(
        "Take the paper on which you have the words of this key's keyid. If the words that you type are not those of the key in this file, it is another key: leave with Ctrl-C.",
      ),
    ];
    await this.#fromPaper("key", body, keyid);
  }

  async #fromPaper(what: string, body: RenderedScreen["body"], sha256: Sha256Hex): Promise<void> {
    const screen = { place: this.#place, title: `Is this the ${what} on your paper?`, body };
    await this.#askWords(screen, "paper", sha256, drawPositions(WORDS_FROM_PAPER));
  }

  /** What is to be signed, on as many pages as it takes; two words of its digest end it. Throws `holder/left`. */
  async confirmFromScreen(title: string, body: RenderedScreen["body"], sha256: Sha256Hex): Promise<void> {
    const first = randomInt(31);
    await this.#askWords({ place: this.#place, title, body }, "screen", sha256, [first, first + 1]);
  }

  /** One word that the screen names. Throws `holder/left`. */
  async confirmWord({ title, body }: Pick<RenderedScreen, "title" | "body">, word: string): Promise<void> {
    const asked = await askOnPages(this.#terminal, {
      screen: { place: this.#place, title, body },
      exception: false,
      entry: (asides) => new ChoiceEntry([word, "leave"], asides),
    });
    if (asked.kind !== "answer" || asked.answer !== word) throw left(`"${word}"`);
  }

  /** A serial number that the screen does not show; it stays hidden while it is typed. Throws `holder/left`, `token/serial-other`. */
  async confirmSerial(
    { title, body }: Pick<RenderedScreen, "title" | "body">,
    serial: string,
  ): Promise<void> {
    const asked = await askOnPages(this.#terminal, {
      screen: { place: this.#place, title, body },
      exception: false,
      entry: (asides) => new TextEntry("Serial number", asides),
    });
    if (asked.kind !== "answer") throw left("the serial number");
    if (asked.answer.replaceAll(/\s/g, "").toLowerCase() === serial.toLowerCase()) return;
    throw new CeremonyError({
      code: "token/serial-other",
      exit: "refused",
      expected: "the serial number of the token that the command named",
      found: "another one",
      remedy: "Compare device, paper and `tuf-ceremony token list`. Nothing was changed.",
    });
  }

  /** For a process that reads a PIN or passphrase. */
  async lend<Result>(title: string, lines: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const help = { exception: false, pages: { page: 1, of: 1 } };
    const frame = () => renderFrame({ place: this.#place, title }, lines, help, this.#terminal.paint);
    // The process writes its prompt where the body ends.
    return await this.#terminal.lend(() => frame().slice(0, ABOVE_BODY + lines.length), work);
  }

  close(): void {
    this.#terminal.gate.close();
  }

  async #askWords(
    screen: RenderedScreen,
    from: "paper" | "screen",
    sha256: Sha256Hex,
    positions: readonly number[],
  ): Promise<void> {
    const words = pgpWords(sha256);
    const expected = positions.map((position) => words[position] ?? "");
    const question = { from, positions, expected, isWord: isPgpWord };
    const mismatches = { count: 0 };
    const asked = await askOnPages(this.#terminal, {
      screen,
      exception: false,
      entry: (asides) => new WordsEntry(question, asides, mismatches),
    });
    if (asked.kind !== "answer") throw left("the words that were asked for");
  }
}

function left(expected: string): CeremonyError {
  return new CeremonyError({
    code: "holder/left",
    exit: "waiting",
    expected,
    found: "somebody who left",
    remedy: "Nothing was done. The same command begins again.",
  });
}

/** Different ones of 0 to 31, in ascending order. */
function drawPositions(count: number): readonly number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(randomInt(32));
  return [...drawn].sort((a, b) => a - b);
}
