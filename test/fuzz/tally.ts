/** What came of many cases: counts that can be added up, and everything that went wrong. */
import type { RuleId } from "../../src/tuf/rules.ts";
import type { GeneratorName } from "./fuzz-case.ts";
import type { Outcome, Verdict } from "./judge-case.ts";

export interface Problem {
  readonly number: number;
  readonly text: string;
}

export interface Slowest {
  readonly number: number;
  readonly cpuMilliseconds: number;
}

/** Plain data: it goes from one process to another. */
export interface Tally {
  readonly verdicts: Partial<Record<GeneratorName, Partial<Record<Verdict, number>>>>;
  /** In how many cases each was observed. */
  readonly rules: Partial<Record<RuleId, number>>;
  readonly problems: Problem[];
  slowest: Slowest;
  /** Most that was resident at one time, in 1,000,000 bytes. */
  peakMegabytes: number;
  readonly peers: PeerTally;
}

export interface PeerTally {
  /** Documents that we accepted and that every peer was asked about. */
  asked: number;
  acceptedByAll: number;
  refusedBySome: number;
  /** And written decisions say why. */
  refusedByAllAsDecided: number;
  /** Who refused, and by which decision we don't: of all refusals, whoever else refused. */
  readonly refusals: Record<string, number>;
  /** Refused by all, and nothing does. */
  readonly unexplained: Problem[];
}

export function emptyTally(): Tally {
  return {
    verdicts: {},
    rules: {},
    problems: [],
    slowest: { number: 0, cpuMilliseconds: 0 },
    peakMegabytes: 0,
    peers: {
      asked: 0,
      acceptedByAll: 0,
      refusedBySome: 0,
      refusedByAllAsDecided: 0,
      refusals: {},
      unexplained: [],
    },
  };
}

export function countCase(tally: Tally, number: number, generator: GeneratorName, outcome: Outcome): void {
  const verdicts = tally.verdicts[generator] ?? {};
  tally.verdicts[generator] = verdicts;
  addTo(verdicts, outcome.verdict, 1);
  for (const rule of outcome.rules) addTo(tally.rules, rule, 1);
  tally.problems.push(...outcome.problems.map((text) => ({ number, text: text.slice(0, 4000) })));
  const { cpuMilliseconds } = outcome;
  if (cpuMilliseconds > tally.slowest.cpuMilliseconds) tally.slowest = { number, cpuMilliseconds };
}

/** Adds `more` to `sum`. */
export function addTally(sum: Tally, more: Tally): void {
  for (const [generator, counts] of entriesOf(more.verdicts)) {
    const verdicts = sum.verdicts[generator] ?? {};
    sum.verdicts[generator] = verdicts;
    for (const [verdict, count] of entriesOf(counts ?? {})) addTo(verdicts, verdict, count ?? 0);
  }
  for (const [rule, count] of entriesOf(more.rules)) addTo(sum.rules, rule, count ?? 0);
  sum.problems.push(...more.problems);
  if (more.slowest.cpuMilliseconds > sum.slowest.cpuMilliseconds) sum.slowest = more.slowest;
  sum.peakMegabytes = Math.max(sum.peakMegabytes, more.peakMegabytes);
  sum.peers.asked += more.peers.asked;
  sum.peers.acceptedByAll += more.peers.acceptedByAll;
  sum.peers.refusedBySome += more.peers.refusedBySome;
  sum.peers.refusedByAllAsDecided += more.peers.refusedByAllAsDecided;
  for (const [refusal, count] of Object.entries(more.peers.refusals))
    addTo(sum.peers.refusals, refusal, count);
  sum.peers.unexplained.push(...more.peers.unexplained);
}

export function totalOf(tally: Tally, verdict?: Verdict): number {
  const counts = Object.values(tally.verdicts);
  const wanted = counts.flatMap((verdicts) =>
    verdict === undefined ? Object.values(verdicts) : [verdicts[verdict] ?? 0],
  );
  return wanted.reduce((sum, count) => sum + count, 0);
}

/** Only our own names are members here. */
export function addTo<Name extends string>(
  counts: Partial<Record<Name, number>>,
  name: Name,
  count: number,
): void {
  counts[name] = (counts[name] ?? 0) + count;
}

function entriesOf<Name extends string, Value>(record: Partial<Record<Name, Value>>) {
  return Object.entries(record) as [Name, Value | undefined][]; // made by this file, with these names only
}
