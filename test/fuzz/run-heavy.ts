/** Times every document that is made to cost, for people and for programs, one after the other. */

import { MOST_MILLISECONDS } from "./bounds.ts";
import { HEAVY_CASES, type HeavyCase } from "./heavy-cases.ts";
import { findHeavyProblems, judgeHeavy } from "./judge-heavy.ts";
import type { ProcessUsage } from "./whole-process.ts";

/** Whether all were good. */
export async function runHeavy(say: (line: string) => void): Promise<boolean> {
  const [ordinary] = HEAVY_CASES;
  if (ordinary === undefined) throw new RangeError("nothing is heavy");
  const started = await startingTime(ordinary);
  say(`an ordinary root: ${started.toFixed(0)} ms of CPU, which are taken off the others`);
  say("| document | CPU | CPU with --json | memory | |");
  say("| --- | --- | --- | --- | --- |");
  let isGood = true;
  for (const heavy of HEAVY_CASES) {
    const usages = [await judgeHeavy(heavy), await judgeHeavy(heavy, ["--json"])];
    const problems = usages.flatMap((usage, index) => problemsOf(usage, index === 1, started));
    if (problems.length > 0) isGood = false;
    const times = usages.map(({ cpuMilliseconds }) => `${(cpuMilliseconds - started).toFixed(0)} ms`);
    const memory = Math.max(...usages.map(({ peakMegabytes }) => peakMegabytes));
    say(`| ${heavy.name} | ${times.join(" | ")} | ${memory.toFixed(0)} MB | ${problems.join("; ")} |`);
  }
  return isGood;
}

async function startingTime(ordinary: HeavyCase): Promise<number> {
  const usages = [await judgeHeavy(ordinary), await judgeHeavy(ordinary), await judgeHeavy(ordinary)];
  return Math.min(...usages.map(({ cpuMilliseconds }) => cpuMilliseconds));
}

function problemsOf(usage: ProcessUsage, isJson: boolean, started: number): readonly string[] {
  const found = findHeavyProblems(usage, isJson);
  const isSlow = usage.cpuMilliseconds - started > MOST_MILLISECONDS;
  return isSlow ? [...found, "slow"] : found;
}
