/**
 * The trusted previous metadata: read, verified as clients would, and handed on for what the script carries over.
 *
 * That it has expired does not matter here: an expired root is still the one whose keys sign the next
 * (TUF specification 1.0.34 §5.3), and recovery begins where something was missed.
 */

import { CLIENT_LIMITS, type VerifyOptions, verifyChain } from "../tuf/chain.ts";
import { type NamedDocument, verifyDelegated } from "../tuf/delegation-chain.ts";
import type { ReadDocument, RootDocument, TargetsDocument } from "../tuf/documents.ts";
import { verifyByJavaScript } from "../tuf/javascript-signatures.ts";
import { readDocument } from "../tuf/metadata.ts";
import { quote } from "../tuf/quote.ts";
import type { Finding } from "../tuf/rules.ts";
import { isUtcSecond, type UtcSecond } from "../tuf/types.ts";
import type { PreviousDocument } from "./plan-types.ts";
import type { RoleName, Script } from "./script.ts";
import type { Findings } from "./script-rules/findings.ts";

export interface Previous {
  /** null: a bootstrap, or a root that is not to be trusted. */
  readonly root: RootDocument | null;
  /** targets and delegated roles. */
  readonly targets: ReadonlyMap<RoleName, TargetsDocument>;
  readonly documents: ReadonlyMap<RoleName, PreviousDocument>;
}

export function readPrevious(
  script: Script,
  inputs: ReadonlyMap<string, Uint8Array>,
  findings: Findings,
): Previous {
  const nothing: Previous = { root: null, targets: new Map(), documents: new Map() };
  if (script.previous.size === 0) return nothing;
  checkRoles(script, findings);
  const read = new Map<RoleName, ReadDocument>();
  for (const [role, { file }] of script.previous) {
    const bytes = inputs.get(file);
    if (bytes !== undefined) read.set(role, readDocument(bytes));
  }
  const root = acceptRoot(read.get("root"), findings);
  if (root === null) return nothing;
  const targets = acceptTargets(root, read, findings);
  const documents = new Map<RoleName, PreviousDocument>();
  for (const [role, document] of [["root", root] as const, ...targets]) {
    const sha256 = script.previous.get(role)?.sha256;
    if (sha256 === undefined || document.version === null) continue;
    documents.set(role, { role, version: document.version, sha256, signed: document.signed });
  }
  return { root, targets, documents };
}

function checkRoles({ previous, roles }: Script, findings: Findings): void {
  if (!previous.has("root")) findings.at("previous", "plan/previous-root", { found: "no root" });
  for (const role of previous.keys()) {
    const isOnline = role === "snapshot" || role === "timestamp";
    if (isOnline || !roles.has(role)) {
      findings.at(`previous.${role}`, "plan/previous-role", {
        found: isOnline ? `${role}, which is signed online` : `${role}, which is not in \`roles\``,
      });
    }
  }
}

/** Before any document was ever signed, so that nothing has expired. */
const NEVER_EXPIRED = utc("1970-01-01T00:00:00Z");
const OPTIONS: VerifyOptions = {
  at: NEVER_EXPIRED,
  limits: CLIENT_LIMITS,
  rehearsal: false,
  secondOpinion: verifyByJavaScript,
};

function acceptRoot(document: ReadDocument | undefined, findings: Findings): RootDocument | null {
  if (document === undefined) return null;
  const [step] = verifyChain(document, [], OPTIONS).steps;
  if (step?.isAccepted === true && document.kind === "root") return document;
  report("root", step?.findings ?? [], findings);
  return null;
}

function acceptTargets(
  root: RootDocument,
  read: ReadonlyMap<RoleName, ReadDocument>,
  findings: Findings,
): ReadonlyMap<RoleName, TargetsDocument> {
  const named: NamedDocument[] = [];
  for (const [name, document] of read) {
    if (name !== "root" && name !== "snapshot" && name !== "timestamp") named.push({ name, document });
  }
  const accepted = new Map<RoleName, TargetsDocument>();
  for (const step of verifyDelegated(root, named, OPTIONS)) {
    if (step.isAccepted && step.document.kind === "targets") accepted.set(step.name, step.document);
    else report(step.name, step.findings, findings);
  }
  return accepted;
}

function report(role: RoleName, problems: readonly Finding[], findings: Findings): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  for (const { rule, where, found } of errors) {
    const place = where === "" ? "" : ` at ${quote(where)}`;
    findings.at(`previous.${role}`, "plan/previous", { found: `${rule}: ${quote(found)}${place}` });
  }
  if (errors.length === 0) findings.at(`previous.${role}`, "plan/previous", { found: "another document" });
}

function utc(text: string): UtcSecond {
  if (!isUtcSecond(text)) throw new TypeError(`${text} is no date`);
  return text;
}
