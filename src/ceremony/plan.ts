/**
 * From a script and the files that it pins to the plan: desired state against trusted previous state. Pure: the same
 * script and files give the same plan on every machine, at any time.
 */
import type { Sha256Hex } from "../tuf/types.ts";
import { planAgenda } from "./agenda.ts";
import { checkInputs } from "./inputs.ts";
import { type KnownKey, readKnownKeys } from "./known-keys.ts";
import { checkPayloads } from "./payload-limit.ts";
import type { Plan, PlannedKey, ScriptFinding } from "./plan-types.ts";
import { kindOf, planDocuments } from "./planned-documents.ts";
import { readPrevious } from "./previous.ts";
import type { KeyName, RoleName, Script, ScriptKey } from "./script.ts";
import { Findings, hasErrors, type Places } from "./script-rules/findings.ts";

export { inputFiles } from "./inputs.ts";

export interface PlanResult {
  /** null where there is an error among the findings. */
  readonly plan: Plan | null;
  readonly findings: readonly ScriptFinding[];
}

/**
 * `places`: of `readScript`. `inputs`: the bytes of `inputFiles(script)` by file name; a file that could not be read is
 * left out and reported, with the reason in `missing`. Their digests are checked here.
 */
export function planCeremony(
  script: Script,
  scriptSha256: Sha256Hex,
  places: Places,
  inputs: ReadonlyMap<string, Uint8Array>,
  missing: ReadonlyMap<string, string> = new Map(),
): PlanResult {
  const findings = new Findings(places);
  const good = checkInputs(script, inputs, findings, missing);
  const previous = readPrevious(script, good, findings);
  const known = readKnownKeys(script, previous, good, findings);
  // Whatever is missing up to here would only be reported again as its consequences.
  if (hasErrors(findings.list())) return { plan: null, findings: findings.list() };
  const documents = planDocuments(script, previous, known, findings);
  const plan: Plan = {
    script,
    scriptSha256,
    kind: kindOf(script, previous, known),
    previous: previous.documents,
    keys: planKeys(script, known),
    documents,
    steps: planAgenda(script, documents, findings),
  };
  checkPayloads(plan, findings);
  const list = findings.list();
  return { plan: hasErrors(list) ? null : plan, findings: list };
}

function planKeys(script: Script, known: ReadonlyMap<KeyName, KnownKey>): ReadonlyMap<KeyName, PlannedKey> {
  return new Map(
    [...script.keys.values()].map((key) => [key.name, planKey(key, script, known.get(key.name))]),
  );
}

function planKey(key: ScriptKey, script: Script, known: KnownKey | undefined): PlannedKey {
  const roles: RoleName[] = [];
  for (const role of script.roles.values()) {
    const names = [...role.keys, ...(role.hashBins?.keys ?? [])];
    if (names.includes(key.name)) roles.push(role.name);
  }
  return known === undefined
    ? { key, roles }
    : { key, known: known.publicKey, knownKeyid: known.keyid, roles };
}
