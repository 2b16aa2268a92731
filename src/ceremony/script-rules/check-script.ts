/** All rules that need nothing but the script. */
import type { ScriptDraft } from "../script-draft.ts";
import type { Findings } from "./findings.ts";
import { checkKeys } from "./key-rules.ts";
import { checkPeople } from "./people-rules.ts";
import { checkPep458 } from "./pep458-rules.ts";
import { checkPins } from "./pin-rules.ts";
import { checkRoles } from "./role-rules.ts";
import { checkThresholds } from "./threshold-rules.ts";
import { checkTimes } from "./time-rules.ts";

export function checkScript(draft: ScriptDraft, findings: Findings): void {
  if (/rehears|dry-?run/i.test(`${draft.ceremony} ${draft.title}`)) {
    findings.at(/rehears|dry-?run/i.test(draft.ceremony) ? "ceremony" : "title", "script/rehearsal-name", {
      found: "the name of a rehearsal",
    });
  }
  checkPeople(draft, findings);
  checkKeys(draft, findings);
  checkPins(draft, findings);
  checkRoles(draft, findings);
  checkThresholds(draft, findings);
  checkTimes(draft, findings);
  if (draft.profile === "pep458") checkPep458(draft, findings);
}
