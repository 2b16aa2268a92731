/** The grammar of json.ts: text to values, or a refusal that says where. */

import type { Problem } from "../errors.ts";
import { isSameValue } from "./json-values.ts";
import { quote } from "./quote.ts";
import type { JsonObject, JsonValue } from "./types.ts";

export interface JsonLimits {
  /** Nesting of objects and arrays; a bare scalar has depth 0. */
  readonly maxDepth?: number;
  readonly maxBytes?: number;
  /** Values of any kind, objects and arrays included. */
  readonly maxValues?: number;
  /**
   * Called with the place of a member that occurs again with an equal value, as a published root has it; without it
   * that is refused too. Members of one name and different values are always refused.
   */
  readonly onRepeatedMember?: (place: string) => void;
}

const DEFAULT_MAX_DEPTH = 64;
/** Five megabytes can hold more small values than the memory should; 65,536 bins have not quite as many. */
const DEFAULT_MAX_VALUES = 600_000;
/** Far beyond any integer in use, and short enough that converting it costs nothing. */
const MAX_INTEGER_DIGITS = 400;
/** Repeated members that are reported one by one; finding the line of each takes time. Published: one in a document. */
const MAX_REPETITIONS = 32;

/** Thrown and caught inside the reader only. */
export class JsonRefusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

