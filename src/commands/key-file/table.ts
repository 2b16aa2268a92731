/** The commands about a holder's key file. */
import type { CommandEntry } from "../context.ts";

export const keyFileTable: readonly CommandEntry[] = [
  {
    name: "prove",
    summary: "does the passphrase open it, and does its key sign?",
    load: () => import("./prove.ts"),
  },
  {
    name: "copy",
    summary: "to another medium",
    load: () => import("./copy.ts"),
  },
  {
    name: "passphrase",
    summary: "another passphrase, in new files",
    load: () => import("./passphrase.ts"),
  },
];

export const KEY_FILE_EXAMPLES = `
Example:
  $ tuf-ceremony key-file prove /media/grace-1/pypi-2026-root-root-grace.age

Passphrases are typed, and never part of a command. No file is ever overwritten.`;
