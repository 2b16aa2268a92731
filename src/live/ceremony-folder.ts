/**
 * The ceremony folder on disk: what is written there, where, and how it is found again (docs/formats.md, "The folder").
 *
 * Files are created exclusively and never changed; only the transcript grows. Paths inside the folder come from the
 * transcript and are confined to it.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256Hex } from "../ceremony/composer.ts";
import { CeremonyError } from "../errors.ts";
import { readBack, syncFolder, writeDurably } from "../machine/media.ts";
import type { FileDigest } from "../transcript/line.ts";

export const TRANSCRIPT = "transcript.jsonl";
export const SCRIPT = "script.yaml";
export const INPUTS = "inputs";
/** Everything in the folder is meant to be published. */
const PUBLIC_MODE = 0o644;
/** Parts of a path: letters, digits, dot, hyphen, underscore; no part begins with a dot. */
const PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

export class CeremonyFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get transcriptPath(): string {
    return join(this.root, TRANSCRIPT);
  }

  /** Whether a ceremony has begun here. */
  get hasTranscript(): boolean {
    return existsSync(this.transcriptPath);
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
    const absolute = this.resolve(path);
    if (!lstatSync(absolute).isFile()) {
      throw new CeremonyError({
        code: "folder/not-a-file",
        exit: "refused",
        expected: `${path} to be a plain file`,
        found: "a link, a folder or something else",
        remedy: "Compare the folder with another copy.",
      });
    }
    return readFileSync(absolute);
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
    mkdirSync(dirname(absolute), { recursive: true });
    if (replacing) rmSync(absolute, { force: true });
    await writeDurably(absolute, bytes, PUBLIC_MODE);
    await readBack(absolute, sha256Hex(bytes));
    await syncFolder(dirname(dirname(absolute)));
  }

  /** Every file below the folder, as relative paths in the order of their code units; links count as files. */
  list(): readonly string[] {
    const found: string[] = [];
    const walk = (relative: string): void => {
      for (const entry of readdirSync(join(this.root, relative), { withFileTypes: true })) {
        const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
        if (entry.isDirectory()) walk(path);
        else found.push(path);
      }
    };
    walk("");
    return found.sort();
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
): Promise<CeremonyFolder> {
  mkdirSync(root, { recursive: true });
  const folder = new CeremonyFolder(root);
  const wanted = new Map([[SCRIPT, script], ...inputPaths(inputs)]);
  for (const path of folder.list()) {
    const bytes = wanted.get(path);
    if (bytes === undefined && path !== TRANSCRIPT) throw notOurs(path);
  }
  for (const [path, bytes] of wanted) {
    if (!folder.has(path) || sha256Hex(folder.read(path)) !== sha256Hex(bytes)) {
      await folder.write(path, bytes, { replacing: true });
    }
  }
  return folder;
}

/** Where inputs of a script stand in the folder. */
export function inputPaths(
  inputs: ReadonlyMap<string, Uint8Array>,
): readonly (readonly [string, Uint8Array])[] {
  return [...inputs].map(([file, bytes]) => [`${INPUTS}/${file}`, bytes] as const);
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
