/**
 * Every rule about scripts and plans, one row each. Checks name a rule by its id; the row is the check's name, the
 * sentence after "expected", the remedy, and the documentation.
 *
 * `script/…` is about the form of the file; `people/…`, `keys/…`, `pins/…`, `roles/…`, `expiry/…`, `window/…`, `agenda/…` and
 * `pep458/…` are about what it says; `plan/…` about what it says in the light of the files beside it.
 */
import { CONTENT_RULES } from "./content-rules.ts";
import { FORM_RULES } from "./form-rules.ts";
import { PLAN_RULES } from "./plan-rules.ts";
import type { ScriptRule } from "./rule-row.ts";

export const SCRIPT_RULES = [...FORM_RULES, ...CONTENT_RULES, ...PLAN_RULES] as const;

export type ScriptRuleId = (typeof SCRIPT_RULES)[number]["id"];

const byId: ReadonlyMap<string, ScriptRule> = new Map(SCRIPT_RULES.map((rule) => [rule.id, rule]));

export function scriptRule(id: ScriptRuleId): ScriptRule {
  const rule = byId.get(id);
  if (rule === undefined) throw new TypeError(`there is no rule ${id}`);
  return rule;
}
