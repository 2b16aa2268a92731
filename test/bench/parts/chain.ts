/** A long chain of roots, verified in the process: by us, by the peers, and its signatures beside `openssl speed`. */
import { join } from "node:path";
import { type ComparisonRow, compare, comparisonSection, type Goals } from "../comparison.ts";
import {
  type ContestantName,
  OUR_CONTESTANT,
  OURS,
  type Runner,
  toText,
  withRunners,
} from "../contestants.ts";
import type { Goal } from "../goal.ts";
import { measureOpenSslVerification } from "../openssl-speed.ts";
import { readFiles, SAMPLE_CHAINS, type SampleChain, SIGNATURES, writeChain } from "../sample-chains.ts";
import { figure, goalColumns, type Section, section } from "../table.ts";
import { type Measured, type Turn, takeTurns } from "../turns.ts";
import type { Part } from "./part.ts";

const TURNS = { counted: 3, warmUp: 2 };
const GOALS: Goals = { "go-tuf": 1, "python-tuf": 5, "tuf-js": 2 };

interface SignatureRow {
  readonly what: string;
  /** For each signature, in microseconds: processor time, but for whole chains time by the clock. */
  readonly microseconds: number;
  /** Of `openssl speed` for one. */
  readonly opensslMicroseconds: Measured;
  /** The share of OpenSSL's speed that is reached: OpenSSL's time over ours. */
  readonly share: number | null;
  readonly goal: Goal | null;
}

export const chain: Part = {
  name: "chain",
  needsBuild: false,
  needsField: true,
  measure: async (given) =>
    await withRunners([OUR_CONTESTANT, ...given.field.peers], async (runners) => {
      const [comparisons, signatures]: [ComparisonRow[], SignatureRow[]] = [[], []];
      for (const [index, sample] of SAMPLE_CHAINS.entries()) {
        given.say(`chain: ${sample.title}`);
        const paths = writeChain(join(given.folder, `chain-${index}`), sample);
        const times = await measureChain(sample, readFiles(paths).map(toText), runners);
        comparisons.push(...compare(sample.title, given.field, times, GOALS));
        signatures.push(...signatureRows(sample, times));
      }
      return [
        comparisonSection("256 roots, 5 of 9, in one process", comparisons),
        signatureSection(signatures),
      ];
    }),
};

type Taker = ContestantName | "signatures" | "judging" | "openssl";

/** Milliseconds of whole chains, of `signatures` and of `judging`; `openssl` is microseconds for one signature. */
async function measureChain(
  { scheme }: SampleChain,
  roots: readonly string[],
  runners: readonly Runner[],
): Promise<ReadonlyMap<Taker, Measured>> {
  const takers = new Map<Taker, Turn>();
  for (const runner of runners) {
    takers.set(runner.name, (rounds) => runner.time({ op: "bench-chain", roots }, rounds));
    if (runner.name !== OURS) continue;
    takers.set("signatures", (rounds) => runner.time({ op: "bench-signatures", roots }, rounds));
    takers.set("judging", (rounds) => runner.time({ op: "bench-judging", roots }, rounds));
    takers.set("openssl", async () => measureOpenSslVerification(scheme));
  }
  return await takeTurns(TURNS, takers);
}

function signatureRows({ title }: SampleChain, times: ReadonlyMap<Taker, Measured>): readonly SignatureRow[] {
  const opensslMicroseconds = times.get("openssl") ?? "no openssl";
  const row = (what: string, milliseconds: number, goal: Goal | null): SignatureRow => {
    const microseconds = (milliseconds * 1000) / SIGNATURES;
    const share = typeof opensslMicroseconds === "string" ? null : opensslMicroseconds / microseconds;
    return { what: `${title}: ${what}`, microseconds, opensslMicroseconds, share, goal };
  };
  return [
    row("verifying", Number(times.get("signatures")), { atLeast: 0.8 }),
    row("counting too", Number(times.get("judging")), null),
    row("and reading", Number(times.get(OURS)), null),
  ];
}

function signatureSection(rows: readonly SignatureRow[]): Section {
  const time = (microseconds: Measured) =>
    typeof microseconds === "string" ? microseconds : `${figure(Math.round(microseconds * 10) / 10)} µs`;
  return section<SignatureRow>(
    "A signature of these chains, beside openssl speed",
    [
      { head: "what", cell: ({ what }) => what },
      { head: "ours", cell: ({ microseconds }) => time(microseconds) },
      { head: "openssl speed", cell: ({ opensslMicroseconds }) => time(opensslMicroseconds) },
      { head: "of its speed", cell: ({ share }) => (share === null ? "" : share.toFixed(2)) },
      ...goalColumns<SignatureRow>(({ share, goal }) => ({ measured: share, goal })),
    ],
    rows,
  );
}
