/** Plans out of a ceremony folder: script and inputs by the digests that the transcript names. */
import { sha256Hex } from "../ceremony/composer.ts";
import type { PlanSource } from "../ceremony/execution.ts";
import { inputFiles, planCeremony } from "../ceremony/plan.ts";
import type { Plan, ScriptFinding } from "../ceremony/plan-types.ts";
import { readScript } from "../ceremony/read-script.ts";
import { rehearsalPlan } from "../ceremony/rehearsal-plan.ts";
import type { PinnedFile } from "../ceremony/script.ts";
import { CeremonyError } from "../errors.ts";
import type { FileDigest } from "../transcript/line.ts";
import { type CeremonyFolder, INPUTS, isMissing } from "./ceremony-folder.ts";

export interface PlannedScript {
  readonly plan: Plan | null;
  readonly findings: readonly ScriptFinding[];
}

/** Script and inputs to a plan, or to everything that is wrong with them. `inputs` by the names the script gives them. */
export function planFromBytes(script: Uint8Array, inputs: ReadonlyMap<string, Uint8Array>): PlannedScript {
  const read = readScript(script);
  if (read.script === null) return { plan: null, findings: read.findings };
  const planned = planCeremony(read.script, read.sha256, read.places, inputs);
  return { plan: planned.plan, findings: [...read.findings, ...planned.findings] };
}

/** The plan source of a folder for an Execution. */
export function folderPlans(folder: CeremonyFolder): PlanSource {
  return (script, inputs, rehearsal) => {
    const bytes = readPinned(folder, script);
    if (bytes === null) return notAsNamed(script);
    const read = new Map<string, Uint8Array>();
    for (const input of inputs) {
      const content = readPinned(folder, input);
      if (content === null || !input.path.startsWith(`${INPUTS}/`)) return notAsNamed(input);
      read.set(input.path.slice(INPUTS.length + 1), content);
    }
    const { plan, findings } = planFromBytes(bytes, read);
    if (plan === null) return { wrong: tellFirstError(findings) };
    // Nothing but what the script pins, in its order.
    if (!isSameList(inputFiles(plan.script), [...read.keys()])) {
      return { wrong: "other inputs than the script pins, or in another order" };
    }
    return { plan: rehearsal ? rehearsalPlan(plan) : plan };
  };
}

function notAsNamed({ path, sha256 }: FileDigest): { readonly wrong: string } {
  return { wrong: `no ${path} with the SHA-256 ${sha256}` };
}

function tellFirstError(findings: readonly ScriptFinding[]): string {
  const error = findings.find(({ severity }) => severity === "error");
  if (error === undefined) return "a script that makes no plan";
  const { rule, line, column, expected, found } = error;
  return `a script with errors, in line ${line}, column ${column} [${rule}]: expected ${expected}, found ${found}`;
}

function isSameList(pinned: readonly PinnedFile[], names: readonly string[]): boolean {
  return pinned.length === names.length && pinned.every(({ file }, index) => file === names[index]);
}

function readPinned(folder: CeremonyFolder, file: FileDigest): Uint8Array | null {
  try {
    if (folder.sizeOf(file.path) !== file.sizeBytes) return null; // however large it is
    const bytes = folder.read(file.path);
    return bytes.length === file.sizeBytes && sha256Hex(bytes) === file.sha256 ? bytes : null;
  } catch (error) {
    if (error instanceof CeremonyError || isMissing(error)) return null;
    throw error;
  }
}
