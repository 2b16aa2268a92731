/**
 * Files that must survive a power cut, on media that may be full, read-only or pulled out.
 *
 * Nothing is ever overwritten: a file is created exclusively, written, synced, and its folder synced. What could not be
 * written whole is removed again. Paths are the caller's; the bytes are whatever they are.
 */
import { createHash } from "node:crypto";
import { readFile, realpath, stat, statfs } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { CeremonyError } from "../errors.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { type Disk, type DiskFile, realDisk } from "./disk.ts";

/** What an operation on a medium failed with, by errno; anything else is `medium/failed`. */
const REASONS: ReadonlyMap<
  string,
  { readonly code: string; readonly found: string; readonly remedy: string }
> = new Map([
  [
    "EEXIST",
    {
      code: "medium/exists",
      found: "a file of that name",
      remedy: "Nothing is ever overwritten: use another medium, or find out whose file that is.",
    },
  ],
  ["ENOSPC", { code: "medium/full", found: "no space left", remedy: "Use a medium with free space." }],
  ["EDQUOT", { code: "medium/full", found: "the quota used up", remedy: "Use a medium with free space." }],
  [
    "EFBIG",
    { code: "medium/full", found: "a limit on the size of files", remedy: "Use a medium with free space." },
  ],
  [
    "EROFS",
    {
      code: "medium/read-only",
      found: "a medium that can only be read",
      remedy: "Move its write-protect switch or mount it for writing.",
    },
  ],
  ["EACCES", { code: "medium/denied", found: "no permission", remedy: "Mount the medium for this user." }],
  ["EPERM", { code: "medium/denied", found: "no permission", remedy: "Mount the medium for this user." }],
  [
    "ENOENT",
    {
      code: "medium/missing",
      found: "nothing there",
      remedy: "Insert and mount the medium, and check the path.",
    },
  ],
  [
    "ENOTDIR",
    { code: "medium/missing", found: "a file where a folder should be", remedy: "Check the path." },
  ],
  [
    "EIO",
    {
      code: "medium/broken",
      found: "an input/output error",
      remedy: "Don't trust this medium any more: use another one.",
    },
  ],
  [
    "ENODEV",
    { code: "medium/broken", found: "a device that is gone", remedy: "Insert it again or use another one." },
  ],
]);

/**
 * Creates the file (mode 0600 unless said otherwise), writes, syncs file and folder.
 * Fails with `medium/exists`, `medium/full`, `medium/read-only`, `medium/denied`, `medium/missing`, `medium/broken` or
 * `medium/failed`, and leaves nothing half-written.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  mode = 0o600,
  disk: Disk = realDisk,
): Promise<void> {
  const file = await onMedium(path, "a new file can be made", async () => disk.createFile(path, mode));
  try {
    await onMedium(path, "the whole file can be written and synced", async () => writeAndClose(file, bytes));
    await syncFolder(dirname(path), disk);
  } catch (error) {
    await removeHalfWritten(path, disk);
    throw error;
  }
}

function writeAndClose(file: DiskFile, bytes: Uint8Array): void {
  try {
    file.write(bytes, 0);
    file.sync();
  } finally {
    file.close();
  }
}

/** The medium may be gone: then there is nothing to remove, and the error of writing is the one to see. */
async function removeHalfWritten(path: string, disk: Disk): Promise<void> {
  try {
    disk.removeFile(path);
    await syncFolder(dirname(path), disk);
  } catch (error) {
    if (!isErrno(error) && !(error instanceof CeremonyError)) throw error;
  }
}

/**
 * Opens the file anew and compares: `medium/read-back` where it is not what was written.
 * The kernel may answer from its cache (Node can't drop it); what a medium does with synced bytes shows when it is inserted again.
 */
export async function readBack(path: string, sha256: Sha256Hex): Promise<Uint8Array> {
  const bytes = await onMedium(path, "the file can be read back", () => readFile(path));
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === sha256) return bytes;
  throw new CeremonyError({
    code: "medium/read-back",
    exit: "device",
    expected: `${path} to hold what was written, SHA-256 ${sha256}`,
    found: `SHA-256 ${found}`,
    remedy: "Don't trust this medium any more: use another one.",
  });
}

/** Removes a file that a killed attempt left; false where there is none. */
export async function removeDurably(path: string, disk: Disk = realDisk): Promise<boolean> {
  try {
    disk.removeFile(path);
  } catch (error) {
    if (isErrno(error) && error.code === "ENOENT") return false;
    throw mediumError(path, "an old file can be removed", error);
  }
  await syncFolder(dirname(path), disk);
  return true;
}

/** Makes a folder whose parent is there, if it is not there yet; its name is durable afterwards in either case. */
export async function makeFolderDurably(path: string, disk: Disk = realDisk): Promise<void> {
  try {
    disk.createFolder(path);
  } catch (error) {
    if (!isErrno(error) || error.code !== "EEXIST") throw mediumError(path, "a folder can be made", error);
  }
  await syncFolder(dirname(path), disk);
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string, disk: Disk = realDisk): Promise<void> {
  await onMedium(folder, "the folder can be synced", async () => disk.syncFolder(folder));
}

/** Bytes that this user can still write there. */
export async function freeSpace(folder: string): Promise<bigint> {
  const { bavail, bsize } = await onMedium(folder, "the folder can be looked at", () =>
    statfs(folder, { bigint: true }),
  );
  return bavail * bsize;
}

/** Whether both lie on one file system, as far as the kernel says (two partitions of one stick look like two). */
export async function sameDevice(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [a, b].map((path) => onMedium(path, "the folder can be looked at", () => stat(path))),
  );
  return first?.dev === second?.dev;
}

/** The folder's real path; `medium/missing` where it is no folder. */
export async function realFolder(path: string): Promise<string> {
  return onMedium(path, "a folder is there", async () => {
    const real = await realpath(path);
    // A trailing separator makes anything but a folder fail with ENOTDIR.
    await stat(real + sep);
    return real;
  });
}

/** Both are real paths. A folder contains itself. */
export function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Gives a failed system call its code and remedy; every other error passes unchanged. */
export async function onMedium<T>(path: string, expected: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mediumError(path, expected, error);
  }
}

function mediumError(path: string, expected: string, cause: unknown): unknown {
  if (!isErrno(cause)) return cause;
  const reason = REASONS.get(cause.code) ?? {
    code: "medium/failed",
    found: cause.code,
    remedy: "Use another medium.",
  };
  return new CeremonyError({ ...reason, exit: "device", expected: `that ${expected} at ${path}`, cause });
}

function isErrno(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "errno" in error;
}
