/** docs/interop.md says what disagreements.tsv has. After an intended change: UPDATE_GOLDEN=1. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { readDisagreements } from "./disagreements.ts";
import { interopDocument, REASONS } from "./interop-doc.ts";

const PAGE = new URL("../../docs/interop.md", import.meta.url);

test("docs/interop.md has every disagreement", () => {
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(PAGE, interopDocument());
  assert.equal(readFileSync(PAGE, "utf8"), interopDocument());
});

test("every disagreement has a reason that is a rule, a limit or a decision", () => {
  for (const { client, case: name, why } of readDisagreements()) {
    assert.ok(why.length > 0 && why.every((id) => REASONS.has(id)), `${client}, ${name}: ${why.join()}`);
  }
});
