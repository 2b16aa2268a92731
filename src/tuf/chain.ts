/**
 * Verifies a chain of roots (TUF specification 1.0.34 §5.3), step by step and without stopping at the first mistake.
 *
 * Each successor stands on its own: it is judged against the root that is trusted at that moment, and a bad one leaves
 * that root trusted. Expiry is asked of the last trusted root only, against a time fixed by the caller.
 */

import type { ReadDocument, RootDocument } from "./documents.ts";
import { isExpired } from "./expiry.ts";
import { type NamedKeys, observeReusedKeyIds, rememberNames } from "./named-keys.ts";
import { type Finding, hasErrors, judge, type Observation } from "./rules.ts";
import { type CountOptions, countSignatures, observeSignatures, type ThresholdResult } from "./threshold.ts";
import type { RoleKeys, UtcSecond } from "./types.ts";

export interface ClientLimits {
  /** A larger root is refused. */
  readonly rootBytes: number;
  /** Larger metadata of targets and delegated roles is refused. */
  readonly targetsBytes: number;
  /** A longer chain gets a warning: clients need more than one refresh for it. */
  readonly rotations: number;
}

/** What python-tuf, go-tuf and tuf-js stop at by default. */
export const CLIENT_LIMITS: ClientLimits = { rootBytes: 512_000, targetsBytes: 5_000_000, rotations: 256 };

export interface VerifyOptions extends CountOptions {
  /** The time that expiry is measured against. */
  readonly at: UtcSecond;
  readonly limits: ClientLimits;
  /** Whether documents of a rehearsal are what is expected. */
  readonly rehearsal: boolean;
}

export interface ChainStep {
  readonly document: ReadDocument;
  /** Counted under the document's own root role; null where it has none that could be used. */
  readonly own: ThresholdResult | null;
  /** Counted under the root that was trusted at that moment; null for the first document. */
  readonly previous: ThresholdResult | null;
  /** The root it was judged against; null for the first document. */
  readonly trustedBefore: RootDocument | null;
  readonly findings: readonly Finding[];
  readonly isAccepted: boolean;
}

export interface ChainResult {
  /** Every document was accepted, and the last has not expired. */
  readonly isValid: boolean;
  /** One for each document; only the first where that one was refused: then nothing says who may sign the others. */
  readonly steps: readonly ChainStep[];
  /** The last root that was accepted, expired or not. */
  readonly trusted: RootDocument | null;
  /** About the chain as a whole: expiry, length. */
  readonly findings: readonly Finding[];
}

/**
 * `trusted` is where trust starts: it has to be well-formed and to meet its own threshold; whether it has expired does
 * not matter unless it is also the last.
 */
export function verifyChain(
  trusted: ReadDocument,
  successors: readonly ReadDocument[],
  options: VerifyOptions,
): ChainResult {
  const first = verifyFirst(trusted, options);
  const steps = [first];
  const named: NamedKeys = new Map();
  let last = acceptedRoot(first);
  for (const document of successors) {
    if (last === null) break;
    rememberNames(named, last.keys);
    const step = verifyNext(last, named, document, options);
    steps.push(step);
    last = acceptedRoot(step) ?? last;
  }
  const findings = judge(observeChain(last, successors.length, options), "reading");
  const isComplete = steps.length === successors.length + 1 && steps.every((step) => step.isAccepted);
  return { isValid: isComplete && !hasErrors(findings), steps, trusted: last, findings };
}

/** The document's findings of the profile `reading`, as far as they matter here. */
export function findingsOf(document: ReadDocument, options: VerifyOptions): readonly Finding[] {
  return document.findings.filter((finding) => !(options.rehearsal && finding.rule === "document/rehearsal"));
}

function verifyFirst(document: ReadDocument, options: VerifyOptions): ChainStep {
  return conclude(document, null, observeForm(document, options), options);
}

function verifyNext(
  trusted: RootDocument,
  named: NamedKeys,
  document: ReadDocument,
  options: VerifyOptions,
): ChainStep {
  const observed = observeForm(document, options);
  if (document.kind === "root" && document.version !== null) {
    const expected = (trusted.version ?? Number.NaN) + 1;
    if (document.version !== expected) {
      const found = `version ${document.version} after version ${trusted.version}`;
      observed.push({ rule: "chain/version", where: "/signed/version", found });
    }
  }
  if (document.kind === "root") observed.push(...observeReusedKeyIds(named, document.keys, "/signed/keys"));
  return conclude(document, trusted, observed, options);
}

function observeForm(document: ReadDocument, { limits }: VerifyOptions): Observation[] {
  const observed: Observation[] = [];
  if (document.kind !== "unreadable" && document.sizeBytes > limits.rootBytes) {
    const found = `${document.sizeBytes} bytes, more than ${limits.rootBytes}`;
    observed.push({ rule: "document/size", where: "", found });
  }
  if (document.kind !== "root" && document.kind !== "unreadable") {
    observed.push({ rule: "chain/not-root", where: "/signed/_type", found: document.kind });
  }
  return observed;
}

function conclude(
  document: ReadDocument,
  trusted: RootDocument | null,
  observed: readonly Observation[],
  options: VerifyOptions,
): ChainStep {
  const ownRole = document.kind === "root" ? document.roles.get("root") : undefined;
  const own = count(document, document, ownRole, options);
  const previous = count(document, trusted, trusted?.roles.get("root"), options);
  const counts = [own, previous].filter((result) => result !== null);
  const findings = [
    ...findingsOf(document, options),
    ...judge(
      [
        ...observed,
        ...observeThreshold("threshold/own", own),
        ...observeThreshold("threshold/previous", previous),
        ...observeSignatures(counts),
      ],
      "reading",
    ),
  ];
  const isAccepted =
    own?.isMet === true && (trusted === null || previous?.isMet === true) && !hasErrors(findings);
  return { document, own, previous, trustedBefore: trusted, findings, isAccepted };
}

function count(
  document: ReadDocument,
  authority: ReadDocument | null,
  role: RoleKeys | undefined,
  options: VerifyOptions,
): ThresholdResult | null {
  if (document.kind === "unreadable" || authority?.kind !== "root" || role === undefined) return null;
  return countSignatures(document, role, authority.keys, options);
}

/** The finding that a threshold was not met; none where nothing could be counted, since then something else is wrong. */
export function observeThreshold(
  rule: "threshold/own" | "threshold/previous" | "threshold/delegator",
  result: ThresholdResult | null,
): readonly Observation[] {
  if (result === null || result.isMet) return [];
  const found = `${result.valid} of ${result.threshold}, ${result.keys} keys`;
  return [{ rule, where: "/signatures", found }];
}

function acceptedRoot(step: ChainStep): RootDocument | null {
  return step.isAccepted && step.document.kind === "root" ? step.document : null;
}

function observeChain(
  last: RootDocument | null,
  rotations: number,
  { at, limits }: VerifyOptions,
): readonly Observation[] {
  const observed: Observation[] = [];
  if (rotations > limits.rotations) {
    const found = `${rotations} new roots, more than ${limits.rotations}`;
    observed.push({ rule: "chain/length", where: "", found });
  }
  if (last !== null && (last.expires === null || isExpired(last.expires, at))) {
    const found = `version ${last.version}, which expires ${last.expires?.text ?? "at no readable time"}, at ${at}`;
    observed.push({ rule: "chain/expired", where: "/signed/expires", found });
  }
  return observed;
}
