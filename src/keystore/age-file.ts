/**
 * A holder's key as a file with a passphrase, `<ceremony>-<key>.age`, on two media of theirs.
 *
 * The key and the passphrase exist in a short-lived child process only; this process sees the sealed file. A new key
 * counts when both copies were read back from their media, opened and used to sign. Files that are there are never
 * overwritten; those of an attempt that was begun and never done are removed, never adopted.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CeremonyError } from "../errors.ts";
import { type Disk, realDisk } from "../machine/disk.ts";
import {
  contains,
  onMedium,
  readBack,
  realFolder,
  removeDurably,
  sameDevice,
  writeDurably,
} from "../machine/media.ts";
import { isSha256Hex, type PublicKey, type Scheme, type Sha256Hex } from "../tuf/types.ts";
import type { AgeMethods } from "./age-child.ts";
import { type KeyProcess, startKeyProcess, type Terminal } from "./key-process.ts";
import type { KeyStore } from "./keystore.ts";
import { passphrasePrompts } from "./passphrase.ts";
import type { PassphraseEntry } from "./passphrase-entry.ts";

/** `scripted` is for throw-away keys of rehearsals, demonstrations and tests; it is recorded with the key. */
export type PassphraseSource =
  | { readonly kind: "terminal"; readonly terminal: Terminal }
  | { readonly kind: "scripted"; readonly passphrase: string };

export interface AgeFileOptions {
  /** The ceremony's id: part of the file's name. */
  readonly ceremony: string;
  /** The key's file never goes in there: it gets published. Must exist; null where a holder enrols a key alone. */
  readonly ceremonyFolder: string | null;
  /** Folders on two media of the holder. */
  readonly media: readonly [string, string];
  readonly passphrase: PassphraseSource;
  /** `SCRYPT_WORK_FACTOR` (age-seal.ts); tests take less. */
  readonly workFactor: number;
  /** Keys whose making the transcript has as begun and never as done: their files, if any, are left-overs to be removed. */
  readonly unfinished: ReadonlySet<string>;
  /** The real one, but for tests of crashes. */
  readonly disk?: Disk;
  /** Starts the process that works with the key; tests of crashes, which make very many keys, work in their own. */
  readonly startProcess?: (passphrase: PassphraseSource) => KeyProcess<AgeMethods>;
}

/** Nobody but its user reads the file, though it is sealed. */
export const PRIVATE_MODE = 0o600;
/** A damaged or missing copy is what the other one is for. */
const OTHER_COPY_HELPS = new Set(["age/damaged", "medium/missing", "medium/broken"]);

export function openAgeStore(options: AgeFileOptions): KeyStore {
  const { disk = realDisk, startProcess = startAgeProcess } = options;
  let current: KeyProcess<AgeMethods> | null = null;
  const closeCurrent = async () => current?.close();
  const fileName = (key: string) => `${options.ceremony}-${key}.age`;

  return {
    generate: async ({ key, label, scheme }, possession) => {
      const folders = await requireMedia(options);
      const paths = folders.map((folder) => join(folder, fileName(key)));
      const swept = options.unfinished.has(key) ? await sweep(paths, disk) : 0;
      current = startProcess(options.passphrase);
      const written: string[] = [];
      try {
        const { workFactor } = options;
        const entry = entryFor(options.passphrase, key);
        const made = await current.call("make", { scheme, label, possession, workFactor, entry });
        const sha256 = sha256Of(made.file);
        for (const path of paths) {
          await writeDurably(path, made.file, PRIVATE_MODE, disk);
          written.push(path);
        }
        for (const path of paths) {
          await current.call("check", { file: await readBack(path, sha256), name: path, possession });
        }
        const attributes = {
          store: "file",
          fileSha256: sha256,
          sizeBytes: made.file.length,
          scryptWorkFactor: workFactor,
          sameDevice: await sameDevice(folders[0], folders[1]),
          passphrase: options.passphrase.kind,
          noCoreDumps: made.noCoreDumps,
        };
        return { publicKey: made.publicKey, proof: made.proof, attributes, swept };
      } catch (error) {
        await removeAgain(written, disk);
        throw error;
      } finally {
        await closeCurrent();
      }
    },
    sign: async ({ key, publicKey, payload }) => {
      const [first, second] = options.media.map((folder) => join(folder, fileName(key)));
      if (first === undefined || second === undefined) throw new Error("an age store has two media");
      const use = (path: string) =>
        signWithAgeFile({ path, key, publicKey, payload, passphrase: options.passphrase }, startProcess);
      try {
        return await use(first);
      } catch (error) {
        if (error instanceof CeremonyError && OTHER_COPY_HELPS.has(error.code)) return use(second);
        throw error;
      }
    },
    close: async () => {
      await closeCurrent();
    },
  };
}

