/**
 * A request against the holder's own copy of the script.
 *
 * The plan determines the whole document but for the keys that are made in the ceremony. So: the keys that the plan
 * knows must stand at their places, fresh ones of the right scheme at the others, and with them the plan must make
 * exactly this document, byte for byte.
 */
import { Buffer } from "node:buffer";
import { composeDocument } from "../ceremony/compose-document.ts";
import type { Plan, PlannedDocument } from "../ceremony/plan-types.ts";
import { describeChanges } from "../report/diff-text.ts";
import { canonicalBytes } from "../tuf/canonical.ts";
import { diffDocuments, type ReadableDocument, readDocument } from "../tuf/metadata.ts";
import { serializeDocument } from "../tuf/serialize.ts";
import { keysInPlaces } from "./keys-in-places.ts";
import type { SigningRequest } from "./read-request.ts";
import { finding, type RequestFinding } from "./request-rules.ts";

export function judgeByScript(
  request: SigningRequest,
  document: ReadableDocument,
  plan: Plan,
): readonly RequestFinding[] {
  const findings = [...judgeOrigin(request, plan)];
  // What follows from another script is no fault of the document: an honest amendment would be called a fraud.
  if (request.script !== plan.scriptSha256) return findings;
  const planned = plan.documents.find(({ role }) => role === request.role);
  if (planned === undefined) return [...findings, finding("anchor/document", `one of ${request.role}`)];
  findings.push(...judgeSigner(request, planned, plan));
  const type = request.role === "root" ? "root" : "targets";
  if (document.kind !== type) {
    return [
      ...findings,
      finding("anchor/document", `one of type ${document.kind}`, { expected: `type ${type}` }),
    ];
  }
  return [...findings, ...judgeFields(document, planned), ...judgeContent(request, document, plan)];
}

function judgeOrigin({ ceremony, script }: SigningRequest, plan: Plan): readonly RequestFinding[] {
  const findings: RequestFinding[] = [];
  if (ceremony !== plan.script.ceremony) {
    findings.push(finding("anchor/ceremony", ceremony, { expected: plan.script.ceremony }));
  }
  if (script !== plan.scriptSha256) {
    findings.push(
      finding("anchor/script", `the script ${script}`, { expected: `the script ${plan.scriptSha256}` }),
    );
  }
  return findings;
}

function judgeSigner(
  { key, holder, keyid }: SigningRequest,
  planned: PlannedDocument,
  plan: Plan,
): readonly RequestFinding[] {
  const own = plan.keys.get(key);
  if (own?.key.store !== "elsewhere" || !planned.signers.includes(key)) {
    return [finding("anchor/signer", `${key}, which is not to sign ${planned.role} elsewhere`)];
  }
  const findings: RequestFinding[] = [];
  if (own.key.holder !== holder) {
    const expected = `${key} of ${own.key.holder}`;
    findings.push(finding("anchor/signer", `${key} of ${holder}`, { expected }));
  }
  if (own.knownKeyid !== keyid) {
    const expected = `${key} with the keyid ${own.knownKeyid ?? "of its enrolment"}`;
    findings.push(finding("anchor/own-key", `the keyid ${keyid}`, { expected }));
  }
  const counts = planned.gates.some(({ keys }) => keys.some((counted) => counted.keyid === keyid));
  if (!counts) findings.push(finding("request/signer", `the key ${keyid}`));
  return findings;
}

function judgeFields(document: ReadableDocument, planned: PlannedDocument): readonly RequestFinding[] {
  const findings: RequestFinding[] = [];
  if (document.version !== planned.version) {
    const expected = `version ${planned.version}`;
    findings.push(finding("anchor/version", `version ${document.version}`, { expected }));
  }
  if (document.expires?.text !== planned.expires) {
    const found = document.expires?.text ?? "no readable time";
    findings.push(finding("anchor/expires", found, { expected: planned.expires }));
  }
  return findings;
}

function judgeContent(
  request: SigningRequest,
  document: ReadableDocument,
  plan: Plan,
): readonly RequestFinding[] {
  const { keys, findings } = keysInPlaces(plan, request.role, document);
  if (findings.length > 0) return findings;
  const wanted = composeDocument(plan, request.role, keys, false);
  if (Buffer.compare(canonicalBytes(wanted), request.payload) === 0) return [];
  const changes = diffDocuments(readDocument(serializeDocument(wanted, [], "compact")), document);
  // Those two have been told by rules of their own.
  const rest = changes.filter(
    (change) => change.kind !== "field" || (change.field !== "version" && change.field !== "expires"),
  );
  return describeChanges(rest)
    .slice(0, 20)
    .map((sentence) => finding("anchor/content", sentence));
}
