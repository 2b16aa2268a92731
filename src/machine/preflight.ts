/**
 * Is this machine fit for a ceremony? Every check answers pass, fail or unknown; none of them changes anything.
 *
 * A lying machine passes: the checks help a careful room, they don't stand in for knowing where the machine comes from.
 */
import { accessSync, constants, statfsSync, statSync } from "node:fs";
import type { CheckResult } from "../ceremony/effects.ts";
import { CeremonyError } from "../errors.ts";
import { freeSpace, syncFolder } from "./media.ts";
import { deviceChecks } from "./preflight/devices.ts";
import { mediaChecks } from "./preflight/media.ts";
import { memoryChecks } from "./preflight/memory.ts";
import { networkChecks } from "./preflight/network.ts";
import { platformChecks } from "./preflight/platform.ts";
import { sessionChecks } from "./preflight/session.ts";
import type { MachineView, MediumView, PreflightResult } from "./preflight/view.ts";

const CHECKS = [
  ...memoryChecks,
  ...sessionChecks,
  ...networkChecks,
  ...platformChecks,
  ...deviceChecks,
  ...mediaChecks,
];

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

/**
 * @param folder where the ceremony folder will be, or its parent
 * @param media of the machine file: two folders for each holder
 */
export async function viewThisMachine(
  folder: string,
  media: ReadonlyMap<string, readonly [string, string]> = new Map(),
): Promise<MachineView> {
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
    isInMemory: isInMemory(folder),
    media: await Promise.all(
      [...media].flatMap(([holder, [first, second]]) => [
        viewMedium(holder, 1, first),
        viewMedium(holder, 2, second),
      ]),
    ),
    now: Math.floor(Date.now() / 1000),
  };
}

async function viewMedium(holder: string, number: 1 | 2, folder: string): Promise<MediumView> {
  const device = statSync(folder, { throwIfNoEntry: false, bigint: true })?.dev ?? null;
  const freeBytes = device === null ? null : await freeSpaceOrNull(folder);
  return { holder, number, device, freeBytes, isInMemory: isInMemory(folder), sync: await trySync(folder) };
}

/** Writes nothing: the folder as it is gets synced. */
async function trySync(folder: string): Promise<MediumView["sync"]> {
  try {
    accessSync(folder, constants.W_OK);
    await syncFolder(folder);
    return "synced";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === null) throw error;
    if (code === "ENOENT" || code === "medium/missing") return null;
    return code === "EACCES" || code === "EPERM" || code === "EROFS" ? "not writable" : "failed";
  }
}

/** By the magic numbers of tmpfs and ramfs (Linux, include/uapi/linux/magic.h); null where the folder is not there. */
function isInMemory(folder: string): boolean | null {
  try {
    return [0x01021994n, 0x858458f6n].includes(statfsSync(folder, { bigint: true }).type);
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

async function freeSpaceOrNull(folder: string): Promise<bigint | null> {
  try {
    return await freeSpace(folder);
  } catch (error) {
    if (error instanceof CeremonyError && error.code.startsWith("medium/")) return null;
    throw error;
  }
}
