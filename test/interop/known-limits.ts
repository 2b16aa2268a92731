/**
 * What peers can't read of what ceremonies make, or can't find in it. Exact: where one of them begins to, the tests fail,
 * and its row has to go.
 */
import type { PeerName } from "./peer-table.ts";
import { isForBins, type Shape } from "./sample-ceremonies.ts";

export interface KnownLimit {
  readonly client: PeerName;
  /** Whether a repository of that shape runs into it. */
  readonly hits: (shape: Shape) => boolean;
  /** `root`, and with it everything; a role, and with it what is below; or the target, all metadata being accepted. */
  readonly refuses: "root" | "bins" | "target";
  readonly error: RegExp;
  readonly what: string;
  readonly why: string;
}

export const KNOWN_LIMITS: readonly KnownLimit[] = [
  {
    client: "tough",
    hits: ({ scheme }) => scheme === "ecdsa-sha2-nistp384",
    refuses: "root",
    error: /Invalid SubjectPublicKeyInfo document|unknown variant `ecdsa-sha2-nistp384`/,
    what: "refuses a root with a key on P-384",
    why: "It has no such scheme, and one key of that kind anywhere in a root stops its parser.",
  },
  {
    client: "tough",
    hits: ({ delegating }) => delegating === "succinct bins",
    refuses: "bins",
    error: /missing field `roles`/,
    what: "refuses bins in succinct form",
    why: "It has no succinct_roles (TAP 15).",
  },
  {
    client: "go-tuf",
    hits: isForBins,
    refuses: "target",
    error: /target \S+ not found/,
    what: "accepts all metadata, and does not find a target in hash bins",
    why:
      "It compares path_hash_prefixes with the hash in base64, not in hex, so that it looks in no bin or in a wrong one: " +
      "merged as https://github.com/theupdateframework/go-tuf/pull/783 in September 2026, in no release up to 2.4.2.",
  },
];

/** What is not asked, since nobody would wait for the answer. */
export interface TooSlow {
  readonly client: PeerName;
  readonly questions: readonly Question[];
  /** From so many bins on. */
  readonly bins: number;
  readonly why: string;
}

export type Question = "chain" | "delegated" | "refresh";

export const TOO_SLOW: readonly TooSlow[] = [
  {
    client: "tuf-js",
    questions: ["delegated", "refresh"],
    bins: 16_384,
    why: "It copies all delegations for each of them: more than a minute each time it parses so many (docs/decisions/partial-client-check.md).",
  },
  {
    client: "tough",
    questions: ["refresh"],
    bins: 1024,
    why: "It loads every bin before anything else, and waits for a tenth of a second before each.",
  },
];

export function isTooSlow(client: PeerName, question: Question, { bins }: Shape): boolean {
  return TOO_SLOW.some(
    (slow) => slow.client === client && slow.questions.includes(question) && bins >= slow.bins,
  );
}

/** At most one limit of a client stands in the way of a shape: the first of the table. */
export function limitOf(client: PeerName, shape: Shape): KnownLimit | undefined {
  return KNOWN_LIMITS.find((limit) => limit.client === client && limit.hits(shape));
}
