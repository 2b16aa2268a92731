/**
 * SHA256SUMS: every file of a kit but itself, as `sha256sum` writes and checks it. The kit's digest is that of this file.
 */
import { isSha256Hex, type Sha256Hex } from "../tuf/types.ts";

export const SUMS_FILE = "SHA256SUMS";
/** More than any kit has; a kit has some two hundred. */
const MOST_FILES = 10_000;
/** Such names need no quoting in a shell, an archive or a listing. */
const PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9_.@+-]+(?:\/[A-Za-z0-9_.@+-]+)*$/;

/** Digests by path, with `/` and without `./` in front. */
export type Sums = ReadonlyMap<string, Sha256Hex>;

export function isKitPath(path: string): boolean {
  return PATH.test(path) && path !== SUMS_FILE;
}

/** Lines `<64 hex digits>  <path>`, sorted by the paths' code units. */
export function writeSums(sums: Sums): string {
  return [...sums]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, sha256]) => `${sha256}  ${path}\n`)
    .join("");
}

/** Null where it is not exactly what `writeSums` writes. */
export function readSums(text: string): Sums | null {
  const sums = new Map<string, Sha256Hex>();
  for (const line of text.split("\n").slice(0, MOST_FILES)) {
    const [sha256 = "", path = ""] = line.split("  ");
    if (isSha256Hex(sha256) && isKitPath(path)) sums.set(path, sha256);
  }
  return writeSums(sums) === text && sums.size > 0 ? sums : null;
}
