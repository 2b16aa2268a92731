/** Scripts for tests: the examples as text, edits of them, and what reading and planning say. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inputFiles, planCeremony } from "../../src/ceremony/plan.ts";
import type { Plan, ScriptFinding } from "../../src/ceremony/plan-types.ts";
import { readScript } from "../../src/ceremony/read-script.ts";

export const EXAMPLES = ["pep458-bootstrap", "minimal", "renew", "rotate", "revoke"] as const;
export type ExampleName = (typeof EXAMPLES)[number];

const folder = new URL("../../ceremony-scripts/", import.meta.url);

export function exampleText(name: ExampleName): string {
  return readFileSync(new URL(`${name}.yaml`, folder), "utf8");
}

export function exampleFile(path: string): Uint8Array {
  return readFileSync(new URL(path, folder));
}

export interface Checked {
  readonly plan: Plan | null;
  readonly findings: readonly ScriptFinding[];
}

/** Reads and plans; files that `files` lacks are taken from ceremony-scripts/. */
export function checkText(text: string, files: ReadonlyMap<string, Uint8Array> = new Map()): Checked {
  const read = readScript(new TextEncoder().encode(text));
  if (read.script === null) return { plan: null, findings: read.findings };
  const inputs = new Map(
    inputFiles(read.script).map(({ file }) => [file, files.get(file) ?? exampleFile(file)]),
  );
  const planned = planCeremony(read.script, read.sha256, read.places, inputs);
  return { plan: planned.plan, findings: [...read.findings, ...planned.findings] };
}

export function planOf(text: string, files?: ReadonlyMap<string, Uint8Array>): Plan {
  const { plan, findings } = checkText(text, files);
  assert.deepEqual(
    findings.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.ok(plan);
  return plan;
}

/** Replaces the one place where `before` stands; a test whose edit does nothing would test nothing. */
export function edit(text: string, before: string, after: string): string {
  const parts = text.split(before);
  assert.equal(parts.length, 2, `${JSON.stringify(before)} stands once in the script`);
  return parts.join(after);
}

/** The number of the one line that holds `words`. */
export function lineOf(text: string, words: string): number {
  const lines = text.split("\n");
  const found = lines.flatMap((line, index) => (line.includes(words) ? [index + 1] : []));
  assert.equal(found.length, 1, `${JSON.stringify(words)} stands on one line of the script`);
  return found[0] ?? 0;
}
