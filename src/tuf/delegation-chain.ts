/**
 * Verifies what hangs below a trusted root: targets, snapshot and timestamp under root, delegated roles (bins, bin-n)
 * under the targets metadata that names them (TUF specification 1.0.34 §5.6).
 */

import { Buffer } from "node:buffer";
import { type Authority, type Delegation, delegationsOfRoot, delegationsOfTargets } from "./authorities.ts";
import { findingsOf, observeThreshold, type VerifyOptions } from "./chain.ts";
import { type Covers, observeStrayTargets } from "./delegated-paths.ts";
import type { ReadDocument, RootDocument } from "./documents.ts";
import { isExpired } from "./expiry.ts";
import { listingRoleOf, observeListing } from "./listed-files.ts";
import { type NamedKeys, observeReusedKeyIds, rememberNames } from "./named-keys.ts";
import { TOP_LEVEL_ROLES } from "./read-root.ts";
import { type Finding, hasErrors, judge, type Observation } from "./rules.ts";
import { countSignatures, observeSignatures, type ThresholdResult } from "./threshold.ts";

/** A document and the role that it is said to be for; in a consistent snapshot `1.bins.json` is for `bins`. */
export interface NamedDocument {
  readonly name: string;
  readonly document: ReadDocument;
  /** The file; without it, its length and hashes are not compared with what is listed. */
  readonly bytes?: Uint8Array;
}

export interface DelegatedStep extends Omit<NamedDocument, "bytes"> {
  /** The role whose document says who may sign; null where no verified document does. */
  readonly delegator: string | null;
  readonly own: ThresholdResult | null;
  readonly findings: readonly Finding[];
  readonly isAccepted: boolean;
}

/** What python-tuf, go-tuf and tuf-js read of one; how long snapshot may be, timestamp can say. */
const TIMESTAMP_BYTES = 16_384;

/**
 * Judges every document against those that were accepted before it, whatever order they come in. `root` is trusted
 * already. A role that several accepted documents delegate to has to satisfy all of them: clients ask the one whose way
 * they came, and each of them must find the same. Of several versions of a role only the newest that is accepted
 * delegates.
 */
export function verifyDelegated(
  root: RootDocument,
  documents: readonly NamedDocument[],
  options: VerifyOptions,
): readonly DelegatedStep[] {
  const steps = new Map<NamedDocument, DelegatedStep>();
  const newest = new Map<string, NamedDocument>();
  const byName = Map.groupBy(documents, ({ name }) => name);
  const covering = new Map<string, Covers[]>();
  const namedKeys: NamedKeys = new Map();
  rememberNames(namedKeys, root.keys);
  let delegations: readonly Delegation[] = delegationsOfRoot(root);
  while (delegations.length > 0) {
    const changed = new Set<string>();
    for (const { namesAmong, authorityFor } of delegations) {
      for (const name of namesAmong(byName)) {
        const authority = authorityFor(name);
        if (authority === null) continue;
        changed.add(name);
        if (authority.covers !== null) addTo(covering, name, authority.covers);
        for (const named of byName.get(name) ?? []) {
          const before = steps.get(named);
          if (before?.isAccepted === false) continue; // one that refuses is enough
          const step = verifyUnder(authority, named, namedKeys, options);
          if (before === undefined || !step.isAccepted) steps.set(named, step);
        }
      }
    }
    delegations = Array.from(changed).flatMap((name) => {
      const latest = findNewest(byName.get(name) ?? [], steps);
      if (latest === undefined || newest.get(name) === latest) return [];
      newest.set(name, latest);
      if (latest.document.kind !== "targets") return [];
      rememberNames(namedKeys, latest.document.delegations?.keys ?? new Map());
      return delegationsOfTargets(name, latest.document);
    });
  }
  const equivocal = findEquivocal(byName.values(), steps);
  return documents.map((named) => {
    const step = steps.get(named) ?? verifyUnder(null, named, namedKeys, options);
    if (!step.isAccepted) return step;
    if (equivocal.has(named)) return equivocating(step);
    const latest = newest.get(named.name) ?? named;
    if (versionOf(latest) > versionOf(named)) return superseded(step);
    const stray = judge(observeStrayTargets(named.document, covering.get(named.name) ?? []), "reading");
    return compareWithListing({ ...step, findings: [...step.findings, ...stray] }, named, newest);
  });
}

function addTo<Value>(lists: Map<string, Value[]>, name: string, value: Value): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}

/** Of the accepted ones, those that share role and version with one that says something else, whoever signed. */
function findEquivocal(
  groups: Iterable<readonly NamedDocument[]>,
  steps: ReadonlyMap<NamedDocument, DelegatedStep>,
): ReadonlySet<NamedDocument> {
  const found = new Set<NamedDocument>();
  for (const group of groups) {
    const accepted = group.filter((named) => steps.get(named)?.isAccepted === true);
    for (const same of Map.groupBy(accepted, versionOf).values()) {
      const [first] = same;
      if (first === undefined || same.every((other) => hasSamePayload(first.document, other.document)))
        continue;
      for (const named of same) found.add(named);
    }
  }
  return found;
}

