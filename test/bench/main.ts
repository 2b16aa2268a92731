/**
 * `npm run bench`: what the program costs, beside a bare Node.js, beside openssl and beside other clients
 * (docs/benchmarks.md). Prints tables, or one JSON document with `--json`; `--only chain,bins` measures these parts
 * alone. What misses its goal is marked and fails nothing: a busy machine is no mistake of the program.
 */
import { existsSync, globSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Field, gatherField } from "./contestants.ts";
import type { Part } from "./parts/part.ts";
import { PARTS } from "./parts/table.ts";
import { type Section, tableOf } from "./table.ts";
import { CLI } from "./whole-processes.ts";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));
const NOBODY: Field = { peers: [], about: [] };

const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean" } } });
const parts = findParts(values.only);
if (parts.some(({ needsBuild }) => needsBuild)) requireFreshBuild();

const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-bench-"));
try {
  const field = parts.some(({ needsField }) => needsField) ? await gatherField(say) : NOBODY;
  const sections: Section[] = [];
  for (const part of parts) {
    say(`measuring: ${part.name}`);
    sections.push(...(await part.measure({ folder, field, say })));
  }
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, Node.js ${process.versions.node}`;
  process.stdout.write(
    values.json === true ? toJson(machine, field, sections) : toText(machine, field, sections),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function findParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return PARTS;
  return only.split(",").map((name) => {
    const part = PARTS.find((known) => known.name === name);
    if (part === undefined)
      fail(`No part is called ${name}: ${PARTS.map((known) => known.name).join(", ")}.`);
    return part;
  });
}

/** What is measured is what is shipped, and it must be what is in the sources. */
function requireFreshBuild(): void {
  const built = existsSync(CLI) ? statSync(CLI).mtimeMs : 0;
  const isStale = globSync("**/*.ts", { cwd: SOURCES }).some(
    (name) => statSync(join(SOURCES, name)).mtimeMs > built,
  );
  if (isStale) fail("The build is missing or older than the sources: npm run build, then npm run bench.");
}

function fail(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function toJson(machine: string, { about }: Field, sections: readonly Section[]): string {
  const parts = sections.map(({ title, rows }) => ({ title, rows }));
  return `${JSON.stringify({ machine, peers: about, sections: parts }, undefined, 2)}\n`;
}

function toText(machine: string, { about }: Field, sections: readonly Section[]): string {
  const peers = about.map(({ name, versions, lacking }) => `- ${name}: ${lacking ?? versions}\n`);
  const tables = sections.map(({ title, cells }) => `\n## ${title}\n\n${tableOf(cells)}\n`);
  return [`${machine}\n`, peers.length > 0 ? "\n" : "", ...peers, ...tables].join("");
}
