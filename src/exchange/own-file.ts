/** Reading files that people name on the command line: plain ones, and no more of them than they may have. */
import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";

/** null where there is no such file. Throws `exchange/unreadable-file`, `exchange/too-large`. */
export async function readOwnFile(path: string, maxBytes: number, what: string): Promise<Uint8Array | null> {
  try {
    // A pipe or a device must not make the program wait, or read for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw unreadable(path, what, "something that is not a plain file");
      if (status.size > maxBytes) throw tooLarge(path, what, maxBytes, status.size);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
    if (error.code === "ENOENT") return null;
    throw unreadable(path, what, String(error.code), error);
  }
}

/** The same for a file that must be there. */
export async function requireOwnFile(path: string, maxBytes: number, what: string): Promise<Uint8Array> {
  const bytes = await readOwnFile(path, maxBytes, what);
  if (bytes === null) throw unreadable(path, what, "no such file");
  return bytes;
}

/** Before a secret is asked for: nothing is ever overwritten. Throws `exchange/exists`. */
export async function requireAbsent(path: string): Promise<void> {
  try {
    await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  throw new CeremonyError({
    code: "exchange/exists",
    exit: "refused",
    expected: "no file of this name yet",
    found: quote(path, 200),
    remedy: "Nothing is ever overwritten: name another folder or file, or move that one away.",
  });
}

function unreadable(path: string, what: string, found: string, cause?: unknown): CeremonyError {
  return new CeremonyError({
    code: "exchange/unreadable-file",
    exit: "usage",
    expected: `${what}, a file that can be read`,
    found: `${quote(path, 200)}: ${found}`,
    remedy: "Check the path and the permissions.",
    cause,
  });
}

function tooLarge(path: string, what: string, maxBytes: number, sizeBytes: number): CeremonyError {
  return new CeremonyError({
    code: "exchange/too-large",
    exit: "refused",
    expected: `${what}, of at most ${maxBytes} bytes`,
    found: `${quote(path, 200)}: ${sizeBytes} bytes`,
    remedy: "This is not the file that is meant.",
  });
}
