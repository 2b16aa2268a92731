/** The lines of a file of any length, without holding more than one. */
import { closeSync, constants, openSync, readSync } from "node:fs";
import { MAX_LINE_BYTES, splitLines } from "../transcript/read.ts";

const PORTION_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/**
 * Lines with their line feeds. The last may lack it, and so does the beginning of one that is longer than a transcript's
 * may be. Each is good until the next one is asked for. Throws Node's own errors; ELOOP where the file is a link.
 */
export function* readLines(path: string): Generator<Uint8Array> {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const buffer = new Uint8Array(MAX_LINE_BYTES + 1);
    let kept = 0;
    for (;;) {
      const count = readSync(file, buffer, kept, Math.min(PORTION_BYTES, buffer.length - kept), null);
      const bytes = buffer.subarray(0, kept + count);
      kept = 0;
      for (const line of splitLines(bytes)) {
        const mayGoOn = line.at(-1) !== LINE_FEED && line.length < buffer.length && count > 0;
        if (mayGoOn) kept = line.length;
        else yield line;
      }
      if (count === 0) return;
      buffer.copyWithin(0, bytes.length - kept, bytes.length);
    }
  } finally {
    closeSync(file);
  }
}
