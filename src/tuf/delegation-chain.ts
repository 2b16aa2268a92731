/**
 * Verifies what hangs below a trusted root: targets, snapshot and timestamp under root, delegated roles (bins, bin-n)
 * under the targets metadata that names them (TUF specification 1.0.34 §5.6).
 */

import { findingsOf, observeThreshold, type VerifyOptions } from "./chain.ts";
import type { ReadDocument, RootDocument, TargetsDocument } from "./documents.ts";
import { isExpired } from "./expiry.ts";
import type { ParsedKey } from "./keys.ts";
import { TOP_LEVEL_ROLES } from "./read-root.ts";
import { type Finding, hasErrors, judge, type Observation } from "./rules.ts";
import { countSignatures, observeSignatures, type ThresholdResult } from "./threshold.ts";
import type { KeyId, RoleKeys } from "./types.ts";

/** A document and the role that it is said to be for; in a consistent snapshot `1.bins.json` is for `bins`. */
export interface NamedDocument {
  readonly name: string;
  readonly document: ReadDocument;
}

export interface DelegatedStep extends NamedDocument {
  /** The role whose document says who may sign; null where no verified document does. */
  readonly delegator: string | null;
  readonly own: ThresholdResult | null;
  readonly findings: readonly Finding[];
  readonly isAccepted: boolean;
}

interface Authority {
  readonly delegator: string;
  readonly role: RoleKeys;
  readonly keys: ReadonlyMap<KeyId, ParsedKey>;
}

/**
 * Judges every document against those that were accepted before it, whatever order they come in. `root` is trusted
 * already. A role that several documents delegate to is accepted if one of them is satisfied.
 */
export function verifyDelegated(
  root: RootDocument,
  documents: readonly NamedDocument[],
  options: VerifyOptions,
): readonly DelegatedStep[] {
  const steps = new Map<NamedDocument, DelegatedStep>();
  const delegators = [authoritiesOfRoot(root)];
  let waiting: readonly NamedDocument[] = documents;
  while (waiting.length > 0) {
    const found = delegators.splice(0);
    if (found.length === 0) break;
    for (const named of waiting) {
      for (const authorityFor of found) {
        const authority = authorityFor(named.name);
        if (authority === null || steps.get(named)?.isAccepted === true) continue;
        const step = verifyUnder(authority, named, options);
        steps.set(named, step);
        if (step.isAccepted && named.document.kind === "targets") {
          delegators.push(authoritiesOfTargets(named.name, named.document));
        }
      }
    }
    waiting = waiting.filter((named) => steps.get(named)?.isAccepted !== true);
  }
  return documents.map((named) => steps.get(named) ?? verifyUnder(null, named, options));
}

function verifyUnder(
  authority: Authority | null,
  { name, document }: NamedDocument,
  options: VerifyOptions,
): DelegatedStep {
  const own =
    authority === null || document.kind === "unreadable"
      ? null
      : countSignatures(document, authority.role, authority.keys, options);
  const observed: readonly Observation[] = [
    ...observeForm(name, document, authority, options),
    ...observeThreshold("threshold/delegator", own),
    ...observeSignatures(own === null ? [] : [own]),
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
  if (document.kind === "targets" && document.sizeBytes > limits.targetsBytes) {
    const found = `${document.sizeBytes} bytes, more than ${limits.targetsBytes}`;
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

function authoritiesOfRoot(root: RootDocument): (name: string) => Authority | null {
  return (name) => {
    const role = name === "root" ? undefined : root.roles.get(name);
    const isTopLevel = TOP_LEVEL_ROLES.some((known) => known === name);
    return role === undefined || !isTopLevel ? null : { delegator: "root", role, keys: root.keys };
  };
}

function authoritiesOfTargets(
  delegator: string,
  { delegations }: TargetsDocument,
): (name: string) => Authority | null {
  if (delegations === null) return () => null;
  const { keys, succinct } = delegations;
  const roles = new Map(delegations.roles.map((role) => [role.name, role]));
  return (name) => {
    const role = roles.get(name) ?? (succinct !== null && isBinOf(succinct, name) ? succinct : undefined);
    return role === undefined ? null : { delegator, role, keys };
  };
}

/** TAP 15: the bin's number in lower-case hex, as many digits as the largest needs. */
function isBinOf(
  { namePrefix, bitLength }: { readonly namePrefix: string; readonly bitLength: number },
  name: string,
): boolean {
  const digits = name.slice(namePrefix.length + 1);
  if (!name.startsWith(`${namePrefix}-`) || !/^[0-9a-f]{1,8}$/.test(digits)) return false;
  const count = 2 ** bitLength;
  return digits.length === (count - 1).toString(16).length && Number.parseInt(digits, 16) < count;
}
