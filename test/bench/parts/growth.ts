/** Whether the time grows as the input does: chains of roots and tables of delegations, each four times the one before. */
import { makeBinsDocument } from "../../support/bins-document.ts";
import { makeLongChain } from "../../support/long-chain.ts";
import {
  type BenchRequest,
  OUR_CONTESTANT,
  type Runner,
  requestForBins,
  toText,
  withRunners,
} from "../contestants.ts";
import type { Goal } from "../goal.ts";
import { figure, goalColumns, type Section, section } from "../table.ts";
import { takeTurns } from "../turns.ts";
import type { Part } from "./part.ts";

const TURNS = { counted: 2, warmUp: 1 };
const ROOTS = [256, 1024, 4096];
const DELEGATIONS = [16_384, 65_536];

interface GrowthRow {
  /** `1,024 roots` */
  readonly what: string;
  readonly milliseconds: number;
  /** For each root or delegation. */
  readonly microseconds: number;
  /** That, over the same of the smallest: 1 where the time grows as the input does. */
  readonly ratio: number;
  readonly goal: Goal | null;
}

export const growth: Part = {
  name: "growth",
  needsBuild: false,
  needsField: false,
  measure: async () =>
    await withRunners([OUR_CONTESTANT], async (runners) => {
      const rows: GrowthRow[] = [];
      for (const runner of runners) {
        rows.push(...(await measureGrowth(runner, "roots", ROOTS, requestForRoots)));
        rows.push(...(await measureGrowth(runner, "delegations", DELEGATIONS, requestForDelegations)));
      }
      return [growthSection(rows)];
    }),
};

function requestForRoots(length: number): BenchRequest {
  const roots = makeLongChain({ length, scheme: "ed25519", rotates: true });
  return { op: "bench-chain", roots: roots.map(toText) };
}

function requestForDelegations(count: number): BenchRequest {
  return requestForBins(makeBinsDocument(count));
}

async function measureGrowth(
  runner: Runner,
  unit: string,
  counts: readonly number[],
  requestFor: (count: number) => BenchRequest,
): Promise<readonly GrowthRow[]> {
  const takers = counts.map((count) => {
    const request = requestFor(count);
    return [count, (rounds: number) => runner.time(request, rounds)] as const;
  });
  const times = await takeTurns(TURNS, new Map(takers));
  const costs = counts.map((count) => (Number(times.get(count)) * 1000) / count);
  return counts.map((count, index) => {
    const microseconds = costs[index] ?? Number.NaN;
    return {
      what: `${count.toLocaleString("en")} ${unit}`,
      milliseconds: (microseconds * count) / 1000,
      microseconds,
      ratio: microseconds / (costs[0] ?? Number.NaN),
      goal: index === 0 ? null : { atMost: 1.4 },
    };
  });
}

function growthSection(rows: readonly GrowthRow[]): Section {
  return section<GrowthRow>(
    "Growth",
    [
      { head: "what", cell: ({ what }) => what },
      { head: "time", cell: ({ milliseconds }) => `${figure(milliseconds)} ms` },
      { head: "for each", cell: ({ microseconds }) => `${figure(microseconds)} µs` },
      { head: "× the smallest", cell: ({ ratio }) => ratio.toFixed(2) },
      ...goalColumns<GrowthRow>(({ ratio, goal }) => ({ measured: ratio, goal })),
    ],
    rows,
  );
}
