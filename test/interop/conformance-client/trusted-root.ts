/**
 * The root that is trusted: `root.json` in the metadata folder, exactly the bytes that were verified.
 *
 * A new one is written beside it, synced, and then takes its name: whenever the process is killed, one of the two is there whole.
 */
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { readMetadataFile } from "../../../src/commands/metadata-files.ts";
import { onMedium, removeDurably, syncFolder, writeDurably } from "../../../src/machine/media.ts";
import type { ReadDocument } from "../../../src/tuf/documents.ts";
import { readDocument } from "../../../src/tuf/read-document.ts";
import { acceptTrusted, now } from "./judge.ts";

const NAME = "root.json";
/** Of a name that isn't taken for metadata. What a killed process left of it is written anew. */
const UNFINISHED = "root.json.new";

/** Its version. Whether it has expired doesn't matter here (specification 1.0.34 §5.2). */
export async function initialize(folder: string, path: string): Promise<number> {
  const bytes = await onMedium(path, "the trusted root can be read", async () => readFileSync(path));
  const version = acceptTrusted(readDocument(bytes), now());
  await storeRoot(folder, bytes);
  return version;
}

export function readTrustedRoot(folder: string): ReadDocument {
  return readMetadataFile(join(folder, NAME), null);
}

/** `bytes` are a root that was accepted. */
export async function storeRoot(folder: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(folder, UNFINISHED);
  await removeDurably(unfinished);
  await writeDurably(unfinished, bytes);
  await onMedium(folder, "the new root can take its name", async () =>
    renameSync(unfinished, join(folder, NAME)),
  );
  await syncFolder(folder);
}
