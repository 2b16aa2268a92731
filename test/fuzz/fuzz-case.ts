/** One case: what `verify` is given. */
import type { ClientLimits } from "../../src/tuf/chain.ts";
import type { UtcSecond } from "../../src/tuf/types.ts";

export type GeneratorName = "bytes" | "bent-bytes" | "roots" | "delegated";

export interface CaseFile {
  /** Without a folder; any characters but `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FuzzCase {
  readonly generator: GeneratorName;
  /** In the order in which they are named. */
  readonly files: readonly CaseFile[];
  /** Each file by its name, `--repo` with their folder, or `--from` the first with `--dir`. */
  readonly way: "files" | "repository" | "from";
  readonly at: UtcSecond;
  readonly limits: ClientLimits;
}
