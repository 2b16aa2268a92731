/**
 * What `check` says of each example, byte for byte. After an intended change: UPDATE_GOLDEN=1 makes the files again, and
 * the difference is read in review.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { planDocument } from "../../src/report/plan-document.ts";
import { renderPlan } from "../../src/report/plan-text.ts";
import { displayWidth } from "../../src/terminal/escape.ts";
import { EXAMPLES, exampleText, planOf } from "../support/scripts.ts";

const folder = new URL("golden-plans/", import.meta.url);

for (const name of EXAMPLES) {
  test(`${name}: the plan`, () => {
    const plan = planOf(exampleText(name));
    const lines = renderPlan(plan);
    for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
    compare(`${name}.txt`, `${lines.join("\n")}\n`);
    compare(`${name}.json`, `${JSON.stringify(planDocument(plan), null, 2)}\n`);
  });
}

function compare(file: string, actual: string): void {
  const url = new URL(file, folder);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(url, actual);
  assert.equal(actual, readFileSync(url, "utf8"));
}
