/** `tuf-ceremony rehearse`: the whole ceremony with throw-away keys, guided or unattended. */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { CeremonyError } from "../errors.ts";
import { NOTHING_INCOMING } from "../live/hold-session.ts";
import { loadForRun } from "../live/load-for-run.ts";
import type { People } from "../live/people.ts";
import { clockFrom } from "../live/performer.ts";
import { throwAwayStores } from "../live/rehearsal-stores.ts";
import { unattendedPeople } from "../live/unattended-people.ts";
import type { CliContext } from "./context.ts";
import { holdGuided, withPeople } from "./guided.ts";
import { helpText } from "./help-text.ts";

interface RehearseOptions {
  readonly folder?: string;
  readonly unattended?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument("<script>", "the script of the ceremony (YAML)")
    .option("--folder <folder>", "a new folder for the rehearsal (default: a temporary one)")
    .option("--unattended", "answer every prompt as anybody would")
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony rehearse pypi-2026-root.yaml --unattended
  $ tuf-ceremony rehearse pypi-2026-root.yaml --folder rehearsal-1

The clock of a rehearsal begins with the script's window. What it writes can't pass for the real thing.
Exit status: 0 finished, 1 aborted, 2 script or usage, 3 device or medium, 4 left before its end.`),
    )
    .action(async (scriptPath: string, options: RehearseOptions) => {
      if (options.unattended === true)
        await rehearse(context, unattendedPeople(), scriptPath, options.folder);
      else await withPeople(context, (people) => rehearse(context, people, scriptPath, options.folder));
    });
}

async function rehearse(
  context: CliContext,
  people: People,
  scriptPath: string,
  named: string | undefined,
): Promise<void> {
  const script = loadForRun(scriptPath);
  const folder = named ?? join(mkdtempSync(join(tmpdir(), "tuf-rehearsal-")), "ceremony");
  // Throw-away keys don't outlive their process.
  if (existsSync(folder)) throw notNew();
  await holdGuided(context, {
    root: folder,
    script,
    rehearsal: true,
    people,
    stores: () => throwAwayStores(),
    incoming: NOTHING_INCOMING,
    clock: clockFrom(script.plan.script.window.from),
  });
}

function notNew(): CeremonyError {
  return new CeremonyError({
    code: "rehearsal/not-new",
    exit: "usage",
    expected: "a folder that does not exist yet",
    found: "one that does",
    remedy: "Name another folder: a rehearsal's keys are gone with its process, so it always begins anew.",
  });
}
