/** Which documents a ceremony makes, in which version, and what stands in the way. */
import { secondsOf } from "../tuf/types.ts";
import { differenceOf } from "./carried-over.ts";
import { checkGates, gatesOf, signersOf } from "./gates.ts";
import type { KnownKey } from "./known-keys.ts";
import type { Plan, PlannedDocument } from "./plan-types.ts";
import type { Previous } from "./previous.ts";
import type { KeyName, RoleName, Script, ScriptRole } from "./script.ts";
import type { Findings } from "./script-rules/findings.ts";

type Known = ReadonlyMap<KeyName, KnownKey>;

/** Delegated roles first, then targets, root last: root names the others' keys. */
export function signingOrder({ roles }: Script): readonly ScriptRole[] {
  const names: RoleName[] = [...(roles.get("targets")?.delegates ?? []), "targets", "root"];
  return names.map((name) => roles.get(name)).filter((role) => role !== undefined);
}

export function planDocuments(
  script: Script,
  previous: Previous,
  known: Known,
  findings: Findings,
): readonly PlannedDocument[] {
  const documents: PlannedDocument[] = [];
  for (const role of signingOrder(script)) {
    checkPrevious(script, role, previous, findings);
    if (role.expires === undefined) {
      const difference = differenceOf(script, role, previous, known);
      if (difference !== null)
        findings.at(`roles.${role.name}`, "plan/expires-needed", { found: difference });
      continue;
    }
    const document = planDocument(script, role, role.expires, previous, known);
    checkGates(document, findings);
    checkDelegationsThatLeave(role, previous, findings);
    checkExpiry(role, previous, findings);
    documents.push(document);
  }
  if (documents.length === 0) findings.at("roles", "plan/nothing", { found: "no role with `expires`" });
  return documents;
}

function planDocument(
  script: Script,
  role: ScriptRole,
  expires: PlannedDocument["expires"],
  previous: Previous,
  known: Known,
): PlannedDocument {
  const version = (previous.documents.get(role.name)?.version ?? 0) + 1;
  const gates = gatesOf(script, role, previous, known);
  return {
    role: role.name,
    path: `metadata/${version}.${role.name}.json`,
    version,
    expires,
    style: role.hashBins === undefined ? "indented" : "compact",
    gates,
    signers: signersOf(script, gates),
  };
}

/** A document that others trusted before must be there: nothing else says its version, or what is carried over. */
function checkPrevious(script: Script, role: ScriptRole, previous: Previous, findings: Findings): void {
  if (previous.root === null || script.previous.has(role.name)) return;
  const targets = previous.targets.get("targets");
  const existed = targets?.delegations?.roles.some(({ name }) => name === role.name) === true;
  const isMade = role.expires !== undefined;
  const isDelegatorOfMade =
    role.name === "targets" && role.delegates.some((name) => isMadeHere(script, name));
  if ((role.name === "targets" && (isMade || isDelegatorOfMade)) || (isMade && existed)) {
    findings.at(`roles.${role.name}`, "plan/previous-incomplete", { found: `no previous ${role.name}` });
  }
}

function isMadeHere(script: Script, name: RoleName): boolean {
  return script.roles.get(name)?.expires !== undefined;
}

function checkDelegationsThatLeave(role: ScriptRole, previous: Previous, findings: Findings): void {
  if (role.hashBins !== undefined) return;
  const before = previous.targets.get(role.name)?.delegations;
  if (before == null) return;
  const path = `roles.${role.name}`;
  if (before.succinct !== null)
    findings.at(path, "plan/delegation-leaves", { found: "no more succinct roles" });
  for (const { name } of before.roles) {
    if (role.delegates.includes(name)) continue;
    findings.at(path, "plan/delegation-leaves", { found: `no more delegation to ${JSON.stringify(name)}` });
  }
}

function checkExpiry(role: ScriptRole, previous: Previous, findings: Findings): void {
  const document = role.name === "root" ? previous.root : previous.targets.get(role.name);
  const before = document?.expires;
  if (before == null || role.expires === undefined) return;
  if (secondsOf(role.expires) * 1000 <= Date.parse(before.text)) {
    findings.at(`roles.${role.name}.expires`, "plan/expires-earlier", {
      found: `${role.expires}, and ${before.text} before`,
    });
  }
}

/**
 * - revocation: a root key leaves that the script does not name, so that it can't sign and need not;
 * - rotation: root keys leave and sign once more, or join, or online keys change;
 * - renewal: the same keys, later dates. One-time keys are new each time and don't count.
 */
export function kindOf(script: Script, { root }: Previous, known: Known): Plan["kind"] {
  if (script.previous.size === 0 || root === null) return "bootstrap";
  const named = new Set([...known.values()].map(({ keyid }) => keyid));
  const before = new Set(root.roles.get("root")?.keyids ?? []);
  const after = script.roles.get("root")?.keys.map((name) => known.get(name)?.keyid ?? null) ?? [];
  if ([...before].some((keyid) => !named.has(keyid))) return "revocation";
  const onlineChanges = ["snapshot", "timestamp"].some((name) => {
    const keyids = new Set<string | undefined>(root.roles.get(name)?.keyids ?? []);
    return (script.roles.get(name)?.keys ?? []).some((key) => !keyids.has(known.get(key)?.keyid));
  });
  const isSame = after.length === before.size && after.every((keyid) => keyid !== null && before.has(keyid));
  return isSame && !onlineChanges ? "renewal" : "rotation";
}
