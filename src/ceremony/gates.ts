/**
 * Whose signatures a document needs: its own new root's, the previous root's, or its delegator's.
 *
 * A new root is accepted where the threshold of the root before it and its own are both met, each counted separately
 * (TUF specification 1.0.34 §5.3.4). Everything else is counted once.
 */
import { quote } from "../tuf/quote.ts";
import type { KeyId, RoleKeys } from "../tuf/types.ts";
import type { KnownKey } from "./known-keys.ts";
import type { Gate, PlannedDocument } from "./plan-types.ts";
import type { Previous } from "./previous.ts";
import type { KeyName, Script, ScriptKey, ScriptRole } from "./script.ts";
import type { Findings } from "./script-rules/findings.ts";

type Known = ReadonlyMap<KeyName, KnownKey>;

export function gatesOf(script: Script, role: ScriptRole, previous: Previous, known: Known): readonly Gate[] {
  const before = previous.root?.roles.get(role.name);
  switch (role.name) {
    case "root": {
      const own = newGate("new-root", role, known);
      return before === undefined ? [own] : [own, previousGate(before, known)];
    }
    case "targets": {
      const rootIsMade = script.roles.get("root")?.expires !== undefined;
      return [
        rootIsMade || before === undefined ? newGate("new-root", role, known) : previousGate(before, known),
      ];
    }
    default:
      return [newGate("delegation", role, known)];
  }
}

function newGate(authority: Gate["authority"], role: ScriptRole, known: Known): Gate {
  const keys = role.keys.map((name) => ({ name, keyid: known.get(name)?.keyid ?? null }));
  return { authority, threshold: role.threshold, keys };
}

function previousGate(role: RoleKeys, known: Known): Gate {
  const names = new Map<KeyId, KeyName>([...known].map(([name, { keyid }]) => [keyid, name]));
  const keys = [...new Set(role.keyids)].map((keyid) => ({ name: names.get(keyid) ?? null, keyid }));
  return { authority: "previous-root", threshold: role.threshold, keys };
}

/** Every key of the script that counts at a gate and can sign, in the order of the gates. */
export function signersOf(script: Script, gates: readonly Gate[]): readonly KeyName[] {
  const signers = new Set<KeyName>();
  for (const { keys } of gates) {
    for (const { name } of keys) {
      const key = name === null ? undefined : script.keys.get(name);
      if (key !== undefined && canSign(key)) signers.add(key.name);
    }
  }
  return [...signers];
}

function canSign(key: ScriptKey): boolean {
  return key.store !== "public" && !(key.store === "one-time" && key.keyid !== undefined);
}

const OLD_THRESHOLD_STAYS =
  "Name the missing keys in `keys:` with their `keyid` (in no role if they leave). No new threshold helps: the previous root's own one counts.";

/** Reports the gates that can't be passed even if everybody signs, and who is missing. */
export function checkGates(document: PlannedDocument, findings: Findings): void {
  const signers = new Set(document.signers);
  for (const { authority, threshold, keys } of document.gates) {
    const able = keys.filter(({ name }) => name !== null && signers.has(name)).length;
    if (able >= threshold) continue;
    const missing = keys
      .filter(({ name }) => name === null || !signers.has(name))
      .map(({ name, keyid }) => name ?? quote(keyid ?? "", 16));
    const whose = authority === "previous-root" ? "the previous root" : `the new ${document.role}`;
    const path = authority === "previous-root" ? "previous.root" : `roles.${document.role}.threshold`;
    findings.at(path, "plan/gate", {
      expected: `${threshold} signers of ${document.role} who count for ${whose}`,
      found: `${able} who can sign; without ${missing.join(", ")}`,
      ...(authority === "previous-root" ? { remedy: OLD_THRESHOLD_STAYS } : {}),
    });
  }
}
