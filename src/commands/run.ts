/** `tuf-ceremony run`: the ceremony; run again to resume. */
import type { Command } from "commander";
import { openState } from "../exchange/read-execution.ts";
import { digestOfThisKit } from "../kit/this-kit.ts";
import { NOTHING_INCOMING } from "../live/hold-session.ts";
import { loadForRun, requirePinnedKit } from "../live/load-for-run.ts";
import { EMPTY_MACHINE, readMachineFile } from "../live/machine-file.ts";
import { requireMachine, stepsToCome } from "../live/machine-needs.ts";
import { offerToSetClock } from "../live/offer-clock.ts";
import { systemClock } from "../live/performer.ts";
import { realStores } from "../live/real-stores.ts";
import { setSystemClock } from "../machine/clock.ts";
import type { CliContext } from "./context.ts";
import { holdGuided, screenOf, withPeople } from "./guided.ts";
import { helpText } from "./help-text.ts";

interface RunOptions {
  readonly folder: string;
  readonly machine?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument("<script>", "the script of the ceremony (YAML)")
    .requiredOption("--folder <folder>", "the ceremony folder; it is made, or gone on with")
    .option("--machine <file>", "this machine's PKCS#11 modules and the holders' media (YAML)")
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony run pypi-2026-root.yaml --folder pypi-2026-root --machine machine.yaml
  The same command again goes on after a pause, a power cut or a crash.

machine.yaml:
  modules:
    yubihsm2: { module: /usr/lib/x86_64-linux-gnu/pkcs11/yubihsm_pkcs11.so }
  media:
    grace: [/media/grace-1, /media/grace-2]

What the script's keys need must be in it, or nothing is begun. Media may be inserted later.

Ctrl-C pauses. Exit status: 0 finished, 1 refused, 2 script or usage, 3 device or medium, 4 paused or waiting.`),
    )
    .action((scriptPath: string, { folder, machine }: RunOptions) =>
      withPeople(context, async (people, terminal) => {
        const script = loadForRun(scriptPath);
        requirePinnedKit(script.plan, digestOfThisKit());
        const named = machine === undefined ? null : readMachineFile(machine);
        const state = openState(folder);
        requireMachine(script.plan, stepsToCome(script.plan, state), named);
        const machineFile = named ?? EMPTY_MACHINE;
        const offer = { script: script.plan.script, clock: systemClock, set: setSystemClock };
        if (!(await offerToSetClock(terminal, offer))) {
          const text = `Nothing was ${state === null ? "begun" : "changed"}.\n`;
          context.finish({ exit: "waiting", text, document: { reason: "left" } });
          return;
        }
        const secrets = { kind: "terminal", output: screenOf(context) } as const;
        await holdGuided(context, {
          root: folder,
          script,
          rehearsal: false,
          people,
          stores: (opened) => realStores({ folder: opened, machine: machineFile, people, secrets }),
          incoming: NOTHING_INCOMING,
          machine: machineFile,
          clock: systemClock,
        });
      }),
    );
}
