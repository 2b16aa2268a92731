/**
 * Every rule about TUF documents, one row each. Checks name a rule by its id and never carry a severity or a
 * sentence of their own: the row is the check's name, its message, its documentation and what `verify --rules` prints.
 *
 * There are two profiles of judgement:
 *  - `reading`: documents that somebody else made. What is safe and published in production is at most a warning; what
 *    is ambiguous or unsafe is an error (docs/decisions/reading-policy.md).
 *  - `creating`: documents that we make. Always strict.
 * A dash in a profile means that the rule says nothing there.
 *
 * Sections are those of the TUF specification 1.0.34.
 */

import { RULES } from "./rule-table.ts";

export type Severity = "error" | "warning";
export type Profile = "reading" | "creating";

export interface Rule {
  readonly id: string;
  /** Section of the TUF specification 1.0.34, or the standard that says so. */
  readonly section: string;
  readonly reading: Severity | "-";
  readonly creating: Severity | "-";
  /** What is required. */
  readonly message: string;
  /** Why, and what the decision rests on. */
  readonly docs: string;
}

export type RuleId = (typeof RULES)[number]["id"];

const RULE_BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

/** What a check saw, before anybody judges it. Text of the file is in `found` only quoted, as printable ASCII. */
export interface Observation {
  readonly rule: RuleId;
  /** JSON pointer (RFC 6901) into the document, empty for the whole of it. Text of the file: escape it to show it. */
  readonly where: string;
  readonly found: string;
}

/** An observation as one profile judges it. `text` has the rule's message and what was found. */
export interface Finding extends Observation {
  readonly severity: Severity;
  readonly section: string;
  readonly text: string;
}

export function ruleOf(id: RuleId): Rule {
  const rule = RULE_BY_ID.get(id);
  if (rule === undefined) throw new RangeError(`no rule is called ${id}`);
  return rule;
}

/** Judges observations by one profile; those that its rules say nothing about are left out. */
export function judge(observations: readonly Observation[], profile: Profile): readonly Finding[] {
  return observations.flatMap((observation) => {
    const rule = ruleOf(observation.rule);
    const severity = rule[profile];
    if (severity === "-") return [];
    const text = `${rule.message}; found ${observation.found}`;
    return [{ ...observation, severity, section: rule.section, text }];
  });
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}
