/** Whole processes, measured from outside: how long, how much processor time, how much memory at most. */
import { spawnSync } from "node:child_process";

export interface Usage {
  /** User and system time. */
  readonly cpuMilliseconds: number;
  /** Most memory that was resident at one time, in 1,000,000 bytes. */
  readonly peakMegabytes: number;
}

/** Its last act is to say what it used, on a descriptor of its own. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));',
)}`;

interface ResourceUsage {
  readonly userCPUTime: number;
  readonly systemCPUTime: number;
  readonly maxRSS: number;
}

/**
 * Milliseconds of each of several commands, and of a bare `node -e 0`: medians. They are run in turn, round after round,
 * so that whatever else the machine does falls on all of them. A first round that fills the caches is not counted.
 */
export function timeInTurn<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, readonly string[]>>,
): { readonly bare: number; readonly of: (name: Name) => number } {
  const times = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const [name, words] of Object.entries<readonly string[]>({ "": ["-e", "0"], ...commands })) {
      const began = performance.now();
      run(words);
      const took = performance.now() - began;
      if (round > 0) times.set(name, [...(times.get(name) ?? []), took]);
    }
  }
  return { bare: median(times.get("") ?? []), of: (name) => median(times.get(name) ?? []) };
}

/** The median of each number by itself. */
export function usageOf(rounds: number, words: readonly string[]): Usage {
  const usages = Array.from({ length: rounds }, () => {
    // What TELL_USAGE writes.
    return JSON.parse(run(["--import", TELL_USAGE, ...words])) as ResourceUsage;
  });
  return {
    cpuMilliseconds: median(usages.map((usage) => (usage.userCPUTime + usage.systemCPUTime) / 1000)),
    peakMegabytes: median(usages.map((usage) => (usage.maxRSS * 1024) / 1_000_000)),
  };
}

/** What the process wrote to descriptor 3. Throws where it does not end with status 0. */
function run(words: readonly string[]): string {
  const child = spawnSync(process.execPath, words, {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (child.status !== 0) throw new Error(`${words.join(" ")} ended with ${child.status}: ${child.stderr}`);
  return child.output[3] ?? "";
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError("no number has no median");
  return (low + high) / 2;
}
