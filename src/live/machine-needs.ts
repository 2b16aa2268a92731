/**
 * A machine file held against what a script's keys need: known before the first line is written, and not at the step that
 * can't be done. Media need not be inserted yet. Rehearsals and holders elsewhere need nothing of it.
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DEVICES } from "../ceremony/devices/index.ts";
import { nearest } from "../ceremony/nearest.ts";
import { isFinished } from "../ceremony/next.ts";
import type { Plan, PlannedStep } from "../ceremony/plan-types.ts";
import type { PersonId } from "../ceremony/script.ts";
import type { CeremonyState } from "../ceremony/state.ts";
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";
import { EMPTY_MACHINE, type MachineFile } from "./machine-file.ts";

interface Needs {
  /** Names of device profiles: each needs a module. */
  readonly devices: readonly string[];
  /** Who has a key in a file: each needs two media. */
  readonly holders: readonly PersonId[];
}

/**
 * The steps of this plan that are still to come; all of them where the ceremony has not begun or goes by another script.
 * None in a rehearsal that is gone on with: its keys are in no store.
 */
export function stepsToCome(plan: Plan, state: CeremonyState | null): readonly PlannedStep[] {
  if (state?.rehearsal === true) return [];
  if (state?.plan.scriptSha256 !== plan.scriptSha256) return plan.steps;
  return state.plan.steps.filter((step) => !isFinished(state, step));
}

/** `machine`: null where none was named. Throws `machine/lacks`, with everything that is lacking or unknown. */
export function requireMachine(plan: Plan, steps: readonly PlannedStep[], machine: MachineFile | null): void {
  const needs = needsOf(plan, steps);
  const problems = judgeMachine(plan, needs, machine ?? EMPTY_MACHINE);
  if (problems.length === 0) return;
  throw new CeremonyError({
    code: "machine/lacks",
    exit: "usage",
    expected: `a machine file (--machine) with what the script needs: ${tell(needs)}`,
    found: [...(machine === null ? ["no machine file"] : []), ...problems].join("; "),
    remedy: "Write it into the machine file; see `tuf-ceremony run --help`. Nothing was begun.",
  });
}

function needsOf(plan: Plan, steps: readonly PlannedStep[]): Needs {
  const devices = new Set<string>();
  const holders = new Set<PersonId>();
  for (const step of steps) {
    if (step.kind !== "generate" && step.kind !== "sign") continue;
    const key = plan.keys.get(step.key ?? "")?.key;
    if (key?.store === "hsm") devices.add(key.device);
    if (key?.store === "file") holders.add(key.holder);
  }
  return { devices: [...devices], holders: [...holders] };
}

function judgeMachine(
  { script }: Plan,
  { devices, holders }: Needs,
  { modules, media }: MachineFile,
): readonly string[] {
  return [
    ...devices.filter((device) => !modules.has(device)).map((device) => `no module for ${device}`),
    ...devices.flatMap((device) => missingModule(device, modules.get(device)?.module)),
    ...holders.filter((holder) => !media.has(holder)).map((holder) => `no media of ${holder}`),
    ...[...media].flatMap(([holder, [first, second]]) =>
      resolve(first) === resolve(second)
        ? [`one folder twice for ${quote(holder)}: ${quote(first, 200)}`]
        : [],
    ),
    ...unknown("modules", [...modules.keys()], [...DEVICES.keys()], "which is no device"),
    ...unknown("media", [...media.keys()], [...script.people.keys()], "whom the script does not have"),
  ];
}

function missingModule(device: string, path: string | undefined): readonly string[] {
  if (path === undefined) return [];
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true ? [] : [`the module of ${device} is no file: ${quote(path, 200)}`];
}

function unknown(
  where: string,
  names: readonly string[],
  known: readonly string[],
  what: string,
): readonly string[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return `${quote(name)} under ${where}, ${what}${meant === null ? "" : ` (${meant}?)`}`;
    });
}

function tell({ devices, holders }: Needs): string {
  const parts = [
    ...(devices.length === 0 ? [] : [`the module${devices.length === 1 ? "" : "s"} of ${list(devices)}`]),
    ...(holders.length === 0 ? [] : [`two media each of ${list(holders)}`]),
  ];
  return parts.length === 0 ? "nothing" : parts.join(", and ");
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