export function refuse(what: string, expected: string, found: string): never {
  const remedy = "Fetch the file again from its source, or ask whoever made it.";
  throw new JsonRefusal({ code: `json/${what}`, exit: "refused", expected, found, remedy });
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Whatever may be an escape, or may stand in JSON only as one. */
const NOT_PLAIN = /[\\\p{Cc}]/u;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Recursive descent over UTF-16 code units; strings are cut out in slices, so the work is linear. */
export class JsonParser {
  readonly #text: string;
  readonly #maxDepth: number;
  #valuesLeft: number;
  readonly #onRepeatedMember: JsonLimits["onRepeatedMember"];
  #repetitions = 0;
  #at = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#maxDepth = limits.maxDepth ?? DEFAULT_MAX_DEPTH;
    this.#valuesLeft = limits.maxValues ?? DEFAULT_MAX_VALUES;
    this.#onRepeatedMember = limits.onRepeatedMember;
  }

  parseDocument(): JsonValue {
    const value = this.#parseValue(0);
    this.#next();
    if (this.#at < this.#text.length) this.#unexpected("the end of the file");
    return value;
  }

  #parseValue(depth: number): JsonValue {
    const code = this.#next();
    this.#valuesLeft--;
    if (this.#valuesLeft < 0) this.#refuseAt(this.#at, "too-large", "fewer values", "one value too many");
    if (code === QUOTE) return this.#parseString();
    if (code === OPEN_BRACE) return this.#parseObject(this.#deeper(depth));
    if (code === OPEN_BRACKET) return this.#parseArray(this.#deeper(depth));
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.#parseInteger();
    if (this.#take("true")) return true;
    if (this.#take("false")) return false;
    if (this.#take("null")) return null;
    return this.#unexpected("a JSON value");
  }

  #parseObject(depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#at++;
    if (this.#next() === CLOSE_BRACE) {
      this.#at++;
      return members;
    }
    for (;;) {
      if (this.#next() !== QUOTE) this.#unexpected("a member name in double quotes");
      const start = this.#at;
      const name = this.#parseString();
      if (this.#next() !== COLON) this.#unexpected("a colon");
      this.#at++;
      const value = this.#parseValue(depth);
      const first = members.get(name);
      if (first !== undefined) this.#repeated(start, name, isSameValue(first, value));
      members.set(name, value);
      const separator = this.#next();
      if (separator !== COMMA && separator !== CLOSE_BRACE) this.#unexpected('a comma or "}"');
      this.#at++;
      if (separator === CLOSE_BRACE) return members;
    }
  }

  #parseArray(depth: number): readonly JsonValue[] {
    const elements: JsonValue[] = [];
    this.#at++;
    if (this.#next() === CLOSE_BRACKET) {
      this.#at++;
      return elements;
    }
    for (;;) {
      elements.push(this.#parseValue(depth));
      const separator = this.#next();
      if (separator !== COMMA && separator !== CLOSE_BRACKET) this.#unexpected('a comma or "]"');
      this.#at++;
      if (separator === CLOSE_BRACKET) return elements;
    }
  }

  /** Most strings end at the next quote and have nothing to undo; both are found without looking at each character here. */
  #parseString(): string {
    const start = this.#at + 1;
    const end = this.#text.indexOf('"', start);
    const plain = end === -1 ? "\\" : this.#text.slice(start, end);
    if (NOT_PLAIN.test(plain)) return this.#parseEscapedString();
    this.#at = end + 1;
    return plain;
  }

  #parseEscapedString(): string {
    const opening = this.#at;
    let pieces = "";
    let start = opening + 1;
    for (let at = start; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return this.#wellFormed(opening, pieces + this.#text.slice(start, at));
      }
      if (code === BACKSLASH) {
        pieces += this.#text.slice(start, at);
        this.#at = at;
        pieces += this.#parseEscape();
        start = this.#at;
        at = start - 1;
      } else if (!(code >= SPACE)) {
        this.#at = at;
        this.#unexpected("the rest of a string");
      }
    }
  }

  #parseEscape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    const plain = ESCAPES.get(letter);
    if (plain !== undefined) {
      this.#at += 2;
      return plain;
    }
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) {
      this.#refuseAt(
        this.#at,
        "syntax",
        "an escape sequence of JSON",
        quote(this.#text.slice(this.#at, this.#at + (letter === "u" ? 6 : 2))),
      );
    }
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  /** UTF-8 holds no surrogates, so only escapes can make a lone one. */
  #wellFormed(start: number, text: string): string {
    if (!text.isWellFormed()) {
      this.#refuseAt(
        start,
        "lone-surrogate",
        "surrogates in pairs only",
        `a lone surrogate in ${quote(text)}`,
      );
    }
    return text;
  }

  #parseInteger(): number | bigint {
    const start = this.#at;
    let end = start + 1;
    while (isNumberCharacter(this.#text.charCodeAt(end))) end++;
    const spelling = this.#text.slice(start, end);
    if (spelling.length > MAX_INTEGER_DIGITS || !/^(?:0|-?[1-9][0-9]*)$/.test(spelling)) {
      this.#refuseAt(
        start,
        "number",
        `an integer without fraction, exponent, leading zero or "-0", of at most ${MAX_INTEGER_DIGITS} characters`,
        quote(spelling),
      );
    }
    this.#at = end;
    const number = Number(spelling);
    return Number.isSafeInteger(number) ? number : BigInt(spelling);
  }

  #deeper(depth: number): number {
    if (depth >= this.#maxDepth) {
      this.#refuseAt(this.#at, "too-deep", `at most ${this.#maxDepth} levels of nesting`, "one more");
    }
    return depth + 1;
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  /** Skips white space; the code unit there, or -1 at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== TAB) {
        return Number.isNaN(code) ? -1 : code;
      }
      this.#at++;
    }
  }

  #unexpected(expected: string): never {
    const code = this.#text.codePointAt(this.#at);
    const found = code === undefined ? "the end of the file" : quote(String.fromCodePoint(code));
    return this.#refuseAt(this.#at, "syntax", expected, found);
  }

  #repeated(at: number, name: string, isSame: boolean): void {
    const found = `${quote(name)} again`;
    this.#repetitions++;
    if (!isSame || this.#onRepeatedMember === undefined || this.#repetitions > MAX_REPETITIONS) {
      this.#refuseAt(at, "duplicate-member", "every member of an object once", found);
    }
    this.#onRepeatedMember(`${found} at ${this.#placeOf(at)}`);
  }

  #refuseAt(at: number, what: string, expected: string, found: string): never {
    return refuse(what, expected, `${found} at ${this.#placeOf(at)}`);
  }

  #placeOf(at: number): string {
    const before = this.#text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - (before.lastIndexOf("\n") + 1) + 1;
    return `line ${line}, column ${column}`;
  }
}

function isNumberCharacter(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) ||
    code === 0x2e ||
    code === 0x2b ||
    code === MINUS ||
    (code | 0x20) === 0x65
  );
}
