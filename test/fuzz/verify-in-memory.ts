/**
 * What `verify` is made of, reading no other files than those of a case (memory-files.ts). Everything here that needs
 * src/commands/metadata-files.ts gets it from this module: whoever imported it first would decide what it reads.
 */
import { registerHooks } from "node:module";

const MEMORY_FILES = new URL("memory-files.ts", import.meta.url).href;
const READER = new URL("../../src/commands/metadata-files.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === "node:fs" && context.parentURL === READER
      ? { url: MEMORY_FILES, shortCircuit: true }
      : nextResolve(specifier, context),
});

export const { judgeFiles } = await import("../../src/commands/verify-files.ts");
export const { nameFile } = await import("../../src/commands/metadata-files.ts");
export const { runCommandLine } = await import("../../src/commands/program.ts");
export const { commandTable } = await import("../../src/commands/table.ts");
