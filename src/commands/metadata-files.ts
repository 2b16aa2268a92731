/** Which files `verify` and `diff` are to read, and reading them. Nothing is read that was not named or in a named folder. */

import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { CeremonyError } from "../errors.ts";
import type { ReadDocument } from "../tuf/documents.ts";
import { quote } from "../tuf/quote.ts";
import { MAX_FILE_BYTES, readWithin, type SizeLimits } from "../tuf/read-document.ts";

export interface MetadataFile {
  readonly path: string;
  /** `3` of `3.root.json`; null where the name has no number. */
  readonly number: number | null;
  /** `root` of `3.root.json`, `bin-n-00` of `bin-n-00.json`. */
  readonly role: string;
}

const FILE_NAME = /^(?:([1-9]\d{0,15})\.)?(.+)\.json$/;

export function nameFile(path: string): MetadataFile {
  const match = FILE_NAME.exec(basename(path));
  if (match === null) return { path, number: null, role: basename(path) };
  return { path, number: match[1] === undefined ? null : Number(match[1]), role: decodeRole(match[2] ?? "") };
}

/** Every `N.ROLE.json` and `ROLE.json` that is a plain file of the folder, by number and name. */
export function listFolder(folder: string): readonly MetadataFile[] {
  const entries = attempt(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isFile() && FILE_NAME.test(entry.name))
    .map((entry) => nameFile(join(folder, entry.name)))
    .sort((a, b) => (a.number ?? 0) - (b.number ?? 0) || (a.path < b.path ? -1 : 1));
}

export function listRoots(folder: string): readonly MetadataFile[] {
  return listFolder(folder).filter((file) => file.role === "root" && file.number !== null);
}

/** The newest file of every role but root. */
export function listNewest(folder: string): readonly MetadataFile[] {
  const newest = new Map<string, MetadataFile>();
  for (const file of listFolder(folder)) if (file.role !== "root") newest.set(file.role, file);
  return Array.from(newest.values());
}

/** Reads no more than any document may have, so that a huge file is refused instead of filling the memory. */
export function readMetadataFile(path: string, sizes: SizeLimits | null): ReadDocument {
  const buffer = attempt(path, () => {
    const descriptor = openSync(path, "r");
    try {
      return readUpTo(descriptor, MAX_FILE_BYTES + 1);
    } finally {
      closeSync(descriptor);
    }
  });
  return readWithin(buffer, sizes);
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
  if (!/^(?:[^%]|%[0-9a-fA-F]{2})*$/.test(encoded)) return encoded;
  const bytes = Uint8Array.from(
    encoded.match(/%[0-9a-fA-F]{2}|[^%]/g)?.flatMap((piece) => encodePiece(piece)) ?? [],
  );
  return new TextDecoder().decode(bytes);
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
