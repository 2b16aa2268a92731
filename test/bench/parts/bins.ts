/** PEP 458's 16,384 delegations in one document, read and verified: in the process beside the peers, and as a process. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BinsDocument, makeBinsDocument } from "../../support/bins-document.ts";
import { compare, comparisonSection } from "../comparison.ts";
import { OUR_CONTESTANT, OURS, type Runner, requestForBins, withRunners } from "../contestants.ts";
import { timeInTurn, usageInTurn } from "../measure.ts";
import type { Section } from "../table.ts";
import { takeTurns } from "../turns.ts";
import { CLI, type ProcessRow, processSection } from "../whole-processes.ts";
import type { Given, Part } from "./part.ts";

const COUNT = 16_384;
const TURNS = { counted: 5, warmUp: 2 };
const ROUNDS = 7;

export const bins: Part = {
  name: "bins",
  needsBuild: true,
  needsField: true,
  measure: async (given) => {
    const made = makeBinsDocument(COUNT);
    const { section, ours } = await withRunners([OUR_CONTESTANT, ...given.field.peers], (runners) =>
      measureInProcess(made, given, runners),
    );
    const whole = measureProcess(made, join(given.folder, "bins"), ours);
    return [section, processSection("16,384 delegations in one document, as a whole process", whole)];
  },
};

async function measureInProcess(
  made: BinsDocument,
  { field }: Given,
  runners: readonly Runner[],
): Promise<{ readonly section: Section; readonly ours: number }> {
  const request = requestForBins(made);
  const takers = runners.map((runner) => {
    return [runner.name, (rounds: number) => runner.time(request, rounds)] as const;
  });
  const times = await takeTurns(TURNS, new Map(takers));
  const rows = compare("read and verify", field, times, {});
  return {
    section: comparisonSection("16,384 delegations in one document, in one process", rows),
    ours: Number(times.get(OURS)),
  };
}

/** @param folder a new one @param inProcess milliseconds of the work itself */
function measureProcess(
  { root, targets }: BinsDocument,
  folder: string,
  inProcess: number,
): readonly ProcessRow[] {
  mkdirSync(folder);
  const files = [join(folder, "1.root.json"), join(folder, "1.targets.json")];
  for (const [index, bytes] of [root, targets].entries()) writeFileSync(files[index] ?? "", bytes);
  const words = [CLI, "verify", ...files];
  const { bare, of } = timeInTurn(ROUNDS, { verify: words });
  const used = usageInTurn(ROUNDS, words);
  const row = { name: "verify of 16,384 delegations", milliseconds: of("verify"), bareMilliseconds: bare };
  return [
    { ...row, name: "reading and verifying alone", measured: inProcess, unit: "ms", goal: { atMost: 300 } },
    { ...row, measured: used.own.peakMegabytes, unit: "MB", goal: { atMost: 150 } },
    {
      ...row,
      name: "bare node",
      milliseconds: bare,
      measured: used.bare.peakMegabytes,
      unit: "MB",
      goal: null,
    },
  ];
}
