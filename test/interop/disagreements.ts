/**
 * Where a client's verdict on a chain of roots is not ours, and why: the lines of disagreements.tsv, which
 * docs/interop.md sums up.
 */
import { readFileSync } from "node:fs";
import type { ChainStep } from "../../src/tuf/chain.ts";
import { decisionOf } from "./decisions.ts";
import type { JudgedCase } from "./judged-cases.ts";
import { limitsOf } from "./limits.ts";
import { refusingRules } from "./our-verdict.ts";
import type { PeerStep } from "./peer.ts";
import { PEERS, type PeerName } from "./peer-table.ts";

export interface Disagreement {
  readonly client: PeerName;
  readonly case: string;
  /** Of the first root in that chain that we disagree about, counted from 1: what comes after it has another root before it. */
  readonly place: number;
  readonly ours: "accepted" | "refused";
  /**
   * The rules that refuse it here (`verify --rules`), or the client's limits for which it refuses it
   * (src/tuf/client-table.ts, decisions.ts). Empty: nobody knows.
   */
  readonly why: readonly string[];
}

export const FILE = new URL("disagreements.tsv", import.meta.url);

/** Null where both say the same of every root. `ours` may end early: then all are refused. */
export function compare(
  client: PeerName,
  { name }: JudgedCase,
  ours: readonly ChainStep[],
  theirs: readonly PeerStep[],
): Disagreement | null {
  const index = theirs.findIndex(({ accepted }, at) => accepted !== (ours[at]?.isAccepted === true));
  const step = ours[index] ?? ours.at(-1);
  if (index === -1 || step === undefined) return null;
  const common = { client, case: name, place: index + 1 } as const;
  if (!step.isAccepted) return { ...common, ours: "refused", why: refusingRules(step) };
  const limits = limitsOf(client, step);
  if (limits.length > 0) return { ...common, ours: "accepted", why: limits };
  const decision = decisionOf(client, name);
  return { ...common, ours: "accepted", why: decision === undefined ? [] : [decision.id] };
}

/** The written ones of a client, or of all, as lines. */
export function readLines(client?: PeerName): readonly string[] {
  const lines = readFileSync(FILE, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return client === undefined ? lines : lines.filter((line) => line.startsWith(`${client}\t`));
}

export function lineOf({ client, case: name, place, ours, why }: Disagreement): string {
  return [client, name, place, ours, why.join()].join("\t");
}

export function readDisagreements(): readonly Disagreement[] {
  return PEERS.flatMap(({ name: client }) =>
    readLines(client).map((line) => {
      const [, name = "", place = "", ours = "", why = ""] = line.split("\t");
      return {
        client,
        case: name,
        place: Number(place),
        ours: ours === "accepted" ? "accepted" : "refused",
        why: why.split(","),
      };
    }),
  );
}
