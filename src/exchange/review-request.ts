/** A request and everything of the holder's own that it is judged by, read from disk and judged: before anybody is asked. */
import { sha256Hex } from "../ceremony/composer.ts";
import type { Plan } from "../ceremony/plan-types.ts";
import { CeremonyError } from "../errors.ts";
import { loadCeremony } from "../live/load-script.ts";
import { type ReadDocument, type RootDocument, readDocument } from "../tuf/metadata.ts";
import { quote } from "../tuf/quote.ts";
import { serializeDocument } from "../tuf/serialize.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";
import { judgeOwnRoot } from "./judge-by-root.ts";
import { judgeRequest } from "./judge-request.ts";
import { requireOwnFile } from "./own-file.ts";
import { MAX_REQUEST_BYTES, readRequest, type SigningRequest } from "./read-request.ts";
import { finding, type RequestFinding } from "./request-rules.ts";
import { judgeByLog, type SigningLog } from "./signing-log.ts";
import { openSigningLog } from "./signing-log-file.ts";

/** A root of the holder, or their script: the digest is of the file, as `sha256sum` says it. */
export interface OwnFile {
  readonly path: string;
  /** What is on the holder's paper, from the command line; null: it is asked for in words. */
  readonly onPaper: Sha256Hex | null;
}

export interface ReviewInput {
  readonly request: string;
  readonly script: OwnFile | null;
  readonly root: OwnFile | null;
  readonly log: string | null;
  readonly at: UtcSecond;
}

/** An anchor whose digest was not given: it holds once the holder has typed its words from paper. */
export interface Unconfirmed {
  readonly what: "script" | "root";
  readonly path: string;
  readonly sha256: Sha256Hex;
}

export interface Review {
  /** null where it can't be read; then there is an error among the findings. */
  readonly request: SigningRequest | null;
  readonly findings: readonly RequestFinding[];
  readonly plan: Plan | null;
  readonly root: RootDocument | null;
  readonly unconfirmed: readonly Unconfirmed[];
  /** What the holder knows to be there before; null: nothing. */
  readonly before: ReadDocument | null;
  /** null where there is none yet, or none was named. */
  readonly log: SigningLog | null;
  readonly isLogNamed: boolean;
}

/** Throws where a file can't be read, the script has mistakes or the log is damaged; everything else is a finding. */
export async function reviewRequest(input: ReviewInput): Promise<Review> {
  const { request, findings: reading } = readRequest(
    await requireOwnFile(input.request, MAX_REQUEST_BYTES, "the signing request"),
  );
  const script = input.script === null ? null : loadOwnScript(input.script);
  const root = input.root === null ? null : await loadOwnRoot(input.root);
  const anchors = { plan: script?.plan ?? null, root: root?.root ?? null };
  const log = input.log === null ? null : await openSigningLog(input.log);
  const judged = request === null ? [] : judgeRequest(request, anchors, input.at);
  return {
    request,
    findings: [
      ...reading,
      ...(script?.findings ?? []),
      ...(root?.findings ?? []),
      ...judged,
      ...(request === null || log === null ? [] : judgeByOwnLog(request, log)),
    ],
    ...anchors,
    unconfirmed: [script?.unconfirmed, root?.unconfirmed].filter((open) => open !== undefined),
    before: anchors.root ?? previousDocument(anchors.plan, request?.role ?? ""),
    log,
    isLogNamed: input.log !== null,
  };
}

function judgeByOwnLog(request: SigningRequest, log: SigningLog): readonly RequestFinding[] {
  const { document, keyid, role, sha256 } = request;
  if (document.kind === "unreadable" || document.version === null) return [];
  return judgeByLog(log, { keyid, role, version: document.version, sha256 });
}

function loadOwnScript(own: OwnFile) {
  const { plan, sha256, findings } = loadCeremony(own.path);
  if (plan !== null) return { plan, ...confirm("script", own, sha256) };
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  throw new CeremonyError({
    code: "exchange/script",
    exit: "usage",
    expected: "your own copy of the script, with the files that it names beside it",
    found: `${errors.length === 1 ? "a mistake" : `${errors.length} mistakes`} in ${quote(own.path, 200)}, the first in line ${first?.line}: ${first?.rule}, ${first?.found}`,
    remedy: 'See them all with "tuf-ceremony check".',
  });
}

async function loadOwnRoot(own: OwnFile) {
  const bytes = await requireOwnFile(own.path, MAX_REQUEST_BYTES, "your own root");
  const judged = judgeOwnRoot(readDocument(bytes));
  const { findings, unconfirmed } = confirm("root", own, sha256Hex(bytes));
  return { root: judged.root, findings: [...findings, ...judged.findings], unconfirmed };
}

function confirm(
  what: Unconfirmed["what"],
  { path, onPaper }: OwnFile,
  sha256: Sha256Hex,
): { readonly findings: readonly RequestFinding[]; readonly unconfirmed: Unconfirmed | undefined } {
  if (onPaper === null) return { findings: [], unconfirmed: { what, path, sha256 } };
  if (onPaper === sha256) return { findings: [], unconfirmed: undefined };
  const rule = what === "script" ? "anchor/script-digest" : "root/digest";
  return { findings: [finding(rule, sha256, { expected: onPaper })], unconfirmed: undefined };
}

/** As the script pins it. */
function previousDocument(plan: Plan | null, role: string): ReadDocument | null {
  const previous = plan?.previous.get(role);
  return previous === undefined ? null : readDocument(serializeDocument(previous.signed, [], "compact"));
}
