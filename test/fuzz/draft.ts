/**
 * JSON that is about to be written, right or wrong: members may occur twice, and a value may be any text at all.
 * `write` has many ways to spell one and the same value.
 */
import type { Random } from "./random.ts";

export type Draft = null | boolean | number | bigint | string | Raw | Draft[] | DraftObject;

/** Written as it is: `1e2`, `"\ud800"`, nothing. */
export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class DraftObject {
  members: [name: string, value: Draft][];
  constructor(members: readonly (readonly [name: string, value: Draft])[] = []) {
    this.members = members.map(([name, value]) => [name, value]);
  }

  get(name: string): Draft | undefined {
    return this.members.find((member) => member[0] === name)?.[1];
  }

  set(name: string, value: Draft): void {
    const member = this.members.find((known) => known[0] === name);
    if (member === undefined) this.members.push([name, value]);
    else member[1] = value;
  }
}

/** Not deeper than any document gets here; raw text is shared. */
export function copyDraft(draft: Draft): Draft {
  if (Array.isArray(draft)) return draft.map(copyDraft);
  if (!(draft instanceof DraftObject)) return draft;
  return new DraftObject(draft.members.map(([name, value]) => [name, copyDraft(value)]));
}

export interface Spelling {
  readonly between: () => string;
  readonly text: (text: string) => string;
}

export const COMPACT: Spelling = { between: () => "", text: (text) => JSON.stringify(text) };

/** White space anywhere, and characters escaped that need not be. */
export function looseSpelling(random: Random): Spelling {
  const blanks = random.pick([["\n", "\n  ", " "], ["\r\n", "\t", ""], [""], ["", " "]]);
  const escapes = random.pick([0, 0, 0, 40, 4]);
  return {
    between: () => random.pick(blanks),
    text: (text) => {
      const plain = JSON.stringify(text);
      return escapes === 0 ? plain : escapeSome(plain, random, escapes);
    },
  };
}

/** One character in `rarity` as `\u0041`; escapes that are there stay whole. */
function escapeSome(quoted: string, random: Random, rarity: number): string {
  return quoted
    .slice(1, -1)
    .replace(/\\u....|\\.|[^\\]/gu, (unit) => {
      if (unit.startsWith("\\") || !random.oneIn(rarity)) return unit;
      if (unit === "/" && random.oneIn(2)) return "\\/";
      const codes = unit.split("").map((code) => code.charCodeAt(0).toString(16).padStart(4, "0"));
      return codes.map((code) => `\\u${random.oneIn(2) ? code.toUpperCase() : code}`).join("");
    })
    .replace(/^/, '"')
    .concat('"');
}

export function write(draft: Draft, spelling: Spelling = COMPACT): string {
  const { between, text } = spelling;
  if (typeof draft === "string") return text(draft);
  if (draft instanceof Raw) return draft.text;
  if (Array.isArray(draft)) {
    return `[${draft.map((element) => `${between()}${write(element, spelling)}`).join(",")}${between()}]`;
  }
  if (draft instanceof DraftObject) {
    const members = draft.members.map(
      ([name, value]) => `${between()}${text(name)}${between()}:${between()}${write(value, spelling)}`,
    );
    return `{${members.join(",")}${between()}}`;
  }
  return String(draft);
}
