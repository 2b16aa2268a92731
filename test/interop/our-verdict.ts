/** What `tuf-ceremony verify` says of what peers are asked: step by step, whatever has expired, however large it is. */
import { type ChainStep, verifyChain } from "../../src/tuf/chain.ts";
import { type DelegatedStep, verifyDelegated } from "../../src/tuf/delegation-chain.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { RuleId } from "../../src/tuf/rules.ts";
import type { SignatureVerifier } from "../../src/tuf/signatures.ts";
import { utc } from "../support/sample-metadata.ts";
import type { DelegatedDocument } from "./peer.ts";

/** Peers look at expiry and at sizes only where they are a client that downloads. */
const OPTIONS = {
  at: utc("1970-01-01T00:00:00Z"),
  limits: { rootBytes: Infinity, targetsBytes: Infinity, rotations: Infinity },
  rehearsal: false,
};

/** One step for each root; only the first where that one is refused, since then all are, for its reason. */
export function judgeRoots(
  roots: readonly Uint8Array[],
  secondOpinion: SignatureVerifier | null,
): readonly ChainStep[] {
  const [first, ...successors] = roots.map(readDocument);
  if (first === undefined) throw new RangeError("a chain has one root at least");
  return verifyChain(first, successors, { ...OPTIONS, secondOpinion }).steps;
}

/** Below a root that is accepted by itself. */
export function judgeDelegated(
  root: Uint8Array,
  documents: readonly DelegatedDocument[],
  secondOpinion: SignatureVerifier | null,
): readonly DelegatedStep[] {
  const options = { ...OPTIONS, secondOpinion };
  const { trusted } = verifyChain(readDocument(root), [], options);
  if (trusted === null) throw new TypeError("a root that is not accepted");
  const named = documents.map(({ name, bytes }) => ({ name, document: readDocument(bytes) }));
  return verifyDelegated(trusted, named, options);
}

/** The rules that refuse it, each once, in the order in which they were found. */
export function refusingRules({ findings }: Pick<ChainStep, "findings">): readonly RuleId[] {
  return [...new Set(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule))];
}
