/**
 * Is this machine fit for a ceremony? Every check answers pass, fail or unknown; none of them changes anything.
 *
 * A lying machine passes: the checks help a careful room, they don't stand in for knowing where the machine comes from.
 */
import type { CheckResult } from "../ceremony/effects.ts";
import { CeremonyError } from "../errors.ts";
import { freeSpace } from "./media.ts";
import { deviceChecks } from "./preflight/devices.ts";
import { memoryChecks } from "./preflight/memory.ts";
import { networkChecks } from "./preflight/network.ts";
import { platformChecks } from "./preflight/platform.ts";
import { sessionChecks } from "./preflight/session.ts";
import type { MachineView, PreflightResult } from "./preflight/view.ts";

const CHECKS = [...memoryChecks, ...sessionChecks, ...networkChecks, ...platformChecks, ...deviceChecks];

export function runPreflight(view: MachineView): readonly PreflightResult[] {
  return CHECKS.map((look) => look(view));
}

/** Fit is a machine that fails no required check. */
export function isFit(results: readonly PreflightResult[]): boolean {
  return !results.some(({ weight, verdict }) => weight === "required" && verdict === "fail");
}

/** What the effect `preflight` gives back, for the transcript. */
export function recordedResults(results: readonly PreflightResult[]): readonly CheckResult[] {
  return results.map(({ id, verdict, found }) => ({ id, verdict, found }));
}

/** @param folder where the ceremony folder will be, or its parent */
export async function viewThisMachine(folder: string): Promise<MachineView> {
  const { stdin, stdout } = process;
  return {
    root: "/",
    environment: process.env,
    nodeOptions: process.execArgv,
    terminal: {
      isTerminal: stdin.isTTY === true && stdout.isTTY === true,
      columns: stdout.columns ?? 0,
      rows: stdout.rows ?? 0,
    },
    freeBytes: await freeSpaceOrNull(folder),
    now: Math.floor(Date.now() / 1000),
  };
}

async function freeSpaceOrNull(folder: string): Promise<bigint | null> {
  try {
    return await freeSpace(folder);
  } catch (error) {
    if (error instanceof CeremonyError && error.code.startsWith("medium/")) return null;
    throw error;
  }
}
