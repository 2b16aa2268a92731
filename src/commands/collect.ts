/** `tuf-ceremony collect`: take signature files in; say who is still missing. */
import { readFileSync, statSync } from "node:fs";
import type { Command } from "commander";
import { MAX_SIGNATURE_FILE_CHARACTERS } from "../ceremony/exchange-files.ts";
import type { CeremonyState } from "../ceremony/state.ts";
import { CeremonyError } from "../errors.ts";
import { openState } from "../exchange/read-execution.ts";
import { type Sorted, signaturesFor } from "../exchange/signatures-for.ts";
import { incomingFiles } from "../live/incoming-files.ts";
import { EMPTY_MACHINE, type MachineFile, readMachineFile } from "../live/machine-file.ts";
import { requireMachine, stepsToCome } from "../live/machine-needs.ts";
import { systemClock } from "../live/performer.ts";
import { realStores } from "../live/real-stores.ts";
import { quote } from "../tuf/quote.ts";
import type { CliContext } from "./context.ts";
import { holdGuided, screenOf, withPeople } from "./guided.ts";
import { helpText } from "./help-text.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument("<folder>", "the ceremony folder, which waits")
    .argument("<files...>", "signature files that came back")
    .option("--machine <file>", "this machine's PKCS#11 modules and the holders' media (YAML), as for run")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony collect pypi-2026-root /media/stick/root-root-linus-1f2e3d4c-signature.json

Files that the ceremony does not wait for are refused before anything is written. Then it begins a session, takes in what is asked for, and goes on as far as it can. Where people in the room have yet to sign, it wants the machine file that run had.

Exit status: 0 finished, 1 refused, 2 usage, 3 device or medium, 4 paused or still waiting.`),
    )
    .action((folder: string, paths: readonly string[], options: { readonly machine?: string }) =>
      withPeople(context, async (people) => {
        const state = openState(folder);
        const { wanted, unused } = sortFiles(state, paths);
        const machine = readMachine(state, options.machine);
        const incoming = incomingFiles(wanted.map(({ text }) => text));
        const secrets = { kind: "terminal", output: screenOf(context) } as const;
        await holdGuided(context, {
          root: folder,
          script: null,
          rehearsal: false,
          people,
          stores: (opened) => realStores({ folder: opened, machine, people, secrets }),
          incoming,
          machine,
          clock: systemClock,
          unused: () => [
            ...unused,
            ...incoming
              .left()
              .map((index) => ({ path: wanted[index]?.path ?? "", why: "not needed any more" })),
          ],
        });
      }),
    );
}

/** A session goes on into whatever comes next: what that needs must be there before it begins. */
function readMachine(state: CeremonyState | null, path: string | undefined): MachineFile {
  const named = path === undefined ? null : readMachineFile(path);
  if (state !== null) requireMachine(state.plan, stepsToCome(state.plan, state), named);
  return named ?? EMPTY_MACHINE;
}

function sortFiles(state: CeremonyState | null, paths: readonly string[]): Sorted {
  const files = paths.map((path) => ({ path, text: readSmallFile(path) }));
  return state === null ? { wanted: files, unused: [] } : signaturesFor(state, files);
}

function readSmallFile(path: string): string {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw unreadable(path, "not a plain file");
    const { size } = status;
    if (size > MAX_SIGNATURE_FILE_CHARACTERS)
      throw unreadable(path, `${size} bytes, more than a signature has`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && !(error instanceof CeremonyError)) {
      throw unreadable(path, String(error.code));
    }
    throw error;
  }
}

function unreadable(path: string, found: string): CeremonyError {
  return new CeremonyError({
    code: "exchange/file",
    exit: "usage",
    expected: "signature files",
    found: `${quote(path, 200)}: ${found}`,
    remedy: "Name the files that `tuf-ceremony sign` wrote.",
  });
}
