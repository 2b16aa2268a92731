/** What `tuf-ceremony verify` would say, asked one root after the other. */
import { CeremonyError } from "../../../src/errors.ts";
import { CLIENT_LIMITS, type VerifyOptions, verifyChain } from "../../../src/tuf/chain.ts";
import type { ReadDocument } from "../../../src/tuf/documents.ts";
import type { Finding } from "../../../src/tuf/rules.ts";
import { isUtcSecond, type UtcSecond } from "../../../src/tuf/types.ts";

/** By the clock of the process. */
export function now(): UtcSecond {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  if (!isUtcSecond(time)) throw new RangeError(`the clock says ${time}`);
  return time;
}

/** The version of a root that trust can start from; throws `client/untrusted`. */
export function acceptTrusted(trusted: ReadDocument, at: UtcSecond): number {
  const chain = verifyChain(trusted, [], options(at));
  if (chain.trusted === null) throw refusal("client/untrusted", "a trusted root to start from", chain.steps);
  return versionOf(chain.trusted);
}

/** The version of a successor of the trusted root; throws `client/root-refused`. */
export function acceptNext(trusted: ReadDocument, next: ReadDocument, at: UtcSecond): number {
  const { steps } = verifyChain(trusted, [next], options(at));
  if (steps[1]?.isAccepted !== true) {
    throw refusal("client/root-refused", `a successor of root version ${versionOf(trusted)}`, steps.slice(1));
  }
  return versionOf(next);
}

/** What is left to ask of the last root of the chain; throws `client/expired`. */
export function acceptLast(last: ReadDocument, at: UtcSecond): void {
  const chain = verifyChain(last, [], options(at));
  if (!chain.isValid) throw refusal("client/expired", `a last root that is valid at ${at}`, [chain]);
}

function options(at: UtcSecond): VerifyOptions {
  return { at, secondOpinion: null, limits: CLIENT_LIMITS, rehearsal: false };
}

/** Of an accepted root: the rules let none pass without a version. */
function versionOf(document: ReadDocument): number {
  const version = document.kind === "root" ? document.version : null;
  if (version === null) throw new TypeError("an accepted root has a version");
  return version;
}

function refusal(
  code: string,
  expected: string,
  judged: readonly { readonly findings: readonly Finding[] }[],
): CeremonyError {
  const errors = judged.flatMap(({ findings }) => findings).filter(({ severity }) => severity === "error");
  return new CeremonyError({
    code,
    exit: "refused",
    expected,
    found: [...new Set(errors.map(({ rule, text }) => `${rule}: ${text}`))].join("; "),
    remedy: "Ask who runs the repository.",
  });
}
