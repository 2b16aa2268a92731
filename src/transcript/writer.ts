/**
 * Appending to a transcript: every line is on the disk before anything it announces is done.
 */
import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { CeremonyError } from "../errors.ts";
import type { Disk, DiskFile } from "../machine/disk.ts";
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
  readonly #file: DiskFile;
  readonly #path: string;
  readonly #reader: TranscriptReader;
  readonly #hook: AppendHook | undefined;

  constructor(file: DiskFile, path: string, reader: TranscriptReader, hook?: AppendHook) {
    this.#file = file;
    this.#path = path;
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
   * written of it is cut off again where that is possible. `transcript/replaced` before anything is written where the file
   * is not the one that was opened any more: its medium was taken out, or somebody else wrote to it.
   */
  append(body: LineBody, time: UtcSecond): Line {
    const line = frameLine(body, { seq: this.#reader.lines + 1, prev: this.#reader.head, time });
    const bytes = Buffer.from(encodeLine(line), "utf8");
    this.#hook?.("before", line);
    const before = this.#reader.sizeBytes;
    if (!this.#isOurs(before)) throw replaced();
    try {
      this.#file.write(bytes, before);
      this.#file.sync();
    } catch (error) {
      throw this.#unwritable(error, before);
    }
    const read = this.#reader.read(bytes);
    if (!read.ok) throw new TypeError(`wrote a line that can't be read: ${read.problem.code}`);
    this.#hook?.("after", line);
    return line;
  }

  close(): void {
    this.#file.close();
  }

  #isOurs(sizeBytes: number): boolean {
    try {
      return this.#file.isStillAt(this.#path, sizeBytes);
    } catch (error) {
      throw this.#unwritable(error, sizeBytes);
    }
  }

  #unwritable(error: unknown, before: number): CeremonyError {
    const code = errorCode(error);
    try {
      this.#file.truncate(before);
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

function replaced(): CeremonyError {
  return new CeremonyError({
    code: "transcript/replaced",
    exit: "device",
    expected: "the transcript as this run left it, in its place",
    found: "none, another file, or one that somebody else has written to",
    remedy:
      "See whether the folder's medium is still there and whether another run has the same folder. Nothing was written now. If the folder is as it was, run the same command again; else compare it with another copy.",
  });
}

/**
 * Open a transcript to go on with it: reads all lines, cuts a torn last one. Throws CeremonyError with the code of
 * the first line that is not as it must be (exit: refused), `transcript/unusable` where the system says no.
 */
export function openTranscript(path: string, disk: Disk, hook?: AppendHook): OpenedTranscript {
  const file = usable(() => disk.openFile(path, 0o644));
  const reader = new TranscriptReader();
  const lines: Line[] = [];
  let cut = 0;
  for (const bytes of splitLines(usable(() => file.readAll()))) {
    if (bytes.at(-1) !== 0x0a) {
      cut = bytes.length;
      break;
    }
    const read = reader.read(bytes);
    if (!read.ok) {
      file.close();
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
  usable(() => {
    if (cut > 0) file.truncate(reader.sizeBytes);
    // A killed session may have left lines that it had not synced, and the file may be new.
    file.sync();
    disk.syncFolder(dirname(path));
  });
  return { writer: new TranscriptWriter(file, path, reader, hook), lines, cut };
}

/** What a link, a folder, a read-only or a broken medium in the place of a transcript comes to. */
function usable<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const code = errorCode(error);
    if (code === null) throw error;
    throw new CeremonyError({
      code: "transcript/unusable",
      exit: "device",
      expected: "a transcript that is a plain file, to be read and appended to",
      found: code,
      remedy: "Check the folder, its medium and the permissions, then run the same command again.",
      cause: error,
    });
  }
}

function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}
