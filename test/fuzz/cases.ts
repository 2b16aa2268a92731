/** The case with a number: the same for ever, as long as these generators and the published documents are the same. */
import { CLIENT_LIMITS, type ClientLimits } from "../../src/tuf/chain.ts";
import { utc } from "../support/sample-metadata.ts";
import { mutateBytes } from "./bytes.ts";
import { makeDelegated } from "./delegated.ts";
import type { CaseFile, FuzzCase, GeneratorName } from "./fuzz-case.ts";
import { type Published, readPublished } from "./published.ts";
import { Random } from "./random.ts";
import { makeRootChain } from "./roots.ts";

export const GENERATORS: readonly (readonly [weight: number, name: GeneratorName])[] = [
  [68, "bytes"],
  [6, "bent-bytes"],
  [15, "roots"],
  [11, "delegated"],
];

/** Roots that were published expired long ago; most of ours are good until 2030. */
const TIMES = ["2018-01-01T00:00:00Z", "2022-06-01T00:00:00Z", "2024-06-01T00:00:00Z"].map(utc);
const NOW = utc("2026-11-25T00:00:00Z");

let published: Published | null | undefined;

/** Null where it is of a generator that is not wanted: the numbers of the others stay what they are. */
export function makeCase(
  seed: number,
  number: number,
  wanted: ReadonlySet<GeneratorName> | null = null,
): FuzzCase | null {
  const random = new Random(seed, number);
  const generator = random.weighted(GENERATORS);
  if (wanted !== null && !wanted.has(generator)) return null;
  const { files, at } = GENERATE[generator](random);
  return {
    generator,
    files,
    at,
    way: random.weighted([
      [8, "files"],
      [1, "repository"],
      [1, "from"],
    ]),
    limits: pickLimits(random),
  };
}

interface Generated {
  readonly files: readonly CaseFile[];
  readonly at: FuzzCase["at"];
}

const GENERATE: Readonly<Record<GeneratorName, (random: Random) => Generated>> = {
  bytes: (random) => {
    published ??= readPublished();
    return published === null ? mutateGenerated(random) : mutatePublished(random, published);
  },
  "bent-bytes": mutateGenerated,
  roots: (random) => ({ files: makeRootChain(random), at: NOW }),
  delegated: (random) => ({ files: makeDelegated(random), at: NOW }),
};

/** One to three roots that follow each other, one of them changed. */
function mutatePublished(random: Random, { chains, documents }: Published): Generated {
  const chain = random.pick(chains);
  const length = random.weighted([
    [5, 1],
    [3, 2],
    [1, 3],
  ]);
  const window = chain.slice(random.below(chain.length)).slice(0, length);
  return { files: mutateOne(random, window, documents), at: random.pick([NOW, ...TIMES]) };
}

function mutateGenerated(random: Random): Generated {
  const files = random.oneIn(2) ? makeRootChain(random) : makeDelegated(random);
  return {
    files: mutateOne(
      random,
      files,
      files.map(({ bytes }) => bytes),
    ),
    at: NOW,
  };
}

function mutateOne(
  random: Random,
  files: readonly CaseFile[],
  others: readonly Uint8Array[],
): readonly CaseFile[] {
  const at = random.below(files.length);
  return files.map((file, index) =>
    index === at ? { ...file, bytes: mutateBytes(random, file.bytes, others) } : file,
  );
}

function pickLimits(random: Random): ClientLimits {
  if (!random.oneIn(20)) return CLIENT_LIMITS;
  return { rootBytes: random.pick([100, 2000, 10_000_000]), targetsBytes: 2000, rotations: random.below(3) };
}