export interface AgeSignRequest {
  readonly path: string;
  /** The key's name, for the prompt. */
  readonly key: string;
  readonly publicKey: PublicKey;
  /** The canonical bytes of the document's signed part. */
  readonly payload: Uint8Array;
  readonly passphrase: PassphraseSource;
}

/** One signature (hex) with one file. `age/wrong-passphrase`, `age/damaged`, `age/other-key`, `age/cancelled`, or a code of media.ts. */
export async function signWithAgeFile(
  request: AgeSignRequest,
  startProcess: (passphrase: PassphraseSource) => KeyProcess<AgeMethods> = startAgeProcess,
): Promise<string> {
  const { path, key, publicKey, payload, passphrase } = request;
  const file = await onMedium(path, "the key's file can be read", () => readFile(path));
  const child = startProcess(passphrase);
  try {
    return await child.call("sign", {
      file,
      name: basename(path),
      publicKey,
      payload,
      entry: entryFor(passphrase, key),
    });
  } finally {
    await child.close();
  }
}

export interface AgeProveRequest {
  readonly path: string;
  /** The key's name, for the prompt. */
  readonly key: string;
  /** Null: whatever it is. */
  readonly scheme: Scheme | null;
  readonly possession: Uint8Array;
  readonly passphrase: PassphraseSource;
}

/** The public key of a file that exists, with its proof of possession (hex). Fails as `signWithAgeFile` does. */
export async function proveWithAgeFile(
  request: AgeProveRequest,
): Promise<{ readonly publicKey: PublicKey; readonly proof: string }> {
  const { path, key, scheme, possession, passphrase } = request;
  const file = await onMedium(path, "the key's file can be read", () => readFile(path));
  const child = startAgeProcess(passphrase);
  try {
    const entry = entryFor(passphrase, key);
    return await child.call("prove", { file, name: basename(path), scheme, possession, entry });
  } finally {
    await child.close();
  }
}

export function startAgeProcess(passphrase: PassphraseSource): KeyProcess<AgeMethods> {
  return startKeyProcess<AgeMethods>({
    program: "keystore/age-child",
    terminal: passphrase.kind === "terminal" ? passphrase.terminal : null,
    whenLost: (end) =>
      new CeremonyError({
        code: "age/process-lost",
        exit: "device",
        expected: "the process that works with the key's file",
        found:
          "signal" in end
            ? `none: it was ended by ${end.signal}`
            : `none: it ended with status ${end.status}`,
        remedy: "Nothing was kept of it: do this step again.",
      }),
  });
}

export function entryFor(passphrase: PassphraseSource, key: string): PassphraseEntry {
  if (passphrase.kind === "scripted") return passphrase;
  return { kind: "terminal", prompts: passphrasePrompts(key) };
}

/** Two different folders, none of them in the ceremony folder: `media/same`, `media/in-ceremony-folder`. */
async function requireMedia(options: AgeFileOptions): Promise<readonly [string, string]> {
  const ceremonyFolder = options.ceremonyFolder === null ? null : await realFolder(options.ceremonyFolder);
  const folders = [await realFolder(options.media[0]), await realFolder(options.media[1])] as const;
  if (folders[0] === folders[1]) {
    throw new CeremonyError({
      code: "media/same",
      exit: "device",
      expected: "two media, one for each copy of the key's file",
      found: `the folder ${folders[0]} twice`,
      remedy: "Insert a second medium and name a folder on it.",
    });
  }
  const inside = folders.find((folder) => ceremonyFolder !== null && contains(ceremonyFolder, folder));
  if (inside === undefined) return folders;
  throw new CeremonyError({
    code: "media/in-ceremony-folder",
    exit: "device",
    expected: "a medium of the holder",
    found: `${inside}, which is in the ceremony folder and gets published`,
    remedy: "Name a folder on the holder's own medium.",
  });
}

async function sweep(paths: readonly string[], disk: Disk): Promise<number> {
  const removed = await Promise.all(paths.map((path) => removeDurably(path, disk)));
  return removed.filter(Boolean).length;
}

/** What can't be removed now is a left-over for the next attempt; the error before is the one to see. */
async function removeAgain(paths: readonly string[], disk: Disk): Promise<void> {
  try {
    await sweep(paths, disk);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
  }
}

export function sha256Of(bytes: Uint8Array): Sha256Hex {
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (!isSha256Hex(digest)) throw new Error("a SHA-256 is 64 hex digits");
  return digest;
}
