/**
 * The ceremony folder on disk: what is written there, where, and how it is found again (docs/formats.md, "The folder").
 *
 * Files are created exclusively and never changed; only the transcript grows. Paths inside the folder come from the
 * transcript and are confined to it.
 */
import { Buffer } from "node:buffer";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../ceremony/composer.ts";
import { FIRST_SCRIPT } from "../ceremony/script-files.ts";
import { CeremonyError } from "../errors.ts";
import { type Disk, realDisk } from "../machine/disk.ts";
import { makeFolderDurably, readBack, removeDurably, writeDurably } from "../machine/media.ts";
import type { FileDigest } from "../transcript/line.ts";
import { quote } from "../tuf/quote.ts";
import { decodeUtf8 } from "../tuf/utf8.ts";
import { readLines } from "./read-lines.ts";

export const TRANSCRIPT = "transcript.jsonl";
export const INPUTS = "inputs";
/** Everything in the folder is meant to be published. */
const PUBLIC_MODE = 0o644;
/** Parts of a path: letters, digits, dot, hyphen, underscore; no part begins with a dot. */
const PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

export class CeremonyFolder {
  readonly root: string;
  readonly disk: Disk;

  constructor(root: string, disk: Disk = realDisk) {
    this.root = root;
    this.disk = disk;
  }

  get transcriptPath(): string {
    return join(this.root, TRANSCRIPT);
  }

  /** Whether a ceremony has begun here; a transcript that is a link to nothing is there too, to be refused. */
  get hasTranscript(): boolean {
    try {
      lstatSync(this.transcriptPath);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw unreadable(this.root, error);
    }
  }

  /** The absolute path of a file of the folder; refuses a path that could leave it. */
  resolve(path: string): string {
    if (!PATH.test(path)) {
      throw new CeremonyError({
        code: "folder/path",
        exit: "refused",
        expected: "a plain relative path inside the ceremony folder",
        found: JSON.stringify(path.slice(0, 200)),
        remedy: "Don't use this folder: something in it was not made by this tool.",
      });
    }
    return join(this.root, ...path.split("/"));
  }

  digest(path: string, bytes: Uint8Array): FileDigest {
    return { path, sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
  }

  read(path: string): Uint8Array {
    return readFileSync(this.#plainFile(path));
  }

  /** In bytes, before anything is read. */
  sizeOf(path: string): number {
    return lstatSync(this.#plainFile(path)).size;
  }

  /** The lines of a file (read-lines.ts), of which never more than one is held. */
  lines(path: string): Generator<Uint8Array> {
    return readLines(this.#plainFile(path));
  }

  /** Where a path leads, if that is a plain file: nothing else of a folder is opened. */
  #plainFile(path: string): string {
    const absolute = this.resolve(path);
    if (lstatSync(absolute).isFile()) return absolute;
    throw new CeremonyError({
      code: "folder/not-a-file",
      exit: "refused",
      expected: `${path} to be a plain file`,
      found: "a link, a folder or something else",
      remedy: "Compare the folder with another copy.",
    });
  }

  has(path: string): boolean {
    return existsSync(this.resolve(path));
  }

  /** A new file, synced and read back. With `replacing`, what a killed attempt of this very write left is removed first. */
  async write(
    path: string,
    bytes: Uint8Array,
    { replacing }: { readonly replacing: boolean },
  ): Promise<void> {
    const absolute = this.resolve(path);
    const parts = path.split("/").slice(0, -1);
    for (const depth of parts.keys()) {
      await makeFolderDurably(join(this.root, ...parts.slice(0, depth + 1)), this.disk);
    }
    if (replacing) await removeDurably(absolute, this.disk);
    await writeDurably(absolute, bytes, PUBLIC_MODE, this.disk);
    try {
      await readBack(absolute, sha256Hex(bytes));
    } catch (error) {
      // It would stand in the way of the next attempt.
      await removeDurably(absolute, this.disk);
      throw error;
    }
  }

  /**
   * Every file below the folder, as relative paths in the order of their code units. Links count as files, and so does a
   * folder that can't be looked into: nobody knows what is in it.
   */
  list(): readonly string[] {
    const found: string[] = [];
    const walk = (relative: string): void => {
      for (const entry of readdirSync(join(this.root, relative), {
        withFileTypes: true,
        encoding: "buffer",
      })) {
        const name = decodeUtf8(entry.name);
        const path = `${relative === "" ? "" : `${relative}/`}${name ?? unreadableName(entry.name)}`;
        if (name === null || !entry.isDirectory()) found.push(path);
        else if (!tryTo(() => walk(path))) found.push(path);
      }
    };
    walk("");
    return found.sort();
  }
}

/** A name that is no UTF-8, of which no line of a transcript can speak. */
function unreadableName(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replaceAll(/[^ -~]/g, "?");
}

/** False where the system says no. */
function tryTo(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/**
 * Begin a folder: the script and its inputs, before the first line of the transcript names them. An unfinished begin
 * of the very same ceremony is taken up; a folder with anything else in it is refused (`folder/not-ours`).
 */
export async function beginFolder(
  root: string,
  script: Uint8Array,
  inputs: ReadonlyMap<string, Uint8Array>,
  disk: Disk = realDisk,
): Promise<CeremonyFolder> {
  await makeFolderDurably(root, disk);
  const folder = new CeremonyFolder(root, disk);
  const wanted = new Map([[FIRST_SCRIPT, script], ...inputPaths(inputs)]);
  for (const path of folder.list()) {
    if (path === TRANSCRIPT) continue;
    const bytes = wanted.get(path);
    if (bytes === undefined || !isLeftOver(folder.read(path), bytes)) throw notOurs(path);
  }
  // Written again also where it is whole: the attempt that was killed may not have synced it.
  for (const [path, bytes] of wanted) await folder.write(path, bytes, { replacing: true });
  return folder;
}

/** Whether `found` is what a crash may leave of writing `wanted`: any beginning of it, with zeros where a block was lost. */
function isLeftOver(found: Uint8Array, wanted: Uint8Array): boolean {
  return found.length <= wanted.length && found.every((byte, index) => byte === 0 || byte === wanted[index]);
}

/** What a system says of a path at which nothing is, or can be. */
const NOTHING_THERE: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && NOTHING_THERE.has(error.code);
}

/** Where inputs of a script stand in the folder. */
export function inputPaths(
  inputs: ReadonlyMap<string, Uint8Array>,
): readonly (readonly [string, Uint8Array])[] {
  return [...inputs].map(([file, bytes]) => [`${INPUTS}/${file}`, bytes] as const);
}

function unreadable(root: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  return new CeremonyError({
    code: "folder/unreadable",
    exit: "device",
    expected: "a ceremony folder that can be looked into",
    found: `${quote(root, 200)}: ${String(error.code)}`,
    remedy: "Check the path and the permissions.",
    cause: error,
  });
}

function notOurs(path: string): CeremonyError {
  return new CeremonyError({
    code: "folder/not-ours",
    exit: "refused",
    expected: "an empty folder, or the folder of this very ceremony",
    found: `a file that does not belong there: ${JSON.stringify(path.slice(0, 200))}`,
    remedy: "Name another folder with --folder, or remove the file if you know what it is.",
  });
}
