/**
 * `npm run fuzz`: cases by their numbers, in several processes; ends with 1 where anything went wrong.
 *
 *     npm run fuzz -- --seed 1 --count 100000          numbers 0 to 99,999
 *     npm run fuzz -- --seed 1 --case 817              one case, everything about it
 *     npm run fuzz -- --seed 1 --case 817 --save FOLDER
 *
 * `--from N`, `--processes N` (2), `--only roots,delegated`, and `--peers`, which asks python-tuf and go-tuf about all
 * that is accepted (both have to be installed: test/interop/peers/README.md). `--heavy` times documents that are made to
 * cost, instead.
 */
import { parseArgs } from "node:util";
import type { GeneratorName } from "./fuzz-case.ts";
import { runAll } from "./run-all.ts";
import { runHeavy } from "./run-heavy.ts";
import { showCase } from "./show-case.ts";
import { describeTally } from "./tally-text.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    case: { type: "string" },
    save: { type: "string" },
    from: { type: "string", default: "0" },
    count: { type: "string", default: "20000" },
    processes: { type: "string", default: "2" },
    only: { type: "string" },
    peers: { type: "boolean", default: false },
    heavy: { type: "boolean", default: false },
  },
});

const seed = readNumber(values.seed);
if (values.heavy) {
  process.exitCode = (await runHeavy((line) => void process.stdout.write(`${line}\n`))) ? 0 : 1;
} else if (values.case !== undefined) {
  process.exitCode = await showCase(seed, readNumber(values.case), values.save ?? null);
} else {
  const began = performance.now();
  const tally = await runAll({
    seed,
    from: readNumber(values.from),
    count: readNumber(values.count),
    only: values.only === undefined ? null : (values.only.split(",") as GeneratorName[]), // an unknown one wants no case
    processes: readNumber(values.processes),
    peers: values.peers,
    tell: (text) => void process.stderr.write(text),
  });
  process.stdout.write(describeTally(tally, performance.now() - began));
  process.exitCode = tally.problems.length + tally.peers.unexplained.length === 0 ? 0 : 1;
}

function readNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new TypeError(`${text} is no number`);
  return Number(text);
}
