/**
 * Somebody who makes every mistake once: types a PIN early and at every question that does not ask for one, pastes
 * lines, presses Ctrl-C everywhere, mistypes a new PIN, forgets a passphrase. In the end everything is answered.
 */
import { obey, type Papers, type SeenPrompt } from "../../support/typist.ts";

/** No four characters of these can come about in hex, in PGP words or in prose. */
export const SECRETS = {
  officer: "Vq~7]kZ#02^p",
  user: "x!9Wd&3}Jm%8",
  wrong: "?Bf=6@cN'4*t",
  grace: "hR|5$uX<1+eK>8;gL",
  admin: "9]sD^2/yM#7(aP`4vQ",
} as const;

const INTERRUPT = "\u0003";
const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;
/** What a hand does that types ahead of the screens. */
const EARLY = `${SECRETS.user}\r`;

type Kind = "choice" | "paper" | "screen" | "text";

export class ClumsyPerson {
  readonly #papers: Papers;
  readonly #made = new Set<string>();
  readonly #seen: SeenPrompt[] = [];
  #isTextMeant = false;
  #passphraseOf: "grace" | "admin" = "grace";

  constructor(papers: Papers) {
    this.#papers = papers;
  }

  /** Mistakes so far. */
  get mistakes(): readonly string[] {
    return [...this.#made];
  }

  /** The keys that answer this question, or get it wrong. */
  keysFor(seen: SeenPrompt): string {
    this.#seen.push(seen);
    if (seen.isSecret) return this.#secret(seen);
    const { message } = seen;
    if (message.includes("resume, leave")) return `${EARLY}resume\r${EARLY}`;
    if (message.includes("show, again")) return this.#isTextMeant ? "show\r" : `${EARLY}again\r`;
    const kind = kindOf(message);
    if (this.#once(`${kind}: half a PIN, then Ctrl-C`)) return `${SECRETS.user.slice(0, 7)}${INTERRUPT}`;
    if (kind === "text") return this.#text(seen);
    if (kind === "screen" && this.#once("screen: an exception")) return `${EARLY}exception\r${EARLY}`;
    const pasted = this.#once(`${kind}: pasted lines`)
      ? paste(`${SECRETS.grace}\n${SECRETS.officer}\r\n${SECRETS.user}\n`)
      : "";
    const answer = message.includes("again, accept") ? "accept" : obey(seen, this.#papers, this.#seen);
    return `${pasted}${EARLY}${answer}\r${EARLY}`;
  }

  #text(seen: SeenPrompt): string {
    if (this.#once("text: a PIN")) return EARLY;
    if (this.#once("text: pasted lines")) return paste(`${SECRETS.admin}\n${SECRETS.user}\n`);
    this.#isTextMeant = true;
    return `${obey(seen, this.#papers, this.#seen)}\r${EARLY}`;
  }

  #secret({ message }: SeenPrompt): string {
    const named = /root-(grace|admin)/.exec(message)?.[1];
    if (named === "grace" || named === "admin") this.#passphraseOf = named;
    const right = /assphrase/.test(message)
      ? SECRETS[this.#passphraseOf]
      : message.includes("security officer")
        ? SECRETS.officer
        : SECRETS.user;
    // Without what was refused before, and the form that is asked for.
    const asked = message
      .replace(/^.*\. (?=New|The|P)/, "")
      .replace(/ \(.*\)|: $/g, "")
      .replace(/: $/, "");
    if (this.#once(`${asked}: Ctrl-C`)) return `${right.slice(0, 6)}${INTERRUPT}`;
    if (this.#once(`${asked}: wrong`)) return `${SECRETS.wrong}${SECRETS.wrong}\r${EARLY}`;
    return `${right}\r${EARLY}`;
  }

  #once(mistake: string): boolean {
    if (this.#made.has(mistake)) return false;
    this.#made.add(mistake);
    return true;
  }
}

function kindOf(message: string): Kind {
  if (message.includes("from your paper")) return "paper";
  if (message.includes("from this screen")) return "screen";
  return message.includes("type it and press Enter") ? "text" : "choice";
}
