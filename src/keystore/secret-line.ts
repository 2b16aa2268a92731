/**
 * The editing of a line that nobody sees: bytes in, one buffer out. No terminal in here.
 *
 * Backspace takes the last character (a whole UTF-8 sequence), Ctrl-U everything, Ctrl-C and Ctrl-D cancel, Enter ends;
 * where nothing was typed it does nothing, so that a slip of the finger is no wrong try.
 * Escape sequences (arrow keys, the markers of a bracketed paste) and other control characters leave no trace.
 */

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const LINE_FEED = 0x0a;
const ENTER = 0x0d;
const CTRL_U = 0x15;
const ESCAPE = 0x1b;
const DELETE = 0x7f;
const BELL = 0x07;

/** Where in an escape sequence (ECMA-48) the next byte falls; `text` is outside of any. */
type Position = "text" | "escape" | "control-sequence" | "single-shift" | "string" | "string-escape";

export class SecretLine {
  readonly #bytes: Uint8Array;
  #length = 0;
  #position: Position = "text";
  /** More than `maxBytes` were typed: until Ctrl-U the line can't be used. */
  overflowed = false;

  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(maxBytes);
  }

  /** Bytes after the one that ends the line are dropped. */
  feed(bytes: Uint8Array): "more" | "entered" | "cancelled" {
    for (const byte of bytes) {
      if (byte === CTRL_C || byte === CTRL_D) return "cancelled";
      if (this.#position !== "text") {
        this.#position = nextPosition(this.#position, byte);
        continue;
      }
      if (byte === ENTER || byte === LINE_FEED) {
        if (this.#length === 0 && !this.overflowed) continue;
        return "entered";
      }
      if (byte === ESCAPE) this.#position = "escape";
      else if (byte === BACKSPACE || byte === DELETE) this.#dropLastCharacter();
      else if (byte === CTRL_U) this.wipe();
      else if (byte >= 0x20) this.#append(byte);
    }
    return "more";
  }

  /** Somebody pressed the Escape key alone: what follows a pause is text again. */
  endEscapeSequence(): void {
    this.#position = "text";
  }

  /** A copy that is the caller's to zero. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
    this.overflowed = false;
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      this.overflowed = true;
      return;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #dropLastCharacter(): void {
    let dropped: number;
    do {
      if (this.#length === 0) return;
      this.#length -= 1;
      dropped = this.#bytes[this.#length] ?? 0;
      this.#bytes[this.#length] = 0;
    } while ((dropped & 0xc0) === 0x80); // a continuation byte: the character began earlier
  }
}

function nextPosition(position: Exclude<Position, "text">, byte: number): Position {
  switch (position) {
    case "escape":
      if (byte === 0x5b) return "control-sequence"; // [
      if (byte === 0x4f) return "single-shift"; // O
      if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return "string"; // ] P X ^ _
      return byte === ESCAPE ? "escape" : "text"; // Alt and a key
    case "control-sequence":
      return byte >= 0x40 && byte <= 0x7e ? "text" : "control-sequence";
    case "single-shift":
      return "text";
    case "string":
      if (byte === BELL) return "text";
      return byte === ESCAPE ? "string-escape" : "string";
    case "string-escape":
      return "text";
    default:
      return position satisfies never;
  }
}
