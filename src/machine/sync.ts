/**
 * fsync, also where Node refuses it: under its permission model, in which the offline kit starts the program
 * (docs/decisions/kit.md), nothing that takes a descriptor may change a file. The system's own `sync` does it there, on
 * the same open file.
 */
import { spawnSync } from "node:child_process";
import { fsyncSync } from "node:fs";
import { constants } from "node:os";

/** What `sync` says in the language of programs, as Node would name it; everything else is EIO. */
const CODES: readonly (readonly [text: string, code: "ENOSPC" | "EDQUOT" | "EROFS"])[] = [
  ["No space left on device", "ENOSPC"],
  ["Disk quota exceeded", "EDQUOT"],
  ["Read-only file system", "EROFS"],
];

/** Of an open file or folder: all that was written to it is on the medium afterwards. Throws errors with a `code`, as Node does. */
export function syncDescriptor(descriptor: number): void {
  if (process.permission === undefined) fsyncSync(descriptor);
  else syncByProgram(descriptor);
}

function syncByProgram(descriptor: number): void {
  const { status, stderr, error } = spawnSync("sync", ["/proc/self/fd/3"], {
    stdio: ["ignore", "ignore", "pipe", descriptor],
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
    encoding: "utf8",
  });
  if (status === 0) return;
  if (error !== undefined) throw new Error("the program sync can't be started", { cause: error });
  const code = CODES.find(([text]) => stderr.includes(text))?.[1] ?? "EIO";
  const errno = -constants.errno[code];
  throw Object.assign(new Error(`${code}: ${stderr.trim()}, fsync`), { code, errno, syscall: "fsync" });
}
