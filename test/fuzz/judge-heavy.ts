/** Judges what is made to cost in a process of its own, from files in a folder that is removed afterwards. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MOST_MEGABYTES } from "./bounds.ts";
import type { HeavyCase } from "./heavy-cases.ts";
import { findUnfit } from "./shown-text.ts";
import { type ProcessUsage, runCli } from "./whole-process.ts";

/** For people; JSON gives everything. A screenful is read, a thousand are not; and whoever writes a log keeps it. */
const MOST_CHARACTERS = 1_000_000;

export async function judgeHeavy({ make }: HeavyCase, flags: readonly string[] = []): Promise<ProcessUsage> {
  const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-heavy-"));
  try {
    const paths = make().map((file) => {
      const path = join(folder, file.name);
      writeFileSync(path, file.bytes);
      return path;
    });
    return await runCli(["verify", "--at", "2026-11-25T00:00:00Z", ...flags, ...paths]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One line each; the time is another matter. */
export function findHeavyProblems(usage: ProcessUsage, isJson: boolean): readonly string[] {
  const { status, out, error, peakMegabytes } = usage;
  const problems = isJson ? [] : [...findUnfit(out)];
  if (status !== 0 && status !== 1) problems.push(`status ${status}: ${error.slice(0, 1000)}`);
  if (peakMegabytes > MOST_MEGABYTES) problems.push(`${Math.round(peakMegabytes)} MB`);
  if (!isJson && out.length > MOST_CHARACTERS) problems.push(`${out.length} characters`);
  return problems;
}
