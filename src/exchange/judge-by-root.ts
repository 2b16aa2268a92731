/** A request against the root that the holder trusts: only its successor will do, and only a root. */
import { verifyByJavaScript } from "../tuf/javascript-signatures.ts";
import {
  CLIENT_LIMITS,
  type ReadableDocument,
  type ReadDocument,
  type RootDocument,
  verifyChain,
} from "../tuf/metadata.ts";
import { isUtcSecond, type UtcSecond } from "../tuf/types.ts";
import type { SigningRequest } from "./read-request.ts";
import { finding, type RequestFinding } from "./request-rules.ts";

/**
 * The holder's own root: well-formed and signed by a threshold of its own keys, counted by both implementations. That
 * it has expired does not matter: its keys sign the next one all the same (TUF specification 1.0.34 §5.3).
 */
export function judgeOwnRoot(document: ReadDocument): {
  readonly root: RootDocument | null;
  readonly findings: readonly RequestFinding[];
} {
  const options = {
    at: BEFORE_ALL,
    limits: CLIENT_LIMITS,
    rehearsal: false,
    secondOpinion: verifyByJavaScript,
  };
  const [step] = verifyChain(document, [], options).steps;
  if (step?.isAccepted === true && document.kind === "root") return { root: document, findings: [] };
  const errors = (step?.findings ?? []).filter(({ severity }) => severity === "error");
  const findings = errors.map(({ rule, found }) => finding("root/own", `${rule}: ${found}`));
  return { root: null, findings: findings.length > 0 ? findings : [finding("root/own", document.kind)] };
}

export function judgeByRoot(
  { role, keyid }: SigningRequest,
  document: ReadableDocument,
  trusted: RootDocument,
): readonly RequestFinding[] {
  if (document.kind !== "root" || role !== "root") {
    return [finding("root/type", `a document of type ${document.kind} for the role ${role}`)];
  }
  const findings: RequestFinding[] = [];
  const expected = (trusted.version ?? Number.NaN) + 1;
  if (document.version !== expected) {
    const isLater = document.version !== null && document.version > expected;
    findings.push(
      finding("root/version", `version ${document.version}`, {
        expected: `version ${expected}, which follows your root`,
        ...(isLater ? { remedy: YOURS_IS_OLD } : {}),
      }),
    );
  }
  const counts = [document, trusted].some((root) => root.roles.get("root")?.keyids.includes(keyid) === true);
  if (!counts)
    findings.push(finding("request/signer", `the key ${keyid}, in neither the old root nor the new one`));
  return findings;
}

/** The root between the two is the repository's; that a holder does not have it yet is nobody's fraud. */
const YOURS_IS_OLD =
  "Your root is probably old: bring it up to date, with `tuf-ceremony verify --from YOUR-ROOT --dir FOLDER` over the roots since, and name the newest. If yours is the newest, don't sign, and tell the other holders.";

/** Nothing has expired yet. */
const BEFORE_ALL = utc("1970-01-01T00:00:00Z");

function utc(text: string): UtcSecond {
  if (!isUtcSecond(text)) throw new TypeError(`${text} is no date`);
  return text;
}
