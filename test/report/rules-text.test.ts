/** The list of rules in docs/ is the one that `verify --rules` prints. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { renderRules } from "../../src/report/rules-text.ts";
import { RULES } from "../../src/tuf/rule-table.ts";

test("docs/rules.md has every rule as `verify --rules` prints it", () => {
  const docs = readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8");
  assert.ok(
    docs.includes(renderRules(RULES)),
    "docs/rules.md is out of date: put the output of verify --rules in",
  );
});

test("no line is wider than 80 columns", () => {
  for (const line of renderRules(RULES).split("\n")) assert.ok(line.length <= 80, line);
});
