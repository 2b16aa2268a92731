/** `tuf-ceremony preflight`: is this machine fit for a ceremony? */
import type { Command } from "commander";
import { loadForRun } from "../live/load-for-run.ts";
import { EMPTY_MACHINE, readMachineFile } from "../live/machine-file.ts";
import { requireMachine } from "../live/machine-needs.ts";
import type { PreflightResult } from "../machine/preflight/view.ts";
import { isFit, runPreflight, viewThisMachine } from "../machine/preflight.ts";
import { hang } from "../report/lines.ts";
import { escapeForTerminal } from "../terminal/escape.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";

interface Options {
  readonly folder: string;
  readonly machine?: string;
  readonly script?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .option("--folder <folder>", "where the ceremony folder will be", ".")
    .option("--machine <file>", "the machine file: holders' media are looked at, too")
    .option("--script <file>", "the script: has the machine file all that its keys need?")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony preflight --folder /media/ceremony/pypi-2026-root
  $ tuf-ceremony preflight --machine machine.yaml --script pypi-2026-root.yaml

Exit status: 0 fit, 1 not fit, 2 command line, script or machine file.`),
    )
    .action(async ({ folder, machine, script }: Options) => {
      const named = machine === undefined ? null : readMachineFile(machine);
      if (script !== undefined) {
        const { plan } = loadForRun(script);
        requireMachine(plan, plan.steps, named);
      }
      const results = runPreflight(await viewThisMachine(folder, (named ?? EMPTY_MACHINE).media));
      const fit = isFit(results);
      context.finish({
        exit: fit ? "done" : "refused",
        text: tell(results, fit),
        document: { fit, results },
      });
    });
}

function tell(results: readonly PreflightResult[], fit: boolean): string {
  const lines = results.flatMap((result) => tellOne(result));
  const verdict = fit
    ? "Nothing that a ceremony needs is wrong with this machine."
    : "This machine is not fit for a ceremony: mend what failed and look again.";
  return `${[...lines, "", verdict].join("\n")}\n`;
}

function tellOne({ id, weight, verdict, found, remedy }: PreflightResult): readonly string[] {
  const advised = weight === "advised" ? " (advised)" : "";
  const line = `${verdict.padEnd(8)}${id.padEnd(22)}${escapeForTerminal(found)}${advised}`;
  return verdict === "fail" ? [line, ...hang("".padEnd(30), remedy)] : [line];
}
