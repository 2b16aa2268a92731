/** A review for people and for programs. */
import { describeChanges } from "../report/diff-text.ts";
import { hang } from "../report/lines.ts";
import { pgpWords } from "../terminal/words.ts";
import { diffDocuments } from "../tuf/metadata.ts";
import { describeRequest, digestBlock } from "./change-text.ts";
import { forbidsSigning, type RequestFinding } from "./request-rules.ts";
import type { Review } from "./review-request.ts";

/** What is asked for, if it can be told, and everything that was found. */
export function renderReview(review: Review): readonly string[] {
  const { request, findings } = review;
  const blocks = request === null ? [] : [...describeRequest(review, request)];
  if (request !== null && !forbidsSigning(findings)) blocks.push(digestBlock(request));
  return [...blocks.flatMap((block) => [...block, ""]), ...findings.flatMap(renderFinding)];
}

/** The part of `--json` that says what was judged. */
export function reviewDocument({ request, findings, unconfirmed, before }: Review): Record<string, unknown> {
  if (request === null) return { request: null, findings };
  const { ceremony, script, role, key, holder, keyid, sha256, document } = request;
  const version = document.kind === "unreadable" ? null : document.version;
  const changes = document.kind === "unreadable" ? [] : diffDocuments(before, document);
  return {
    request: { ceremony, script, role, version, key, holder, keyid, sha256, words: pgpWords(sha256) },
    changes,
    sentences: describeChanges(changes),
    unconfirmed: unconfirmed.map(({ what, sha256: digest }) => ({ what, sha256: digest })),
    findings,
  };
}

function renderFinding({ rule, severity, expected, found, remedy }: RequestFinding): readonly string[] {
  return [
    `${severity === "error" ? "REFUSED" : "warning"} [${rule}]`,
    ...hang("  expected  ", expected),
    ...hang("  found     ", found),
    ...hang("  remedy    ", remedy),
  ];
}
