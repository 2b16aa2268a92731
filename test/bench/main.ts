/**
 * `npm run bench`: whole processes, medians of several runs, each beside a bare `node -e 0` of the same run
 * (docs/benchmarks.md). Prints a table, or one JSON document with `--json`; a row over its budget is marked and fails
 * nothing.
 */
import { existsSync, globSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLI, measureComposing, measureDemoAudit, measureLongAudits, measureStart } from "./rows.ts";
import { tableOf } from "./table.ts";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));

requireFreshBuild();
const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-bench-"));
try {
  const rows = [
    ...measureStart(),
    ...measureComposing(),
    ...(await measureDemoAudit(join(folder, "demo"))),
    ...(await measureLongAudits(join(folder, "long"))),
  ];
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, Node.js ${process.versions.node}`;
  const isJson = process.argv.includes("--json");
  const text = isJson ? JSON.stringify({ machine, rows }, undefined, 2) : `${machine}\n\n${tableOf(rows)}`;
  process.stdout.write(`${text}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What is measured is what is shipped, and it must be what is in the sources. */
function requireFreshBuild(): void {
  const built = existsSync(CLI) ? statSync(CLI).mtimeMs : 0;
  const isStale = globSync("**/*.ts", { cwd: SOURCES }).some(
    (name) => statSync(join(SOURCES, name)).mtimeMs > built,
  );
  if (!isStale) return;
  process.stderr.write(
    "The build is missing or older than the sources: npm run build, then npm run bench.\n",
  );
  process.exit(1);
}
