/**
 * One run at a time for each ceremony folder: a lock beside it, `<folder>.lock/holder.json` (the folder itself holds
 * nothing but what gets published).
 *
 * Taking it is one rename of a finished folder, which fails where another one with a holder is there, on every file
 * system, FAT included. A stale lock (another boot, a process that is gone) is replaced by whoever holds the lock on
 * exactly that lock, so that of many only one does, and a slow one can't replace a fresh one.
 */
import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CeremonyError } from "../errors.ts";
import type { UtcSecond } from "../tuf/types.ts";
import { realDisk } from "./disk.ts";
import { type Holder, isAlive, readHolder, thisProcess } from "./lock-holder.ts";
import { onMedium } from "./media.ts";

export interface Lock {
  /** The path of the lock, for messages. */
  readonly path: string;
  /** Safe to call twice; also happens when the process exits. */
  release(): void;
}

const HOLDER_FILE = "holder.json";
const RETRY_MILLISECONDS = 20;
const RENAME_TARGET_IN_USE = new Set(["ENOTEMPTY", "EEXIST"]);

/** Refuses with `folder/locked` where another run has it, or a code of media.ts. The folder need not exist yet, its parent must. */
export async function lockFolder(folder: string, since: UtcSecond): Promise<Lock> {
  const { path, taken } = await onMedium(dirname(folder), "a lock can be put beside the folder", async () => {
    const path = `${await realFolder(folder)}.lock`;
    return { path, taken: await take(path, since) };
  });
  if ("holder" in taken) throw locked(path, taken.holder);
  process.once("exit", taken.release);
  return {
    path,
    release: () => {
      process.off("exit", taken.release);
      taken.release();
    },
  };
}

/** One path for one folder, whatever it is called: `.`, by a link. The last part may not exist yet. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    const whole = resolve(folder);
    return join(await realpath(dirname(whole)), basename(whole));
  }
}

type Taken = { readonly release: () => void };
/** Null: what is there can't be read, so nobody can say that it is stale. */
type InUse = { readonly holder: Holder | null };

async function take(path: string, since: UtcSecond): Promise<Taken | InUse> {
  const text = `${JSON.stringify({ ...thisProcess(since), nonce: randomBytes(16).toString("hex") })}\n`;
  for (;;) {
    if (putInPlace(path, text)) return { release: () => release(path, text) };
    const found = readIfThere(join(path, HOLDER_FILE));
    if (found === null) continue; // released in between
    const holder = readHolder(found);
    if (holder === null || isAlive(holder)) return { holder };
    if (await replaceStale(path, found, text, since)) return { release: () => release(path, text) };
    await delay(RETRY_MILLISECONDS); // somebody else is replacing it just now
  }
}

/** False where another lock is there. */
function putInPlace(path: string, text: string): boolean {
  const prepared = `${path}.${randomBytes(8).toString("hex")}`;
  mkdirSync(prepared, { mode: 0o700 });
  try {
    writeSynced(join(prepared, HOLDER_FILE), text);
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true });
    if (RENAME_TARGET_IN_USE.has(codeOf(error) ?? "")) return false;
    throw error;
  }
}

/** Only the holder of the lock on this very stale text may replace it; false where that is somebody else, or it is replaced already. */
async function replaceStale(path: string, stale: string, text: string, since: UtcSecond): Promise<boolean> {
  const digest = createHash("sha256").update(stale).digest("hex").slice(0, 16);
  const right = await take(`${path}.stale-${digest}`, since);
  if ("holder" in right) return false;
  try {
    if (readIfThere(join(path, HOLDER_FILE)) !== stale) return false;
    const prepared = `${join(path, HOLDER_FILE)}.${randomBytes(8).toString("hex")}`;
    writeSynced(prepared, text);
    renameSync(prepared, join(path, HOLDER_FILE));
    return true;
  } finally {
    right.release();
  }
}

/** Moved away first: emptied in place it could be taken by another process and then removed under it. */
function release(path: string, text: string): void {
  if (readIfThere(join(path, HOLDER_FILE)) !== text) return;
  const away = `${path}.${randomBytes(8).toString("hex")}`;
  renameSync(path, away);
  rmSync(away, { recursive: true });
}

function writeSynced(path: string, text: string): void {
  const file = realDisk.createFile(path, 0o644);
  try {
    file.write(Buffer.from(text), 0);
    file.sync();
  } finally {
    file.close();
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

function locked(path: string, holder: Holder | null): CeremonyError {
  const found =
    holder === null
      ? `a lock that can't be read, ${path}`
      : `process ${holder.pid}, which has had it since ${holder.since}`;
  return new CeremonyError({
    code: "folder/locked",
    exit: "device",
    expected: "a ceremony folder that nobody else works on",
    found,
    remedy: `Go on in the other run, or end it. If there is certainly none, remove ${path}.`,
  });
}
