/** The lists of rules in docs/ are those that `verify --rules` and `check --rules` print. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SCRIPT_RULES } from "../../src/ceremony/script-rules/rules.ts";
import { renderRules, renderScriptRules } from "../../src/report/rules-text.ts";
import { RULES } from "../../src/tuf/rule-table.ts";

test("docs/rules.md has every rule as `verify --rules` prints it", () => {
  const docs = readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8");
  assert.ok(
    docs.includes(renderRules(RULES)),
    "docs/rules.md is out of date: put the output of verify --rules in",
  );
});

test("docs/script-rules.md has every rule as `check --rules` prints it", () => {
  const docs = readFileSync(new URL("../../docs/script-rules.md", import.meta.url), "utf8");
  assert.ok(
    docs.includes(renderScriptRules(SCRIPT_RULES)),
    "docs/script-rules.md is out of date: put the output of check --rules in",
  );
});

test("no line is wider than 80 columns", () => {
  const text = renderRules(RULES) + renderScriptRules(SCRIPT_RULES);
  for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
});
