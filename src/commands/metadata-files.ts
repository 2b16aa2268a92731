/** Which files `verify` and `diff` are to read, and reading them. Nothing is read that was not named or in a named folder. */

import {
  closeSync,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { CeremonyError } from "../errors.ts";
import type { ReadDocument } from "../tuf/documents.ts";
import { quote } from "../tuf/quote.ts";
import { MAX_FILE_BYTES, readWithin, type SizeLimits } from "../tuf/read-document.ts";
import { decodeUtf8 } from "../tuf/utf8.ts";

export interface MetadataFile {
  readonly path: string;
  /** `3` of `3.root.json`; null where the name has no number. */
  readonly number: number | null;
  /** `root` of `3.root.json`, `bin-n-00` of `bin-n-00.json`. */
  readonly role: string;
}

/** Letters and digits stand for themselves (RFC 3986 §2.3): no client asks for such a name. */
const NEEDLESSLY_ENCODED = /%(?:3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])/;

const FILE_NAME = /^(?:([1-9]\d{0,15})\.)?(.+)\.json$/;

export function nameFile(path: string): MetadataFile {
  const match = FILE_NAME.exec(basename(path));
  if (match === null) return { path, number: null, role: basename(path) };
  return { path, number: match[1] === undefined ? null : Number(match[1]), role: decodeRole(match[2] ?? "") };
}

/**
 * Every `N.ROLE.json` and `ROLE.json` that is a file of the folder, by number and name. Throws `metadata/link` where one of
 * them is a link to somewhere else: clients would follow it, and what is elsewhere was not named.
 */
export function listFolder(folder: string): readonly MetadataFile[] {
  const entries = attempt(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .filter((entry) => FILE_NAME.test(entry.name) && isFileOf(folder, entry))
    .map((entry) => nameFile(join(folder, entry.name)))
    .sort((a, b) => (a.number ?? 0) - (b.number ?? 0) || (a.path < b.path ? -1 : 1));
}

function isFileOf(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const path = join(folder, entry.name);
  const target = attempt(path, () => realpathSync(path));
  if (dirname(target) === realpathSync(folder)) return statSync(target).isFile();
  throw new CeremonyError({
    code: "metadata/link",
    exit: "usage",
    expected: "a folder whose metadata lies in it",
    found: `${quote(path, 200)}, a link to somewhere else`,
    remedy: "Copy what the link points to into the folder, or remove the link.",
  });
}

export function listRoots(folder: string): readonly MetadataFile[] {
  return listFolder(folder).filter(isNumberedRoot);
}

export function isNumberedRoot({ role, number }: MetadataFile): boolean {
  return role === "root" && number !== null;
}

/**
 * The file of every role but root that clients read: the one with the highest number in a consistent snapshot, else the
 * one without a number (TUF specification 1.0.34 §6.2). Where there is only the other kind, that.
 */
export function listNewest(folder: string, isConsistent: boolean): readonly MetadataFile[] {
  const newest = new Map<string, MetadataFile>();
  for (const file of listFolder(folder)) {
    if (file.role === "root") continue;
    const isPlainThere = newest.get(file.role)?.number === null;
    if (isConsistent || !isPlainThere) newest.set(file.role, file);
  }
  return Array.from(newest.values());
}

export function readMetadataFile(path: string, sizes: SizeLimits | null): ReadDocument {
  return readWithin(readMetadataBytes(path), sizes);
}

/** Reads little more than any document may have, so that a huge file is refused instead of filling the memory. */
export function readMetadataBytes(path: string): Uint8Array {
  return attempt(path, () => {
    const descriptor = openSync(path, "r");
    try {
      return readUpTo(descriptor, MAX_FILE_BYTES + 1);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** What the system says of the size is only where to begin: a pipe has none. */
function readUpTo(descriptor: number, limit: number): Uint8Array {
  let buffer = new Uint8Array(Math.min(limit, Math.max(fstatSync(descriptor).size + 1, 4096)));
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(limit, buffer.length * 4));
      larger.set(buffer);
      buffer = larger;
    }
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += count;
    if (count === 0 || length >= limit) return buffer.subarray(0, length);
  }
}

/** The names of delegated roles are percent-encoded in file names, as python-tuf and tough do. */
function decodeRole(encoded: string): string {
  if (!/^(?:[^%]|%[0-9a-fA-F]{2})*$/.test(encoded) || NEEDLESSLY_ENCODED.test(encoded)) return encoded;
  const bytes = Uint8Array.from(
    encoded.match(/%[0-9a-fA-F]{2}|[^%]/g)?.flatMap((piece) => encodePiece(piece)) ?? [],
  );
  return decodeUtf8(bytes) ?? encoded;
}

function encodePiece(piece: string): number[] {
  return piece.startsWith("%") ? [Number.parseInt(piece.slice(1), 16)] : [...new TextEncoder().encode(piece)];
}

function attempt<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
    throw new CeremonyError({
      code: "metadata/unreadable",
      exit: "usage",
      expected: "a file or folder of metadata that can be read",
      found: `${quote(path, 200)}: ${String(error.code)}`,
      remedy: "Check the path and the permissions.",
      cause: error,
    });
  }
}
