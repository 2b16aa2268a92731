/** Judges a block of numbers one after the other, in this process. */

import { MOST_MEGABYTES } from "./bounds.ts";
import { makeCase } from "./cases.ts";
import type { GeneratorName } from "./fuzz-case.ts";
import { type Depth, judgeCase } from "./judge-case.ts";
import type { PeerPanel } from "./peer-panel.ts";
import { watchPrototypes } from "./prototypes.ts";
import { countCase, emptyTally, type Tally } from "./tally.ts";

export interface Block {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** All where null. */
  readonly only: readonly GeneratorName[] | null;
}

/** After so many cases it is looked whether a prototype was written on. */
const BETWEEN_LOOKS = 250;

/** @param before told the number of each case @param panel asked about what was accepted */
export async function runBlock(
  block: Block,
  before: (number: number) => void = () => undefined,
  panel: PeerPanel | null = null,
): Promise<Tally> {
  const tally = emptyTally();
  const wanted = block.only === null ? null : new Set(block.only);
  const changes = watchPrototypes();
  for (let number = block.from; number < block.from + block.count; number++) {
    const given = makeCase(block.seed, number, wanted);
    if (given === null) continue;
    before(number);
    const outcome = await judgeCase(given, depthOf(number));
    countCase(tally, number, given.generator, outcome);
    if (panel !== null) await panel.ask(number, given, tally.peers);
    if (number % BETWEEN_LOOKS === 0) notePollution(tally, number, changes());
  }
  if (panel !== null) await panel.finish();
  const last = block.from + block.count - 1;
  notePollution(tally, last, changes());
  tally.peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1_000_000;
  if (tally.peakMegabytes > MOST_MEGABYTES) {
    const text = `memory: ${Math.round(tally.peakMegabytes)} MB, here or in a block before`;
    tally.problems.push({ number: last, text });
  }
  return tally;
}

function notePollution(tally: Tally, number: number, changes: readonly string[]): void {
  if (changes.length > 0) tally.problems.push({ number, text: `polluted: ${changes.join(", ")}` });
}

export const FULL_DEPTH: Depth = { secondOpinion: true, commandLine: true, again: true, differences: true };

/** What takes long is asked of a share; the number says of which. */
function depthOf(number: number): Depth {
  return {
    secondOpinion: number % 50 === 7,
    commandLine: number % 40 === 3,
    again: number % 500 === 1,
    differences: number % 5 === 0,
  };
}
