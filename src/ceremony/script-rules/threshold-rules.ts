/** Thresholds that can be met, that take as many people as they say, and that no single vendor meets. */
import { DEVICES } from "../devices/index.ts";
import type { ScriptRole } from "../script.ts";
import type { ScriptDraft } from "../script-draft.ts";
import type { Findings } from "./findings.ts";

export function checkThresholds(draft: ScriptDraft, findings: Findings): void {
  for (const role of draft.roles.values()) {
    const path = `roles.${role.name}`;
    const isRoot = role.name === "root";
    const found = `${role.threshold} of ${distinct(role.keys)}`;
    if (isRoot && (role.threshold < 2 || distinct(role.keys) <= role.threshold)) {
      const remedy = rootRemedy(role.threshold, distinct(role.keys));
      findings.at(`${path}.threshold`, "roles/root-threshold", { found, remedy });
    } else if (role.threshold > distinct(role.keys)) {
      findings.at(`${path}.threshold`, "roles/threshold", { found });
    }
    const bins = role.hashBins;
    if (bins !== undefined && bins.threshold > distinct(bins.keys)) {
      findings.at(`${path}.hash_bins.threshold`, "roles/threshold", {
        found: `${bins.threshold} of ${distinct(bins.keys)}`,
      });
    }
    checkHolders(role, draft, findings);
    if (isRoot) checkVendors(role, draft, findings);
  }
}

function rootRemedy(threshold: number, keys: number): string {
  const spare = keys - 1;
  if (threshold < 2 && spare < 2) return "Raise the threshold to 2, and add root keys until there are 3.";
  if (threshold < 2)
    return `Raise the threshold to ${spare === 2 ? "2" : `2 or more, and at most ${spare}`}.`;
  const add = `dd root keys until there are ${threshold + 1}.`;
  return spare < 2 ? `A${add}` : `Lower the threshold to at most ${spare}, or a${add}`;
}

function distinct(names: readonly string[]): number {
  return new Set(names).size;
}

/** With a threshold of two or more nobody may count twice: whoever does is one person fewer than the threshold says. */
function checkHolders(role: ScriptRole, { keys }: ScriptDraft, findings: Findings): void {
  if (role.threshold < 2) return;
  const holders = new Map<string, string>();
  for (const [index, name] of role.keys.entries()) {
    const key = keys.get(name);
    if (key === undefined || !("holder" in key) || role.keys.indexOf(name) < index) continue;
    const other = holders.get(key.holder);
    if (other !== undefined) {
      findings.at(`roles.${role.name}.keys.${index}`, "roles/people", {
        expected: `${role.threshold} people for a threshold of ${role.threshold}`,
        found: `${key.holder}, who holds ${other} and ${name}`,
      });
    } else holders.set(key.holder, name);
  }
}

function checkVendors(role: ScriptRole, { keys }: ScriptDraft, findings: Findings): void {
  const counts = new Map<string, number>();
  for (const name of new Set(role.keys)) {
    const key = keys.get(name);
    const device = key?.store === "hsm" ? DEVICES.get(key.device) : undefined;
    if (device !== undefined && !device.soft) counts.set(device.vendor, (counts.get(device.vendor) ?? 0) + 1);
  }
  for (const [vendor, count] of counts) {
    if (count >= role.threshold) {
      findings.at("roles.root.keys", "roles/vendor", { found: `${count} keys in devices of ${vendor}` });
    }
  }
}
