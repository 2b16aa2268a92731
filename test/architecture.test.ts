/**
 * The rules of docs/architecture.md that biome.json enforces: the pure core, and imports that point one way. Each bad
 * sample must be refused and each good one pass, under the very configuration that `npm run lint` uses.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Folders of src/ that biome.json knows. A new one must be given its layer there first. */
const core = ["ceremony", "transcript", "tuf"];
const outer = [
  "audit",
  "exchange",
  "export",
  "keystore",
  "kit",
  "live",
  "machine",
  "report",
  "terminal",
  "tokens",
];
const above = ["commands", "demo", "install"];

interface Sample {
  readonly path: string;
  readonly line: string;
}

const importOf = (specifier: string): string => `export { thing } from "${specifier}";`;

const refused: readonly Sample[] = [
  ...["node:fs", "node:fs/promises", "node:child_process", "node:os", "node:net", "node:process"].flatMap(
    (specifier) => core.map((folder) => ({ path: `src/${folder}/sample.ts`, line: importOf(specifier) })),
  ),
  ...["node:timers", "node:timers/promises", "fs", "pkcs11js", "chalk", "commander"].map((specifier) => ({
    path: "src/ceremony/steps/sample.ts",
    line: importOf(specifier),
  })),
  ...[
    "process.pid",
    "console",
    "globalThis.crypto",
    "crypto.subtle",
    "setTimeout",
    "performance.now()",
  ].flatMap((expression) =>
    core.map((folder) => ({ path: `src/${folder}/sample.ts`, line: `export const x = ${expression};` })),
  ),
  ...["Date.now()", "new Date()", "new Date", "Date()", "Math.random()", "[1].map(Date.now)"].map(
    (expression) => ({ path: "src/tuf/deep/sample.ts", line: `export const x = ${expression};` }),
  ),
  { path: "src/tuf/sample.ts", line: "export const { now } = Date;" },
  { path: "src/tuf/sample.ts", line: "export const { random } = Math;" },
  { path: "src/tuf/sample.ts", line: 'export const fs = await import("node:fs");' },
  { path: "src/tuf/sample.ts", line: 'import { randomBytes } from "node:crypto"; export { randomBytes };' },
  { path: "src/tuf/sample.ts", line: 'import { sign } from "node:crypto"; export { sign };' },
  { path: "src/tuf/sample.ts", line: 'import * as all from "node:crypto"; export { all };' },
  { path: "src/tuf/sample.ts", line: 'import all from "node:crypto"; export { all };' },
  { path: "src/transcript/reader.ts", line: importOf("node:fs") },
  ...outer.flatMap((folder) =>
    core.map((inner) => ({ path: `src/${inner}/sample.ts`, line: importOf(`../${folder}/thing.ts`) })),
  ),
  { path: "src/ceremony/steps/sample.ts", line: importOf("../../terminal/thing.ts") },
  { path: "src/ceremony/sample.ts", line: importOf("../cli.ts") },
  { path: "src/tuf/sample.ts", line: importOf("../transcript/line.ts") },
  { path: "src/tuf/sample.ts", line: importOf("../ceremony/plan.ts") },
  { path: "src/errors.ts", line: importOf("./tuf/types.ts") },
  { path: "src/commands/sample.ts", line: importOf("../cli.ts") },
  ...outer.map((folder) => ({ path: `src/${folder}/sample.ts`, line: importOf("../commands/check.ts") })),
  { path: "src/keystore/pkcs11/sample.ts", line: importOf("../../cli.ts") },
];

const accepted: readonly Sample[] = [
  {
    path: "src/tuf/sample.ts",
    line: 'import { createHash, verify } from "node:crypto"; export { createHash, verify };',
  },
  { path: "src/tuf/sample.ts", line: 'export const time = new Date("2026-12-04T00:00:00Z");' },
  { path: "src/tuf/sample.ts", line: importOf("../errors.ts") },
  { path: "src/tuf/sample.ts", line: importOf("@noble/hashes/sha2.js") },
  { path: "src/ceremony/attestation/sample.ts", line: importOf("@sigstore/core") },
  { path: "src/tuf/sample.ts", line: "export const largest = Math.max(1, 2);" },
  { path: "src/transcript/sample.ts", line: importOf("../tuf/canonical.ts") },
  { path: "src/transcript/writer.ts", line: importOf("node:fs") },
  { path: "src/transcript/sample.ts", line: importOf("../ceremony/plan.ts") },
  { path: "src/ceremony/steps/sample.ts", line: importOf("../../transcript/line.ts") },
  { path: "src/ceremony/steps/sample.ts", line: importOf("../script.ts") },
  { path: "src/keystore/sample.ts", line: importOf("../ceremony/script.ts") },
  { path: "src/keystore/sample.ts", line: importOf("node:child_process") },
  { path: "src/commands/sample.ts", line: importOf("../terminal/escape.ts") },
];

/** One project holds all samples, each in a file of its own, so that Biome has to be started once only. */
function locate(sample: Sample, number: number): Sample {
  return { path: sample.path.replace("sample.ts", `sample-${number}.ts`), line: sample.line };
}

const samples = [...refused, ...accepted].map(locate);

/** The paths in which Biome's rules about architecture find something. */
function findRefusedPaths(): ReadonlySet<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "architecture-")));
  try {
    for (const file of ["src/core.grit", "package.json", "biome.json"]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      copyFileSync(join(root, file), join(folder, file));
    }
    for (const sample of samples) {
      mkdirSync(dirname(join(folder, sample.path)), { recursive: true });
      appendFileSync(join(folder, sample.path), `${sample.line}\n`);
    }
    const biome = join(root, "node_modules", ".bin", "biome");
    const options = ["--vcs-enabled=false", "--reporter=github", "--max-diagnostics=1000"];
    const run = spawnSync(biome, ["lint", ...options, "src"], { cwd: folder, encoding: "utf8" });
    assert.equal(run.error, undefined);
    const finding = /^::error title=(?:plugin|lint\/style\/noRestricted(?:Imports|Globals)),file=([^,]+),/gm;
    return new Set([...run.stdout.matchAll(finding)].map((match) => relative(folder, match[1] ?? "")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const refusedPaths = findRefusedPaths();

for (const [number, sample] of samples.entries()) {
  const bad = number < refused.length;
  test(`${bad ? "refused" : "accepted"}: ${sample.path}: ${sample.line}`, () => {
    assert.equal(refusedPaths.has(sample.path), bad);
  });
}

test("every folder of src has its layer in biome.json", () => {
  const found = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const known = new Set([...core, ...outer, ...above]);
  assert.deepEqual(
    found.filter((name) => !known.has(name)),
    [],
  );
});
