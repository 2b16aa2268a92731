/** The rules as `verify --rules` and `check --rules` print them: one paragraph each. */

import type { ScriptRule } from "../ceremony/script-rules/rule-row.ts";
import type { Rule } from "../tuf/rules.ts";
import { hang } from "./lines.ts";

export function renderRules(rules: readonly Rule[]): string {
  const lines = rules.flatMap((rule) => [
    ...hang(
      "",
      `${rule.id} (${rule.section}): reading ${name(rule.reading)}, creating ${name(rule.creating)}`,
    ),
    ...hang("  ", `${rule.message}.`),
    ...hang("  ", rule.docs),
    "",
  ]);
  return `Sections are those of the TUF specification 1.0.34.\n\n${lines.join("\n")}`;
}

function name(severity: Rule["reading"]): string {
  return severity === "-" ? "nothing" : severity;
}

/** An error makes a script that no ceremony begins with, and that no audit accepts. */
export function renderScriptRules(rules: readonly ScriptRule[]): string {
  return rules
    .flatMap(({ id, severity, message, docs }) => [
      ...hang("", `${id}: ${severity}`),
      ...hang("  ", `expected: ${message}.`),
      ...hang("  ", docs),
      "",
    ])
    .join("\n");
}
