/** Which roles there are, who delegates to them, and which fields each may have. */
import { nearest } from "../nearest.ts";
import type { RoleName, ScriptRole } from "../script.ts";
import type { ScriptDraft } from "../script-draft.ts";
import type { Findings } from "./findings.ts";

export const TOP_LEVEL: readonly RoleName[] = ["root", "targets", "snapshot", "timestamp"];

export function isTopLevel(role: RoleName): boolean {
  return TOP_LEVEL.includes(role);
}

export function checkRoles(draft: ScriptDraft, findings: Findings): void {
  for (const name of TOP_LEVEL) {
    if (!draft.declared.roles.has(name)) findings.at("roles", "roles/top-level", { found: `no ${name}` });
  }
  const delegates = draft.roles.get("targets")?.delegates ?? [];
  for (const [index, name] of delegates.entries()) {
    const path = `roles.targets.delegates.${index}`;
    if (isTopLevel(name) || delegates.indexOf(name) < index) {
      findings.at(path, "roles/delegates", { found: isTopLevel(name) ? `"${name}"` : `"${name}" again` });
    } else if (!draft.declared.roles.has(name)) {
      const meant = nearest(
        name,
        [...draft.declared.roles].filter((role) => !isTopLevel(role)),
      );
      findings.at(path, "roles/reference", {
        found: `"${name}"`,
        ...(meant === null ? {} : { remedy: `Did you mean "${meant}"?` }),
      });
    }
  }
  for (const role of draft.roles.values()) {
    const isDelegated = delegates.includes(role.name);
    if (!isTopLevel(role.name) && !isDelegated && draft.roles.has("targets")) {
      findings.at(`roles.${role.name}`, "roles/undelegated", { found: `${role.name}, which nobody names` });
    }
    for (const field of strayFields(role)) {
      const path = `roles.${role.name}.${field}`;
      if (findings.isWritten(path)) findings.at(path, "roles/field", { found: `${field} in ${role.name}` });
    }
    checkBinsName(role, draft, findings);
  }
}

function strayFields({ name, delegates }: ScriptRole): readonly string[] {
  switch (name) {
    case "root":
      return ["delegates", "paths", "terminating", "hash_bins"];
    case "targets":
      return ["paths", "terminating", ...(delegates.length > 0 ? ["hash_bins"] : [])];
    case "snapshot":
    case "timestamp":
      return ["expires", "delegates", "paths", "terminating", "hash_bins"];
    default:
      return ["delegates"];
  }
}

function checkBinsName(role: ScriptRole, { roles }: ScriptDraft, findings: Findings): void {
  const bins = role.hashBins;
  if (bins === undefined) return;
  for (const other of roles.values()) {
    const isBefore = other.name < role.name && other.hashBins?.name === bins.name;
    if (isBefore || other.name.startsWith(`${bins.name}-`)) {
      findings.at(`roles.${role.name}.hash_bins.name`, "roles/bins-name", { found: `"${bins.name}"` });
    }
  }
}
