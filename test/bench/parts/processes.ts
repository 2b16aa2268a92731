/** The chains of roots as whole processes: `verify` beside each peer's command that does no more than that. */
import { join } from "node:path";
import { type ComparisonRow, compare, comparisonSection } from "../comparison.ts";
import { OURS } from "../contestants.ts";
import { timePrograms } from "../measure.ts";
import { SAMPLE_CHAINS, writeChain } from "../sample-chains.ts";
import { CLI } from "../whole-processes.ts";
import type { Part } from "./part.ts";

const ROUNDS = 3;
const BARE = "node -e 0";

export const processes: Part = {
  name: "processes",
  needsBuild: true,
  needsField: true,
  measure: async ({ folder, field, say }) => {
    const rows: ComparisonRow[] = [];
    for (const [index, sample] of SAMPLE_CHAINS.entries()) {
      if (sample.rotates) continue;
      say(`processes: ${sample.title}`);
      const paths = writeChain(join(folder, `processes-${index}`), sample);
      const programs = new Map<string, readonly string[]>([
        [BARE, [process.execPath, "-e", "0"]],
        [OURS, [process.execPath, CLI, "verify", ...paths]],
        ...field.peers.map(({ name, command }) => [name, [...command, "verify", ...paths]] as const),
      ]);
      const times = timePrograms(ROUNDS, programs);
      const bare = times.get(BARE) ?? Number.NaN;
      const compared = compare(sample.title, field, times, {});
      rows.push(...compared, {
        what: sample.title,
        who: BARE,
        milliseconds: bare,
        ratio: bare / (times.get(OURS) ?? Number.NaN),
        goal: null,
      });
    }
    return [comparisonSection("256 roots, 5 of 9, as whole processes", rows)];
  },
};
