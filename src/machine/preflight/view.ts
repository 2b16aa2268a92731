/** What the checks see of a machine: /proc and /sys under a root that tests make up, and what the process knows of itself. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface MachineView {
  /** `/`, or a folder with made-up `proc`, `sys` and `etc`. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Options that Node itself was started with. */
  readonly nodeOptions: readonly string[];
  readonly terminal: { readonly isTerminal: boolean; readonly columns: number; readonly rows: number };
  /** Free where the ceremony folder will be; null where nobody can say. */
  readonly freeBytes: bigint | null;
  /** The ceremony folder lies in the machine's memory, not on a disk or a stick; null where nobody can say. */
  readonly isInMemory: boolean | null;
  /** Two for each holder whom the machine file names. */
  readonly media: readonly MediumView[];
  /** The system clock, whole seconds since 1970. */
  readonly now: number;
}

export interface MediumView {
  readonly holder: string;
  readonly number: 1 | 2;
  readonly freeBytes: bigint | null;
  /** Of its file system; null where its folder is not there. */
  readonly device: bigint | null;
  readonly isInMemory: boolean | null;
  /** What came of syncing it as it is; null where its folder is not there. */
  readonly sync: "synced" | "not writable" | "failed" | null;
}

/** `required`: a machine that fails is not fit. `advised`: better to have; people decide. */
export type Weight = "required" | "advised";

export interface PreflightResult {
  /** `memory/swap`: stable; recorded in the transcript. */
  readonly id: string;
  readonly weight: Weight;
  /** `unknown` where this machine doesn't show it; that is common in virtual machines. */
  readonly verdict: "pass" | "fail" | "unknown";
  /** Public: it is recorded and published. Names of things, never addresses. At most 200 characters. */
  readonly found: string;
  /** What to do where it failed or is unknown. */
  readonly remedy: string;
}

export type Check = (view: MachineView) => PreflightResult;

type Finding = Pick<PreflightResult, "verdict" | "found">;
const FOUND_CHARACTERS = 200;

/** One check: its id, its weight, how to look, and what to do if it fails. */
export function check(
  id: string,
  weight: Weight,
  look: (view: MachineView) => Finding,
  remedy: string,
): Check {
  return (view) => {
    const { verdict, found } = look(view);
    return { id, weight, verdict, found: found.slice(0, FOUND_CHARACTERS), remedy };
  };
}

export const pass = (found: string): Finding => ({ verdict: "pass", found });
export const fail = (found: string): Finding => ({ verdict: "fail", found });
export const unknown = (found: string): Finding => ({ verdict: "unknown", found });

/** Null where the file can't be read, whatever the reason: the check then says `unknown`. */
export function readText(view: MachineView, path: string): string | null {
  return orNull(() => readFileSync(join(view.root, path), "utf8"));
}

export function readBytes(view: MachineView, path: string): Uint8Array | null {
  return orNull(() => readFileSync(join(view.root, path)));
}

/** Names in a folder, sorted; null where it can't be read. */
export function listFolder(view: MachineView, path: string): readonly string[] | null {
  return orNull(() => readdirSync(join(view.root, path)).sort());
}

export function isThere(view: MachineView, path: string): boolean {
  return orNull(() => statSync(join(view.root, path))) !== null;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
