/**
 * The cases of tuf-conformance's test_root_rotation, by its names: who the roots name and who signs them, version 1
 * first. Keys are digits. Where the last root is to be refused, the case says so.
 */

export interface RotatedRoot {
  readonly threshold: number;
  readonly keys: readonly number[];
  readonly signers: readonly number[];
}

export interface RotationCase {
  readonly name: string;
  readonly roots: readonly RotatedRoot[];
  readonly isLastAccepted: boolean;
}

/** `2 of 123 by 12`: keys 1, 2 and 3, a threshold of two, signed by 1 and 2. */
function readRoot(words: string): RotatedRoot {
  const [, threshold = "", keys = "", signers = ""] = /^(\d) of (\d+) by (\d+)$/.exec(words) ?? [];
  if (threshold === "") throw new SyntaxError(words);
  return { threshold: Number(threshold), keys: [...keys].map(Number), signers: [...signers].map(Number) };
}

function accepted(name: string, ...roots: readonly string[]): RotationCase {
  return { name, roots: roots.map(readRoot), isLastAccepted: true };
}

function refused(name: string, ...roots: readonly string[]): RotationCase {
  return { name, roots: roots.map(readRoot), isLastAccepted: false };
}

// biome-ignore format: a table is read by its rows
export const ROOT_ROTATIONS: readonly RotationCase[] = [
  accepted("1-of-1-key-rotation",
    "1 of 1 by 1", "1 of 2 by 21", "1 of 2 by 2"),
  accepted("1-of-1-key-rotation-unused-signatures",
    "1 of 1 by 314", "1 of 2 by 3214", "1 of 2 by 324"),
  accepted("3-of-5-sign-with-different-keycombos",
    "3 of 01234 by 024", "3 of 01234 by 041", "3 of 01234 by 013", "3 of 01234 by 013"),
  accepted("3-of-5-one-key-rotated",
    "3 of 01234 by 024", "3 of 01345 by 041"),
  accepted("3-of-5-one-key-rotated-with-intermediate-step",
    "3 of 01234 by 024", "3 of 01345 by 0245", "3 of 01345 by 045"),
  accepted("3-of-5-all-keys-rotated-with-intermediate-step",
    "3 of 01234 by 024", "3 of 56789 by 024567", "3 of 56789 by 567"),
  accepted("1-of-3-threshold-increase-to-2-of-3",
    "1 of 123 by 1", "2 of 123 by 12"),
  accepted("2-of-3-threshold-decrease-to-1-of-3",
    "2 of 123 by 12", "1 of 123 by 12", "1 of 123 by 1"),
  accepted("1-of-2-threshold-increase-to-2-of-2",
    "1 of 1 by 1", "2 of 12 by 12"),
  refused("1-of-1-key-rotation-fail-not-signed-with-old-key",
    "1 of 1 by 1", "1 of 2 by 234"),
  refused("1-of-1-key-rotation-fail-not-signed-with-new-key",
    "1 of 1 by 1", "1 of 2 by 134"),
  refused("3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys",
    "3 of 01234 by 024", "3 of 01345 by 024"),
  refused("3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys",
    "3 of 01234 by 024", "3 of 01345 by 045"),
  refused("1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached",
    "1 of 123 by 1", "2 of 123 by 2"),
  // It is spelled like that there.
  refused("2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-eached",
    "2 of 123 by 12", "1 of 123 by 1"),
];
