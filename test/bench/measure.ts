/** Whole processes, measured from outside: how long, how much processor time, how much memory at most. */
import { spawnSync } from "node:child_process";

export interface Measured {
  readonly milliseconds: number;
  /** User and system time. */
  readonly cpuMilliseconds: number;
  /** Most memory that was resident at one time. */
  readonly peakMegabytes: number;
}

/** Its last act is to say what it used, on a descriptor of its own. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));',
)}`;

interface Usage {
  readonly userCPUTime: number;
  readonly systemCPUTime: number;
  readonly maxRSS: number;
}

/** One run of Node.js with these words. Throws where it does not end with status 0. */
export function run(words: readonly string[]): Measured {
  const began = performance.now();
  const child = spawnSync(process.execPath, ["--import", TELL_USAGE, ...words], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const milliseconds = performance.now() - began;
  if (child.status !== 0) throw new Error(`${words.join(" ")} ended with ${child.status}: ${child.stderr}`);
  const usage = JSON.parse(child.output[3] ?? "") as Usage; // what TELL_USAGE writes
  return {
    milliseconds,
    cpuMilliseconds: (usage.userCPUTime + usage.systemCPUTime) / 1000,
    peakMegabytes: (usage.maxRSS * 1024) / 1_000_000,
  };
}

/** The median of each number by itself. */
export function median(runs: readonly Measured[]): Measured {
  return {
    milliseconds: middle(runs.map((one) => one.milliseconds)),
    cpuMilliseconds: middle(runs.map((one) => one.cpuMilliseconds)),
    peakMegabytes: middle(runs.map((one) => one.peakMegabytes)),
  };
}

function middle(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError("no number has no median");
  return (low + high) / 2;
}

/**
 * Each of several commands in turn, round after round, so that whatever else the machine does falls on all of them.
 * A bare `node -e 0` goes first in every round.
 */
export function runInTurn<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, readonly string[]>>,
): { readonly bare: Measured; readonly of: (name: Name) => Measured } {
  const bare: Measured[] = [];
  const measured = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    bare.push(run(["-e", "0"]));
    for (const [name, words] of Object.entries<readonly string[]>(commands)) {
      measured.set(name, [...(measured.get(name) ?? []), run(words)]);
    }
  }
  return { bare: median(bare), of: (name) => median(measured.get(name) ?? []) };
}
