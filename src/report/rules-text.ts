/** The rules as `verify --rules` prints them: one paragraph each. */

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
