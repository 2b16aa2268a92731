/** What PEP 458 asks for beyond any TUF repository. Warnings: a repository may have its reasons. */
import type { KeyName } from "../script.ts";
import type { ScriptDraft } from "../script-draft.ts";
import type { Findings } from "./findings.ts";

const PEP458_BINS = 16_384;

export function checkPep458(draft: ScriptDraft, findings: Findings): void {
  const { roles, keys } = draft;
  const storeOf = (name: KeyName) => keys.get(name)?.store;
  for (const role of roles.values()) {
    const isOneTime = role.name === "targets" || role.hashBins !== undefined;
    if (isOneTime && role.expires !== undefined) {
      const oneTime = role.keys.filter((name) => storeOf(name) === "one-time").length;
      if (oneTime < 2 || oneTime !== role.keys.length || role.threshold !== 2) {
        findings.at(`roles.${role.name}.threshold`, "pep458/one-time", {
          found: `${oneTime} one-time keys of ${role.keys.length}, threshold ${role.threshold}`,
        });
      }
    }
    if (role.name === "snapshot" || role.name === "timestamp") {
      checkOnline(`roles.${role.name}.keys`, role.keys, draft, findings);
    }
    if (role.hashBins !== undefined) {
      checkOnline(`roles.${role.name}.hash_bins.keys`, role.hashBins.keys, draft, findings);
    }
  }
  const bins = [...roles.values()].find(({ hashBins }) => hashBins !== undefined);
  if (bins === undefined) findings.at("roles.targets", "pep458/bins", { found: "no hash bins" });
  else if (bins.hashBins?.count !== PEP458_BINS) {
    findings.at(`roles.${bins.name}.hash_bins.count`, "pep458/bins", {
      found: `${bins.hashBins?.count} bins`,
    });
  }
}

function checkOnline(
  path: string,
  names: readonly KeyName[],
  { keys }: ScriptDraft,
  findings: Findings,
): void {
  for (const [index, name] of names.entries()) {
    const store = keys.get(name)?.store;
    if (store !== undefined && store !== "public") {
      findings.at(`${path}.${index}`, "pep458/online", { found: `${name}, which is not online` });
    }
  }
}
