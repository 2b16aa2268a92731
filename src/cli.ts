#!/usr/bin/env node
/**
 * The program. `--version` is answered at once; everything else goes to src/commands/program.ts.
 *
 * To add a command: one line in src/commands/table.ts (name, summary, loader) and one thin file beside it that exports
 *
 *     export function define(command: Command, context: CliContext): void {
 *       command
 *         .argument("<folder>", "the ceremony folder")
 *         .option("--head <sha256>", "the digest that was read aloud")
 *         .action(async (folder: string, options: { readonly head?: string }) => {
 *           const verdict = await auditFolder(folder, options.head);
 *           context.finish({ exit: verdict.ok ? "done" : "refused", text: tell(verdict), document: verdict });
 *         });
 *     }
 *
 * `command` is a commander Command that has its name, summary and `--json` already. Only the file of the command that
 * is called is loaded. A command ends by `context.finish`, once, or by throwing a CeremonyError; it never sets the exit
 * status, prints a result or catches what it doesn't name. Screens of a guided command go where they like before that.
 */
import { readFileSync, writeSync } from "node:fs";
import { assertRuntime } from "./runtime.ts";

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

// Our own package.json, which the linter and npm have read before.
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Manifest;
await assertRuntime(manifest.engines.node);

const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  writeSync(1, `${manifest.version}\n`); // without the streams that process.stdout loads
} else {
  const { startProgram } = await import("./commands/program.ts");
  await startProgram(words, manifest.version);
}
