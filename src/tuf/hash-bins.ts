/**
 * Hash bins: targets are spread over many roles by the SHA-256 of their path (TUF specification 1.0.34 §4.5, PEP 458,
 * TAP 15), so that a client fetches one small document.
 *
 * Bin `i` of `count` answers for the `i`-th of `count` equal shares of all hashes. Its name is the prefix, a hyphen and
 * `i` in hex, padded to the width of the last one: TAP 15's names, also where the bins are written out one by one.
 */

import type { DelegatedRole, SuccinctRoles } from "./documents.ts";
import type { RoleKeys } from "./types.ts";

const MAX_COUNT = 65536;

export interface HashBins extends RoleKeys {
  /** A power of two, 1 to 65,536. PEP 458: 16,384. */
  readonly count: number;
  /** What the bins' names begin with: `bin-n` gives `bin-n-0000`. */
  readonly name: string;
}

/**
 * The bins one by one, in the order of their shares. Not terminating, as python-tuf's example and RSTUF write them: no two
 * bins answer for one path, so it makes no difference to what a client finds.
 */
export function hashBins({ count, name, keyids, threshold }: HashBins): readonly DelegatedRole[] {
  assertCount(count);
  const digits = digitsOf(count);
  const prefixesPerBin = 16 ** digits / count;
  return Array.from({ length: count }, (_, index) => ({
    name: binName(name, count, index),
    keyids,
    threshold,
    terminating: false,
    paths: null,
    pathHashPrefixes: Array.from({ length: prefixesPerBin }, (_, offset) =>
      toHex(index * prefixesPerBin + offset, digits),
    ),
  }));
}

/** The same bins in one line (TAP 15; tough does not read it). At least two: TAP 15 knows no bit length of 0. */
export function succinctRoles({ count, name, keyids, threshold }: HashBins): SuccinctRoles {
  assertCount(count);
  if (count < 2) throw new RangeError("succinct roles need at least two bins");
  return { keyids, threshold, bitLength: Math.log2(count), namePrefix: name };
}

/** Which bin answers for a path. `pathHash`: hex digits of the SHA-256 of the path in UTF-8. */
export function binOf(pathHash: string, count: number): number {
  assertCount(count);
  const digits = digitsOf(count);
  return Math.floor(Number.parseInt(pathHash.slice(0, digits), 16) / (16 ** digits / count));
}

export function binName(name: string, count: number, index: number): string {
  return `${name}-${toHex(index, digitsOf(count))}`;
}

/** Hex digits that the last index needs: also the length of the prefixes, of which there are then at least `count`. */
function digitsOf(count: number): number {
  return (count - 1).toString(16).length;
}

function toHex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}

function assertCount(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT || (count & (count - 1)) !== 0) {
    throw new RangeError(`the number of bins is a power of two from 1 to ${MAX_COUNT}, not ${count}`);
  }
}
