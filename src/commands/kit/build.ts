/** `tuf-ceremony kit build`: one archive for a machine without a network, on which nothing else has to be installed. */
import type { Command } from "commander";
import { buildKit } from "../../kit/build-kit.ts";
import { readModules } from "../../kit/modules.ts";
import { RUNTIME_FOLDER } from "../../kit/node-release.ts";
import { locateFile } from "../../locate.ts";
import { digestLines } from "../../terminal/panel.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";

interface Options {
  readonly out: string;
  readonly runtime?: string;
  readonly with?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .requiredOption("--out <folder>", "where the archive goes")
    .option(
      "--runtime <folder>",
      "Node.js as nodejs.org has it, unpacked (default: what npm ci has put here)",
    )
    .option("--with <modules>", "PKCS#11 modules of this machine's Debian packages: softhsm,opensc")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony kit build --out /media/courier --with softhsm

Build it on two machines, and compare the digests. A script can pin the kit: pins: { kit: … }.`),
    )
    .action(async ({ out, runtime = locateFile(`../${RUNTIME_FOLDER}`), with: names = "" }: Options) => {
      const modules = readModules(names);
      if (!context.json) process.stderr.write("Building the kit takes half a minute …\n");
      const kit = await buildKit({ version: context.version, runtime, modules }, out);
      const text = [
        `${kit.path}: ${Math.ceil(kit.sizeBytes / 1_000_000)} MB, ${kit.files} files`,
        "",
        "The archive, as sha256sum shows it",
        ...digestLines(kit.archiveSha256),
        "",
        "The kit, as kit verify shows it, a script pins it, and every transcript names it",
        ...digestLines(kit.digest),
        "",
      ];
      context.finish({ exit: "done", text: text.join("\n"), document: kit });
    });
}
