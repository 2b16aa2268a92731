/** The chains that are measured: 256 roots, which is as many as clients follow in one refresh; five of nine sign each. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LongChain, makeLongChain, SIGNATURES_OF_EACH } from "../support/long-chain.ts";
import type { SpeedScheme } from "./openssl-speed.ts";

export interface SampleChain extends LongChain {
  readonly scheme: SpeedScheme;
  /** `Ed25519, same keys` */
  readonly title: string;
}

const LENGTH = 256;
export const SIGNATURES = LENGTH * SIGNATURES_OF_EACH;

export const SAMPLE_CHAINS: readonly SampleChain[] = [
  { scheme: "ed25519" as const, title: "Ed25519" },
  { scheme: "ecdsa-sha2-nistp256" as const, title: "P-256" },
].flatMap(({ scheme, title }) => [
  { scheme, length: LENGTH, rotates: false, title: `${title}, same keys` },
  { scheme, length: LENGTH, rotates: true, title: `${title}, a new key each time` },
]);

/** The files of a chain in a new folder, `1.root.json` first. */
export function writeChain(folder: string, chain: LongChain): readonly string[] {
  mkdirSync(folder);
  return makeLongChain(chain).map((bytes, index) => {
    const path = join(folder, `${index + 1}.root.json`);
    writeFileSync(path, bytes);
    return path;
  });
}

export function readFiles(paths: readonly string[]): readonly Uint8Array[] {
  return paths.map((path) => readFileSync(path));
}
