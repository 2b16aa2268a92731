/**
 * Somebody who sits through a whole ceremony at a terminal: reads each screen, and types what it asks for.
 */
import type { TerminalSession } from "./terminal-session.ts";

/** Words of digests by a piece of the title of the screen that asks for them: what is on people's papers. */
export type Papers = ReadonlyMap<string, readonly string[]>;

export interface SeenPrompt {
  /** The screen from its first line to the prompt's. */
  readonly screen: string;
  /** The prompt's line. */
  readonly message: string;
  /** A child process asks for a PIN or a passphrase. */
  readonly isSecret: boolean;
}

const PROMPT = /Type [^\r\n]*?(?:press Enter\.|, a blank between\.)|[^\r\n]*: type it and press Enter\./;
/** Nothing is written behind it: whoever asks waits. */
const SECRET = /[^\r\n]*(?:PIN|[Pp]assphrase)[^\r\n]*: $/;
const CLEAR = "\u001b[H\u001b[2J";
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what clears a screen
const SCREEN = /\u001b\[H\u001b\[2J/;

/** Waits for the next question, on a screen of its own or below another secret. */
export async function nextPrompt(session: TerminalSession): Promise<SeenPrompt> {
  // A prompt's lines are written again with every key: only a new screen brings a new question.
  const begin = await session.nextMatch(new RegExp(`${SCREEN.source}|${SECRET.source}`));
  const either = new RegExp(`${PROMPT.source}|${SECRET.source}`);
  const message = begin === CLEAR ? await session.nextMatch(either) : begin;
  const from = session.shown.lastIndexOf(CLEAR);
  return {
    message,
    screen: session.shown.slice(from + CLEAR.length).replaceAll(/\r+\n/g, "\n"),
    isSecret: SECRET.test(message),
  };
}

/** Answers prompts until `decide` gives null. `decide` may leave a prompt to `obey`. */
export async function sitThrough(
  session: TerminalSession,
  papers: Papers,
  decide: (seen: SeenPrompt) => string | null | undefined,
): Promise<readonly SeenPrompt[]> {
  const all: SeenPrompt[] = [];
  for (;;) {
    const seen = await nextPrompt(session);
    all.push(seen);
    const decided = decide(seen);
    if (decided === null) return all;
    session.type(`${decided ?? obey(seen, papers, all)}\r`);
  }
}

/** What somebody types who does as they are told; the first of several options. */
export function obey(
  { screen, message }: SeenPrompt,
  papers: Papers,
  before: readonly Pick<SeenPrompt, "screen">[],
): string {
  const only = /^Type (\S+) and press/.exec(message)?.[1];
  if (only !== undefined) return only;
  const first = /^Type one of: ([^,.]+)/.exec(message)?.[1];
  if (first !== undefined) return first;
  if (!message.startsWith("Type word")) return "Something of today";
  const paper = [...papers].find(([title]) => screen.includes(title))?.[1];
  const words = message.includes("from your paper") ? paper : numberedWords(before);
  return wordNumbers(message)
    .map((number) => words?.[number - 1] ?? "missing")
    .join(" ");
}

function wordNumbers(message: string): readonly number[] {
  const numbers = Array.from(message.matchAll(/\d+/g), ([digits]) => Number(digits));
  const [first = 0, last = 0] = numbers;
  return message.includes(" to ") ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : numbers;
}

/** The 32 words of the last digest that was on a screen. */
function numberedWords(screens: readonly Pick<SeenPrompt, "screen">[]): readonly string[] {
  const last = screens.findLast(({ screen }) => /\b32 [A-Za-z]{4,}\n/.test(screen))?.screen ?? "";
  // A line of hex groups above them may begin with digits too, but with four.
  const lines = last.split("\n").filter((line) => /^(?: +\d{1,2} [A-Za-z]{4,}){4}$/.test(line));
  return lines.flatMap((line) => Array.from(line.matchAll(/\d+ ([A-Za-z]+)/g), ([, word]) => word ?? ""));
}
