/**
 * Appending to a transcript: every line is on the disk before anything it announces is done.
 */
import { Buffer } from "node:buffer";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { CeremonyError } from "../errors.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";
import { encodeLine, type Line, type LineBody } from "./line.ts";
import { frameLine, splitLines, TranscriptReader } from "./read.ts";

export interface OpenedTranscript {
  readonly writer: TranscriptWriter;
  readonly lines: readonly Line[];
  /** Bytes of a torn last line, cut from the file. */
  readonly cut: number;
}

/** What can interrupt an append in tests: called before and after a line is on the disk. */
export type AppendHook = (moment: "before" | "after", line: Line) => void;

export class TranscriptWriter {
  readonly #fd: number;
  readonly #reader: TranscriptReader;
  readonly #hook: AppendHook | undefined;

  constructor(fd: number, reader: TranscriptReader, hook?: AppendHook) {
    this.#fd = fd;
    this.#reader = reader;
    this.#hook = hook;
  }

  get head(): Sha256Hex {
    return this.#reader.head;
  }

  get lines(): number {
    return this.#reader.lines;
  }

  /**
   * Append one line and sync it. `transcript/full` or `transcript/unwritable` if the disk does not take it; what was
   * written of it is cut off again where that is possible.
   */
  append(body: LineBody, time: UtcSecond): Line {
    const line = frameLine(body, { seq: this.#reader.lines + 1, prev: this.#reader.head, time });
    const bytes = Buffer.from(encodeLine(line), "utf8");
    this.#hook?.("before", line);
    const before = this.#reader.sizeBytes;
    try {
      let written = 0;
      while (written < bytes.length)
        written += writeSync(this.#fd, bytes, written, bytes.length - written, before + written);
      fsyncSync(this.#fd);
    } catch (error) {
      throw this.#unwritable(error, before);
    }
    const read = this.#reader.read(bytes);
    if (!read.ok) throw new TypeError(`wrote a line that can't be read: ${read.problem.code}`);
    this.#hook?.("after", line);
    return line;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #unwritable(error: unknown, before: number): CeremonyError {
    const code = errorCode(error);
    try {
      ftruncateSync(this.#fd, before);
    } catch (second) {
      if (errorCode(second) === null) throw second;
    }
    return new CeremonyError({
      code:
        code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG"
          ? "transcript/full"
          : "transcript/unwritable",
      exit: "device",
      expected: "room and permission to append to the transcript",
      found: code ?? "an unknown failure",
      remedy: "Free some space or mend the medium, then run the same command again: it goes on where it was.",
      cause: error,
    });
  }
}

/**
 * Open a transcript to go on with it: reads all lines, cuts a torn last one. Throws CeremonyError with the code of
 * the first line that is not as it must be (exit: refused).
 */
export function openTranscript(path: string, hook?: AppendHook): OpenedTranscript {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  const reader = new TranscriptReader();
  const lines: Line[] = [];
  let cut = 0;
  for (const bytes of splitLines(readWhole(fd))) {
    if (bytes.at(-1) !== 0x0a) {
      cut = bytes.length;
      break;
    }
    const read = reader.read(bytes);
    if (!read.ok) {
      closeSync(fd);
      throw new CeremonyError({
        code: read.problem.code,
        exit: "refused",
        expected: `${read.problem.expected} in line ${read.problem.line} of the transcript`,
        found: read.problem.found,
        remedy:
          "Don't go on with this folder. Compare it with another copy, and the last head with the paper.",
      });
    }
    lines.push(read.line);
  }
  if (cut > 0) {
    ftruncateSync(fd, reader.sizeBytes);
    fsyncSync(fd);
  }
  return { writer: new TranscriptWriter(fd, reader, hook), lines, cut };
}

function readWhole(fd: number): Uint8Array {
  const size = fstatSync(fd).size;
  const bytes = new Uint8Array(size);
  let read = 0;
  while (read < size) {
    const count = readSync(fd, bytes, read, size - read, read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}
