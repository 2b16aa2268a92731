/** The published documents that are mutated, in memory: chains of roots in their order, and all others. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fixturesFolder } from "../support/requires.ts";

export interface PublishedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Published {
  /** The roots of one folder, by their numbers. */
  readonly chains: readonly (readonly PublishedFile[])[];
  /** Every document, small ones only: pieces come from them. */
  readonly documents: readonly Uint8Array[];
}

/** Larger documents say nothing more and take the time of many. */
const MAX_BYTES = 64 * 1024;

/** Null where there are none on this machine. */
export function readPublished(): Published | null {
  const paths = globSync("**/*.json", { cwd: fixturesFolder }).sort();
  const files = paths
    .map((path) => ({ path, bytes: new Uint8Array(readFileSync(join(fixturesFolder, path))) }))
    .filter(({ bytes }) => bytes.length <= MAX_BYTES && isDocument(bytes));
  const folders = Map.groupBy(
    files.filter(({ path }) => numberOf(path) !== null),
    ({ path }) => dirname(path),
  );
  const chains = Array.from(folders.values(), (members) =>
    members
      .sort((a, b) => (numberOf(a.path) ?? 0) - (numberOf(b.path) ?? 0))
      .map(({ path, bytes }) => ({ name: basename(path), bytes })),
  );
  return chains.length === 0 ? null : { chains, documents: files.map(({ bytes }) => bytes) };
}

function numberOf(path: string): number | null {
  const match = /^(\d+)\.root\.json$/.exec(basename(path));
  return match === null ? null : Number(match[1]);
}

function isDocument(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes).includes('"signed"');
}
