/** `tuf-ceremony token list`: modules, tokens and keys at hand. Asks for no PIN. */
import type { Command } from "commander";
import { readMachineFile } from "../../live/machine-file.ts";
import { reportModule } from "../../report/token-report.ts";
import { tellModules } from "../../report/token-text.ts";
import { modulesOf, surveyModules } from "../../tokens/survey-machine.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { holderNames } from "./options.ts";

export function define(command: Command, context: CliContext): void {
  command
    .requiredOption("--machine <file>", "the machine file: which PKCS#11 modules there are")
    .option("--ceremony <folder>", "call keys by their holders' names, as this ceremony has them")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony token list --machine machine.yaml --ceremony pypi-2026-root

Exit status: 0 every module answered, 3 one of them did not.`),
    )
    .action(async ({ machine, ceremony }: { readonly machine: string; readonly ceremony?: string }) => {
      const names = await holderNames(ceremony);
      const surveyed = await surveyModules(modulesOf(readMachineFile(machine)));
      const modules = surveyed.map((module) => reportModule(module, names));
      context.finish({
        exit: modules.every(({ problem }) => problem === null) ? "done" : "device",
        text: `${tellModules(modules).join("\n")}\n`,
        document: { modules },
      });
    });
}
