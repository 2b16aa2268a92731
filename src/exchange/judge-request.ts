/**
 * Everything that a holder's machine asks before the holder is asked: the request by itself, and against anchors that
 * did not come with it. Pure; all findings at once.
 */
import type { Plan } from "../ceremony/plan-types.ts";
import { isExpired } from "../tuf/expiry.ts";
import { lintDocument, type RootDocument } from "../tuf/metadata.ts";
import { quote } from "../tuf/quote.ts";
import type { UtcSecond } from "../tuf/types.ts";
import { judgeByRoot } from "./judge-by-root.ts";
import { judgeByScript } from "./judge-by-script.ts";
import type { SigningRequest } from "./read-request.ts";
import { finding, type RequestFinding } from "./request-rules.ts";

/** What the holder trusts; at least one of the two. */
export interface Anchors {
  /** Made from the holder's own copy of the script. */
  readonly plan: Plan | null;
  /** The root that the holder trusts, judged already (`judgeOwnRoot`). */
  readonly root: RootDocument | null;
}

/** `at`: the holder's clock; a document that has expired is not worth a signature. */
export function judgeRequest(
  request: SigningRequest,
  anchors: Anchors,
  at: UtcSecond,
): readonly RequestFinding[] {
  const { document } = request;
  if (document.kind === "unreadable") return lint(document.findings);
  // A rehearsal's document is an error there: holders elsewhere have no part in rehearsals.
  const findings = [...lint(lintDocument(document))];
  if (document.expires !== null && isExpired(document.expires, at)) {
    findings.push(finding("request/expired", `${document.expires.text}; it is ${at}`));
  }
  if (anchors.plan !== null) findings.push(...judgeByScript(request, document, anchors.plan));
  if (anchors.root !== null) findings.push(...judgeByRoot(request, document, anchors.root));
  return findings;
}

function lint(findings: ReturnType<typeof lintDocument>): readonly RequestFinding[] {
  return findings.map(({ rule, where, found, text, severity }) => {
    const place = where === "" ? "" : ` at ${quote(where, 200)}`;
    const expected = `${rule}: ${text.split("; found ")[0]}`;
    return finding("request/document", `${found}${place}`, { expected, severity });
  });
}
