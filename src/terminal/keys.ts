/**
 * From the bytes of a terminal in raw mode to keys. Escape sequences (arrow keys, the marks around a paste, answers of
 * the terminal) and control characters that mean nothing here leave no trace.
 */
import { StringDecoder } from "node:string_decoder";

export type Key =
  /** One code point that can be shown. */
  | { readonly kind: "character"; readonly text: string }
  | { readonly kind: "enter" }
  | { readonly kind: "backspace" }
  /** Ctrl-U: the whole entry. */
  | { readonly kind: "clear" }
  /** Ctrl-C. */
  | { readonly kind: "interrupt" };

/** Where in an escape sequence (ECMA-48) the next character falls; `text` is outside of any. */
type Position = "text" | "escape" | "control-sequence" | "single-shift" | "string" | "string-escape";

const ESCAPE = "\u001b";

export class KeyDecoder {
  readonly #utf8 = new StringDecoder("utf8");
  #position: Position = "text";

  feed(bytes: Uint8Array): readonly Key[] {
    const keys: Key[] = [];
    for (const character of this.#utf8.write(bytes)) {
      if (character === "\u0003") {
        this.#position = "text";
        keys.push({ kind: "interrupt" });
      } else if (this.#position !== "text") {
        this.#position = nextPosition(this.#position, character);
      } else if (character === ESCAPE) this.#position = "escape";
      else if (character === "\u009b") this.#position = "control-sequence";
      else {
        const key = keyOf(character);
        if (key !== null) keys.push(key);
      }
    }
    return keys;
  }

  /** Somebody pressed the Escape key alone: what follows a moment of quiet is text again. */
  endEscapeSequence(): void {
    this.#position = "text";
  }
}

function keyOf(character: string): Key | null {
  switch (character) {
    case "\r":
    case "\n":
      return { kind: "enter" };
    case "\b":
    case "\u007f":
      return { kind: "backspace" };
    case "\u0015":
      return { kind: "clear" };
    case "\t":
      return { kind: "character", text: " " };
    default:
      // U+FFFD stands for bytes that are no UTF-8.
      return /[\p{Cc}\ufffd]/u.test(character) ? null : { kind: "character", text: character };
  }
}

function nextPosition(position: Exclude<Position, "text">, character: string): Position {
  switch (position) {
    case "escape":
      if (character === "[") return "control-sequence";
      if (character === "O") return "single-shift";
      if ("]PX^_".includes(character)) return "string";
      return character === ESCAPE ? "escape" : "text"; // Alt and a key
    case "control-sequence":
      return character >= "@" && character <= "~" ? "text" : "control-sequence";
    case "single-shift":
      return "text";
    case "string":
      if (character === "\u0007") return "text";
      return character === ESCAPE ? "string-escape" : "string";
    case "string-escape":
      return "text";
    default:
      return position satisfies never;
  }
}
