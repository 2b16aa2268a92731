import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

const suite = `
import { describe, test } from "node:test";
import { requires } from ${JSON.stringify(join(here, "requires.ts"))};
const air = { isThere: true, missing: "no air" };
const gold = { isThere: false, missing: "no gold" };
const time = { isThere: false, missing: "no time" };
test("runs", requires(air), () => undefined);
test("runs without anything", requires(), () => undefined);
test("is skipped", requires(air, gold), () => { throw new Error("ran"); });
test("is skipped too", requires(gold), () => { throw new Error("ran"); });
test("lacks two things", requires(gold, time), () => { throw new Error("ran"); });
describe("lacks time", requires(time), () => { throw new Error("ran"); });
`;

/** Runs the suite above by a test runner of its own, which must not take itself for a child of this one. */
function runSuite(environment: Readonly<Record<string, string>>): {
  status: number | null;
  lines: readonly string[];
} {
  const folder = mkdtempSync(join(tmpdir(), "requires-"));
  try {
    const file = join(folder, "suite.test.ts");
    writeFileSync(file, suite);
    const inherited = Object.entries(process.env).filter(
      ([name]) => !["CI", "NODE_TEST_CONTEXT"].includes(name),
    );
    const run = spawnSync(
      process.execPath,
      ["--test", `--test-reporter=${join(here, "reporter.ts")}`, file],
      {
        encoding: "utf8",
        env: { ...Object.fromEntries(inherited), ...environment },
      },
    );
    return { status: run.status, lines: run.stdout.trimEnd().split("\n") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("what lacks something is skipped, and the report ends with one line for each lack", () => {
  const { status, lines } = runSuite({});
  assert.equal(status, 0);
  assert.ok(lines.includes("ℹ pass 2") && lines.includes("ℹ skipped 3"), lines.join("\n"));
  assert.deepEqual(lines.slice(-2), [
    "skipped 3 tests: no gold",
    "skipped 1 test and 1 group of tests: no time",
  ]);
});

test("in CI what lacks something fails, and says what", () => {
  const { status, lines } = runSuite({ CI: "true" });
  assert.equal(status, 1);
  assert.match(lines.join("\n"), /nothing may be skipped in CI: no gold/);
  assert.ok(!lines.some((line) => line.startsWith("skipped ")));
});
