/** The roots of sigstore, all fifteen of them, as a whole process: an everyday `verify`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fixtures, fixturesFolder } from "../../support/requires.ts";
import { timeInTurn, usageInTurn } from "../measure.ts";
import { CLI, type ProcessRow, processSection } from "../whole-processes.ts";
import type { Part } from "./part.ts";

const ROUNDS = 21;
const FOLDER = join(fixturesFolder, "root-chains", "sigstore-prod");
/** All fifteen are good at that time. */
const AT = "2026-01-01T00:00:00Z";

export const published: Part = {
  name: "published",
  needsBuild: true,
  needsField: false,
  measure: async ({ say }) => {
    if (!existsSync(FOLDER)) {
      say(`published: ${fixtures.missing}`);
      return [];
    }
    return [processSection("Roots of sigstore", measurePublished())];
  },
};

function measurePublished(): readonly ProcessRow[] {
  const words = [CLI, "verify", "--at", AT, "--repo", FOLDER];
  const { bare, of } = timeInTurn(ROUNDS, { verify: words });
  const used = usageInTurn(ROUNDS, words);
  const row = (unit: ProcessRow["unit"], milliseconds: number, bareMilliseconds: number): ProcessRow => ({
    name: "verify of sigstore's 15 roots",
    measured: milliseconds / bareMilliseconds,
    unit,
    goal: { atMost: 3 },
    milliseconds,
    bareMilliseconds,
  });
  return [
    row("× bare node", of("verify"), bare),
    row("× bare node, CPU", used.own.cpuMilliseconds, used.bare.cpuMilliseconds),
  ];
}
