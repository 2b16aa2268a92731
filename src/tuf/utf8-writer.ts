/**
 * Text that becomes UTF-8 portion by portion: a document of 16,384 bins, put together from a million pieces, is never
 * there as a whole in small strings.
 */

const PORTION_CHARACTERS = 65_536;
const ENCODER = new TextEncoder();

export class Utf8Writer {
  readonly #portions: Uint8Array[] = [];
  #sizeBytes = 0;
  #text = "";

  /** No piece may begin or end within a character. Throws TypeError at a lone surrogate, now or in `finish`. */
  write(piece: string): void {
    this.#text += piece;
    if (this.#text.length >= PORTION_CHARACTERS) this.#encode();
  }

  /** Everything that was written; the writer is of no further use. */
  finish(): Uint8Array {
    this.#encode();
    const bytes = new Uint8Array(this.#sizeBytes);
    let at = 0;
    for (const portion of this.#portions) {
      bytes.set(portion, at);
      at += portion.length;
    }
    return bytes;
  }

  #encode(): void {
    if (!this.#text.isWellFormed()) throw new TypeError("UTF-8 has no lone surrogates");
    const portion = ENCODER.encode(this.#text);
    this.#portions.push(portion);
    this.#sizeBytes += portion.length;
    this.#text = "";
  }
}
