/** Chains of roots that we and peers judge: published ones, bad variants of them, and traps of our own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { fixturesFolder } from "../support/requires.ts";
import { collectTraps } from "./collect-traps.ts";

export interface JudgedCase {
  /** `published/sigstore-prod`, `traps/names/keyid: a blank`; printable, each once. */
  readonly name: string;
  /** Where trust starts first. */
  readonly roots: readonly Uint8Array[];
}

/**
 * A signature of a key of small order is valid for one message of two, four or eight, and these traps have other
 * messages each time. We refuse such keys; some clients let chance decide.
 */
const LEFT_TO_CHANCE = /^traps\/forgeries\/Ed25519 key of small order: (?!identity$)/;

const Published = z.array(
  z.object({ chain: z.string(), dir: z.string(), files: z.array(z.string()).min(1) }),
);

export async function readCases(): Promise<readonly JudgedCase[]> {
  const all = [...readPublished(), ...(await readTraps())];
  const cases = all.filter(({ name }) => !LEFT_TO_CHANCE.test(name));
  if (new Set(cases.map(({ name }) => name)).size !== cases.length) throw new TypeError("a name twice");
  return cases;
}

function readPublished(): readonly JudgedCase[] {
  const list = Published.parse(JSON.parse(readFileSync(join(fixturesFolder, "roots.json"), "utf8")));
  return list.map(({ chain, dir, files }) => ({
    name: `published/${chain}`,
    roots: files.map((file) => new Uint8Array(readFileSync(join(fixturesFolder, dir, file)))),
  }));
}

async function readTraps(): Promise<readonly JudgedCase[]> {
  return (await collectTraps()).map(({ name, files }) => ({
    name: `traps/${JSON.stringify(name).slice(1, -1)}`,
    roots: files,
  }));
}
