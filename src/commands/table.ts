/** All commands, in the order of `tuf-ceremony --help`: that of a ceremony's life. */
import type { CommandEntry } from "./context.ts";

export const commandTable: readonly CommandEntry[] = [];
