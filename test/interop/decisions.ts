/**
 * Why we accept what a client refuses, where its reason is not in src/tuf/client-table.ts: nobody makes such documents,
 * only our traps and roots from long ago have them. That a decision is missing, or is of no use any more, fails a test.
 */
import type { PeerName } from "./peer-table.ts";

export interface Decision {
  readonly id: string;
  readonly clients: readonly PeerName[];
  /** The names of its cases (judged-cases.ts). */
  readonly cases: RegExp;
  /** What they can't read. */
  readonly what: string;
  readonly why: string;
}

export const DECISIONS: readonly Decision[] = [
  {
    id: "decision/equal-members",
    clients: ["tough"],
    cases: /^published\/tough-duplicate-keyid$|^traps\/duplicates\/.* twice, both equal$/,
    what: "a member that tough knows, twice with the same value",
    why: "It means one thing only, and a root of tough's own has it; we accept it with a warning (document/repeated-member).",
  },
  {
    id: "decision/keyid-in-role",
    clients: ["tough"],
    cases: /^traps\/roles\/root names a keyid without a key, the others are enough$/,
    what: "a keyid of a role that is no hex",
    why: "There is no key for it, so that it can never sign; the others are enough (role/dangling-keyid warns).",
  },
  {
    id: "decision/line-feed-before-pem",
    clients: ["tough", "tuf-js"],
    cases: /^traps\/same-key\/.* in a PEM with a line feed in front$/,
    what: "a PEM with a line feed in front",
    why: "OpenSSL reads it, and with it python-tuf and go-tuf; it is one key, counted once.",
  },
  {
    id: "decision/compressed-point",
    clients: ["go-tuf"],
    cases: /^traps\/same-key\/.*: P-256 compressed in its PEM$/,
    what: "a point on P-256 that is compressed in its PEM",
    why: "SEC 1 allows it and OpenSSL reads it; Go reads uncompressed points only.",
  },
  {
    id: "decision/long-fraction",
    clients: ["go-tuf"],
    cases: /^traps\/dates\/odd and clear: \S+\.\d{10,}Z$/,
    what: "a date of expiry with more than nine digits of a second",
    why: "It means one instant, and the fraction is cut off (document/expires-form warns); Go writes nine digits at most.",
  },
];

export function decisionOf(client: PeerName, name: string): Decision | undefined {
  return DECISIONS.find(({ clients, cases }) => clients.includes(client) && cases.test(name));
}
