/** More copies of a holder's key file: the same bytes, or under a new passphrase. What was written is opened before it counts. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { onMedium, readBack, realFolder, removeDurably, writeDurably } from "../machine/media.ts";
import type { PublicKey } from "../tuf/types.ts";
import {
  entryFor,
  type PassphraseSource,
  PRIVATE_MODE,
  proveWithAgeFile,
  sha256Of,
  startAgeProcess,
} from "./age-file.ts";

export interface AgeCopyRequest {
  readonly path: string;
  /** Folders on the media that the copies go to, under the same name; nothing there is overwritten. */
  readonly folders: readonly string[];
  /** The key's name, for the prompts. */
  readonly key: string;
  /** What the key signs to show that it is whole. */
  readonly possession: Uint8Array;
  readonly passphrase: PassphraseSource;
}

export interface AgeCopies {
  readonly publicKey: PublicKey;
  readonly paths: readonly string[];
}

/** The passphrase is asked for once for each copy, which it opens. Codes as in age-file.ts and media.ts. */
export async function copyAgeFile(request: AgeCopyRequest): Promise<AgeCopies> {
  const { path, key, possession, passphrase } = request;
  const file = await onMedium(path, "the key's file can be read", () => readFile(path));
  return await keepingAll(request, file, async (paths) => {
    let publicKey: PublicKey | null = null;
    for (const copy of paths)
      ({ publicKey } = await proveWithAgeFile({ path: copy, key, scheme: null, possession, passphrase }));
    if (publicKey === null) throw new TypeError("a key file is copied to one folder at least");
    return publicKey;
  });
}

/** The old file still opens with the old passphrase: its holder destroys it when the new ones are safe. */
export async function resealAgeFile(
  request: AgeCopyRequest & { readonly newPassphrase: PassphraseSource; readonly workFactor: number },
): Promise<AgeCopies> {
  const { path, key, possession, passphrase, newPassphrase, workFactor } = request;
  const file = await onMedium(path, "the key's file can be read", () => readFile(path));
  const child = startAgeProcess(passphrase);
  try {
    const before = entryFor(passphrase, key);
    const entry = entryFor(newPassphrase, key);
    const sealed = await child.call("reseal", { file, name: basename(path), workFactor, before, entry });
    return await keepingAll(request, sealed.file, async (paths) => {
      const sha256 = sha256Of(sealed.file);
      for (const copy of paths)
        await child.call("check", { file: await readBack(copy, sha256), name: copy, possession });
      return sealed.publicKey;
    });
  } finally {
    await child.close();
  }
}

/** All copies or none. */
async function keepingAll(
  { path, folders }: AgeCopyRequest,
  file: Uint8Array,
  prove: (paths: readonly string[]) => Promise<PublicKey>,
): Promise<AgeCopies> {
  const targets = await Promise.all(
    folders.map(async (folder) => join(await realFolder(folder), basename(path))),
  );
  const written: string[] = [];
  try {
    for (const target of targets) {
      await writeDurably(target, file, PRIVATE_MODE);
      written.push(target);
      await readBack(target, sha256Of(file));
    }
    return { publicKey: await prove(targets), paths: targets };
  } catch (error) {
    for (const target of written) await removeDurably(target);
    throw error;
  }
}
