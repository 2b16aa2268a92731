import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { CeremonyError } from "../../src/errors.ts";
import { loadForRun, requirePinnedKit } from "../../src/live/load-for-run.ts";
import { isSha256Hex } from "../../src/tuf/types.ts";
import { loadScript, planOf, SCRIPTS } from "./ceremony-harness.ts";

const PINNED = "5".repeat(64);

test("a script without errors is loaded with its inputs", () => {
  const { plan, inputs } = loadForRun(join(SCRIPTS, "minimal.yaml"));
  assert.equal(plan.script.ceremony, "example-2026-root");
  assert.deepEqual([...inputs.keys()], ["keys/online.pem"]);
});

test("a script with errors is refused, with the first of them and where the others are told", () => {
  assert.throws(
    () => loadForRun(join(SCRIPTS, "keys", "online.pem")),
    (error) =>
      error instanceof CeremonyError && error.code === "script/errors" && error.remedy.includes("check"),
  );
});

test("without a pinned kit anything may run it", () => {
  requirePinnedKit(planOf(loadScript("minimal.yaml")), null);
});

test("a script that pins a kit is not run from anything else", () => {
  const plan = planOf(loadScript("minimal.yaml", (text) => `${text}\npins: { kit: "${PINNED}" }\n`));
  const refused = (error: unknown): boolean => error instanceof CeremonyError && error.code === "kit/other";
  assert.throws(() => requirePinnedKit(plan, null), refused);
  const other = "6".repeat(64);
  assert.ok(isSha256Hex(other) && isSha256Hex(PINNED));
  assert.throws(() => requirePinnedKit(plan, other), refused);
  requirePinnedKit(plan, PINNED);
});
