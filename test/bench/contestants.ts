/**
 * Who is measured in one long-lived process each, all asked the same in the same way (test/interop/peers/README.md):
 * our own functions, and the peers that are installed.
 */
import { Buffer } from "node:buffer";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { JsonLines } from "../interop/json-lines.ts";
import { commandOf, type PeerName } from "../interop/peer-table.ts";
import { type PreparedPeer, preparePeers } from "../interop/prepare-peers.ts";
import type { BinsDocument } from "../support/bins-document.ts";

export const OURS = "tuf-ceremony";

export type ContestantName = typeof OURS | PeerName;

export interface Contestant {
  readonly name: ContestantName;
  /** Starts its program: as a server, or with words behind it as a command. */
  readonly command: readonly string[];
}

export const OUR_CONTESTANT: Contestant = {
  name: OURS,
  command: [process.execPath, fileURLToPath(new URL("programs/ours.ts", import.meta.url))],
};

export interface Field {
  /** Those that are there, in the order in which they take their turns. */
  readonly peers: readonly Contestant[];
  /** About all: in which version each takes part, or why it does not. */
  readonly about: readonly {
    readonly name: PeerName;
    readonly versions: string;
    readonly lacking: string | null;
  }[];
}

/** Builds the peers where that has not been done. */
export async function gatherField(say: (line: string) => void): Promise<Field> {
  const prepared: readonly PreparedPeer[] = await preparePeers(say);
  return {
    peers: prepared
      .filter(({ lacking }) => lacking === null)
      .map(({ peer }) => ({ name: peer.name, command: commandOf(peer) })),
    about: prepared.map(({ peer, versions, lacking }) => ({ name: peer.name, versions, lacking })),
  };
}

/** What is measured, without the number of rounds: a request of the peers' protocol, or one that only ours knows. */
export type BenchRequest =
  | { readonly op: "bench-chain" | "bench-judging" | "bench-signatures"; readonly roots: readonly string[] }
  | {
      readonly op: "bench-delegated";
      readonly root: string;
      readonly documents: readonly {
        readonly name: string;
        readonly delegator: string;
        readonly bytes: string;
      }[];
    };

const Answer = z.union([
  z.strictObject({ milliseconds: z.array(z.number()) }),
  z.strictObject({ error: z.string() }),
]);

/** For one turn. */
const LIMIT_MILLISECONDS = 20_000;

/** A contestant at work. */
export class Runner {
  readonly name: ContestantName;
  readonly #lines: JsonLines;

  constructor({ name, command }: Contestant) {
    this.name = name;
    this.#lines = new JsonLines(name, command);
  }

  /** Milliseconds of each round; where that takes too long, it is ended. Throws where it refuses a document. */
  async time(request: BenchRequest, rounds: number): Promise<readonly number[] | string> {
    const asked = this.#lines.ask(Answer, { ...request, rounds });
    const answer = await Promise.race([asked, setTimeout(LIMIT_MILLISECONDS, null, { ref: false })]);
    if (answer === null) {
      asked.catch(() => undefined); // it ends without an answer
      this.#lines.kill();
      return `over ${LIMIT_MILLISECONDS / 1000} s`;
    }
    if ("error" in answer) throw new Error(`${this.name} refused what is measured: ${answer.error}`);
    return answer.milliseconds;
  }

  close(): void {
    this.#lines.close();
  }
}

/** With a process of its own for each, which ends with the work. */
export async function withRunners<Result>(
  contestants: readonly Contestant[],
  work: (runners: readonly Runner[]) => Promise<Result>,
): Promise<Result> {
  const runners = contestants.map((contestant) => new Runner(contestant));
  try {
    return await work(runners);
  } finally {
    for (const runner of runners) runner.close();
  }
}

export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Parsing and verifying the targets below a root, which has been parsed. */
export function requestForBins({ root, targets }: BinsDocument): BenchRequest {
  return {
    op: "bench-delegated",
    root: toText(root),
    documents: [{ name: "targets", delegator: "root", bytes: toText(targets) }],
  };
}
