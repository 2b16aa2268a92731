/** Whole processes, measured from outside: how long, how much processor time, how much memory at most. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environment } from "../interop/json-lines.ts";
import { median } from "./statistics.ts";

export interface Usage {
  /** User and system time. */
  readonly cpuMilliseconds: number;
  /** Most memory that was resident at one time, in 1,000,000 bytes. */
  readonly peakMegabytes: number;
}

const TELL_USAGE = fileURLToPath(new URL("programs/tell-usage.cjs", import.meta.url));

/** What a Node.js costs that does nothing. */
const BARE = ["-e", "0"];

interface ResourceUsage {
  readonly userCPUTime: number;
  readonly systemCPUTime: number;
  readonly maxRSS: number;
}

/**
 * Milliseconds of each of several commands of Node.js, and of a bare `node -e 0`: medians. They are run in turn, round
 * after round, so that whatever else the machine does falls on all of them. A first round that fills the caches is not
 * counted.
 */
export function timeInTurn<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, readonly string[]>>,
): { readonly bare: number; readonly of: (name: Name) => number } {
  const named = Object.entries<readonly string[]>(commands).map(([name, words]): [string, string[]] => [
    name,
    [process.execPath, ...words],
  ]);
  const times = timePrograms(rounds, new Map([["", [process.execPath, ...BARE]], ...named]));
  return { bare: times.get("") ?? Number.NaN, of: (name) => times.get(name) ?? Number.NaN };
}

/** The same for programs of any kind: their names, and the words that start them. */
export function timePrograms<Name>(
  rounds: number,
  programs: ReadonlyMap<Name, readonly string[]>,
): ReadonlyMap<Name, number> {
  const times = new Map<Name, number[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const [name, words] of programs) {
      const began = performance.now();
      run(words);
      const took = performance.now() - began;
      if (round > 0) times.set(name, [...(times.get(name) ?? []), took]);
    }
  }
  return new Map(Array.from(times, ([name, all]) => [name, median(all)]));
}

/** What a command of Node.js uses, and a bare `node -e 0`, in turn. The median of each number by itself. */
export function usageInTurn(
  rounds: number,
  words: readonly string[],
): { readonly own: Usage; readonly bare: Usage } {
  const [own, bare]: [ResourceUsage[], ResourceUsage[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    own.push(useOnce(words));
    bare.push(useOnce(BARE));
  }
  return { own: medians(own), bare: medians(bare) };
}

export function usageOf(rounds: number, words: readonly string[]): Usage {
  return medians(Array.from({ length: rounds }, () => useOnce(words)));
}

function useOnce(words: readonly string[]): ResourceUsage {
  // What TELL_USAGE writes.
  return JSON.parse(run([process.execPath, "--require", TELL_USAGE, ...words])) as ResourceUsage;
}

function medians(usages: readonly ResourceUsage[]): Usage {
  return {
    cpuMilliseconds: median(usages.map((usage) => (usage.userCPUTime + usage.systemCPUTime) / 1000)),
    peakMegabytes: median(usages.map((usage) => (usage.maxRSS * 1024) / 1_000_000)),
  };
}

/** What the process wrote to descriptor 3. Throws where it does not end with status 0. */
function run([program = "", ...words]: readonly string[]): string {
  const child = spawnSync(program, words, {
    env: environment(),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (child.status !== 0) {
    throw new Error(`${program} ${words.slice(0, 4).join(" ")} ended with ${child.status}: ${child.stderr}`);
  }
  return child.output[3] ?? "";
}