function hasSamePayload(a: ReadDocument, b: ReadDocument): boolean {
  return a.kind !== "unreadable" && b.kind !== "unreadable" && Buffer.compare(a.payload, b.payload) === 0;
}

/** Nobody can say which of them is meant, so neither is accepted. */
function equivocating(step: DelegatedStep): DelegatedStep {
  const found = `version ${versionOf(step)} with other content, signed as well`;
  const observed: Observation = { rule: "trust/equivocation", where: "/signed/version", found };
  const findings = [...step.findings, ...judge([observed], "reading")];
  return { ...step, findings, isAccepted: false };
}

function compareWithListing(
  step: DelegatedStep,
  { name, document, bytes }: NamedDocument,
  newest: ReadonlyMap<string, NamedDocument>,
): DelegatedStep {
  const role = listingRoleOf(name);
  const listing = role === null ? undefined : newest.get(role);
  if (listing === undefined || document.kind === "unreadable") return step;
  const observed = observeListing(name, document, bytes ?? null, listing.document);
  if (observed.length === 0) return step;
  return { ...step, findings: [...step.findings, ...judge(observed, "reading")], isAccepted: false };
}

/** The accepted one with the highest version; of two, the first. */
function findNewest(
  documents: readonly NamedDocument[],
  steps: ReadonlyMap<NamedDocument, DelegatedStep>,
): NamedDocument | undefined {
  const accepted = documents.filter((named) => steps.get(named)?.isAccepted === true);
  return accepted.reduce<NamedDocument | undefined>(
    (latest, named) => (latest === undefined || versionOf(named) > versionOf(latest) ? named : latest),
    undefined,
  );
}

function versionOf({ document }: Pick<NamedDocument, "document">): number {
  return document.kind === "unreadable" ? 0 : (document.version ?? 0);
}

function superseded(step: DelegatedStep): DelegatedStep {
  const found = `version ${versionOf(step)}`;
  const observed: Observation = { rule: "trust/superseded", where: "/signed/version", found };
  return { ...step, findings: [...step.findings, ...judge([observed], "reading")] };
}

function verifyUnder(
  authority: Authority | null,
  { name, document }: NamedDocument,
  namedKeys: NamedKeys,
  options: VerifyOptions,
): DelegatedStep {
  const own =
    authority === null || document.kind === "unreadable"
      ? null
      : countSignatures(document, authority.role, authority.keys, options);
  const observed: readonly Observation[] = [
    ...observeForm(name, document, authority, options),
    ...observeKeyIds(document, namedKeys),
    ...observeThreshold("threshold/delegator", own),
    ...observeSignatures(own === null ? [] : [own]),
    ...observeUnsoundKeys(own),
  ];
  const findings = [...findingsOf(document, options), ...judge(observed, "reading")];
  const delegator = authority?.delegator ?? null;
  return {
    name,
    document,
    delegator,
    own,
    findings,
    isAccepted: own?.isMet === true && !hasErrors(findings),
  };
}

function observeKeyIds(document: ReadDocument, namedKeys: NamedKeys): readonly Observation[] {
  if (document.kind !== "targets" || document.delegations === null) return [];
  return observeReusedKeyIds(namedKeys, document.delegations.keys, "/signed/delegations/keys");
}

/** Where a delegator has very many keys, they are looked at when they have signed something. */
function observeUnsoundKeys(own: ThresholdResult | null): readonly Observation[] {
  return (own?.unsound ?? []).map(({ index, problem }) => ({
    rule: problem.rule,
    where: `/signatures/${index}`,
    found: problem.text,
  }));
}

function observeForm(
  name: string,
  document: ReadDocument,
  authority: Authority | null,
  { at, limits }: VerifyOptions,
): readonly Observation[] {
  const observed: Observation[] = [];
  if (authority === null) observed.push({ rule: "trust/no-delegator", where: "", found: "none" });
  if (document.kind === "unreadable") return observed;
  if (document.kind !== typeOfRole(name)) {
    observed.push({ rule: "trust/type", where: "/signed/_type", found: document.kind });
  }
  const most = { targets: limits.targetsBytes, timestamp: TIMESTAMP_BYTES, snapshot: null, root: null }[
    document.kind
  ];
  if (most !== null && document.sizeBytes > most) {
    const found = `${document.sizeBytes} bytes, more than ${most}`;
    observed.push({ rule: "document/size", where: "", found });
  }
  if (document.expires !== null && isExpired(document.expires, at)) {
    const found = `expires ${document.expires.text}, at ${at}`;
    observed.push({ rule: "trust/expired", where: "/signed/expires", found });
  }
  return observed;
}

function typeOfRole(name: string): string {
  return TOP_LEVEL_ROLES.find((role) => role === name) ?? "targets";
}
