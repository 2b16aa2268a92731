/**
 * Everything that a holder's machine asks before the holder is asked: the request by itself, and against anchors that
 * did not come with it. Pure; all findings at once.
 */
import type { Plan } from "../ceremony/plan-types.ts";
import { isExpired } from "../tuf/expiry.ts";
import { object } from "../tuf/json.ts";
import { lintDocument, type ReadableDocument, type RootDocument } from "../tuf/metadata.ts";
import { quote } from "../tuf/quote.ts";
import { serializeDocument } from "../tuf/serialize.ts";
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

export interface JudgeOptions {
  readonly rehearsal: boolean;
  /** The holder's clock: a document that has expired is not worth a signature. */
  readonly at: UtcSecond;
}

export function judgeRequest(
  request: SigningRequest,
  anchors: Anchors,
  options: JudgeOptions,
): readonly RequestFinding[] {
  const { document } = request;
  if (document.kind === "unreadable") return lint(document.findings);
  const findings = [...judgeDocument(document, options)];
  if (anchors.plan !== null) findings.push(...judgeByScript(request, document, anchors.plan));
  if (anchors.root !== null) findings.push(...judgeByRoot(request, document, anchors.root));
  return findings;
}

function judgeDocument(
  document: ReadableDocument,
  { rehearsal, at }: JudgeOptions,
): readonly RequestFinding[] {
  const findings = [...lint(lintDocument(documentItStandsFor(document)))];
  if (document.isRehearsal !== rehearsal) {
    const found = document.isRehearsal ? "a document of a rehearsal" : "a real document";
    findings.push(finding("request/rehearsal", found));
  }
  if (document.expires !== null && isExpired(document.expires, at)) {
    findings.push(finding("request/expired", `${document.expires.text}; it is ${at}`));
  }
  return findings;
}

/** A rehearsal's document is judged as the real one it stands for. */
function documentItStandsFor(document: ReadableDocument): ReadableDocument | Uint8Array {
  if (!document.isRehearsal) return document;
  const members = [...document.signed].map(
    ([name, value]) => [name, name === "_type" ? document.kind : value] as const,
  );
  return serializeDocument(object(members), [], "compact");
}

function lint(findings: ReturnType<typeof lintDocument>): readonly RequestFinding[] {
  return findings.map(({ rule, where, found, text, severity }) => {
    const place = where === "" ? "" : ` at ${quote(where, 200)}`;
    const expected = `${rule}: ${text.split("; found ")[0]}`;
    return finding("request/document", `${found}${place}`, { expected, severity });
  });
}
