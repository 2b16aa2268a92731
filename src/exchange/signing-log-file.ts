/** The signing log on the holder's disk: read whole, only ever appended to, synced before anything is signed. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { CeremonyError } from "../errors.ts";
import { onMedium, syncFolder } from "../machine/media.ts";
import { syncDescriptor } from "../machine/sync.ts";
import { quote } from "../tuf/quote.ts";
import { readOwnFile } from "./own-file.ts";
import { judgeByLog, type LogEntry, logLine, readLog, type SigningLog } from "./signing-log.ts";

/** More than a hundred thousand signatures. */
const MAX_LOG_BYTES = 32 * 1024 * 1024;

/** null: there is no such file yet. Throws `log/damaged`. */
export async function openSigningLog(path: string): Promise<SigningLog | null> {
  const bytes = await readOwnFile(path, MAX_LOG_BYTES, "the signing log");
  if (bytes === null) return null;
  const read = readLog(bytes);
  if (read.ok) return read.log;
  throw new CeremonyError({
    code: "log/damaged",
    exit: "refused",
    expected: "a signing log that can be read from its first line to its last",
    found: `line ${read.line} of ${quote(path, 200)}: ${read.found}`,
    remedy:
      "If it is the last line and was cut off by a power failure, nothing was signed for it: remove it. Else take the log from your backup.",
  });
}

/**
 * Appends the entry and syncs it, then reads the log again: what stands there first decides, so that of two programs
 * that sign at the same moment only one goes on. Throws `log/raced`.
 */
export async function recordInLog(path: string, entry: LogEntry, before: SigningLog | null): Promise<void> {
  const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const creating = before === null ? O_CREAT | O_EXCL : 0;
  await onMedium(path, "the signing log can be written", async () => {
    const file = await open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | creating, 0o600);
    try {
      const line = logLine(entry);
      await file.write(before?.isTerminated === false ? Uint8Array.of(0x0a, ...line) : line);
      syncDescriptor(file.fd);
    } finally {
      await file.close();
    }
  });
  if (before === null) await syncFolder(dirname(path));
  const now = await openSigningLog(path);
  const isRecorded = now?.entries.some((found) => JSON.stringify(found) === JSON.stringify(entry)) === true;
  if (now !== null && isRecorded && judgeByLog(now, entry).length === 0) return;
  throw new CeremonyError({
    code: "log/raced",
    exit: "refused",
    expected: "the signing log with the entry that was just written, and nothing against it",
    found: isRecorded ? "another variant of this version, written a moment earlier" : "no such entry",
    remedy: "Nothing was signed. Find out who else writes into this log.",
  });
}
