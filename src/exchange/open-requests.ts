/** Who has yet to sign elsewhere, from a ceremony folder that is only read: its transcript, executed up to its end. */
import { requestPath } from "../ceremony/exchange-files.ts";
import type { Execution } from "../ceremony/execution.ts";
import { isFinished } from "../ceremony/next.ts";
import type { CeremonyState } from "../ceremony/state.ts";
import { CeremonyError } from "../errors.ts";
import { CeremonyFolder } from "../live/ceremony-folder.ts";
import { quote } from "../tuf/quote.ts";
import type { Sha256Hex } from "../tuf/types.ts";
import { readExecution } from "./read-execution.ts";

export interface OpenRequest {
  readonly role: string;
  readonly key: string;
  readonly holder: string;
  /** As the script has it: not escaped. */
  readonly name: string;
  /** Of the document; null where no request for the document as it is now was written yet. */
  readonly sha256: Sha256Hex | null;
  /** The request's file, whole; null likewise. */
  readonly file: { readonly path: string; readonly bytes: Uint8Array; readonly sha256: Sha256Hex } | null;
}

export interface OpenRequests {
  readonly ceremony: string;
  readonly open: readonly OpenRequest[];
}

/** Throws `exchange/no-ceremony`, `exchange/transcript`, `exchange/request-file`. */
export function findOpenRequests(root: string): OpenRequests {
  const folder = new CeremonyFolder(root);
  const execution = execute(folder, root);
  const { state } = execution;
  if (state === null) throw noCeremony(root);
  const open = state.plan.steps
    .filter((step) => step.kind === "collect" && !isFinished(state, step))
    .map(({ role = "", key = "" }) => describe(state, folder, execution, role, key));
  return { ceremony: state.plan.script.ceremony, open };
}

function describe(
  state: CeremonyState,
  folder: CeremonyFolder,
  execution: Execution,
  role: string,
  key: string,
): OpenRequest {
  const planned = state.plan.keys.get(key)?.key;
  const holder = planned !== undefined && "holder" in planned ? planned.holder : "";
  const name = state.plan.script.people.get(holder)?.name ?? holder;
  const asked = state.document(role)?.sha256;
  if (asked === undefined || !state.hasRequested(role, key)) {
    return { role, key, holder, name, sha256: null, file: null };
  }
  const path = requestPath(role, key, asked);
  const pinned = execution.files.get(path);
  const bytes = folder.has(path) ? folder.read(path) : null;
  if (bytes === null || pinned === undefined || folder.digest(path, bytes).sha256 !== pinned.sha256) {
    throw new CeremonyError({
      code: "exchange/request-file",
      exit: "refused",
      expected: `${path} as the transcript says it was written`,
      found: bytes === null ? "no such file" : "other bytes",
      remedy: "Compare the folder with another copy; don't send this file to anybody.",
    });
  }
  return { role, key, holder, name, sha256: asked, file: { path, bytes, sha256: pinned.sha256 } };
}

function execute(folder: CeremonyFolder, root: string): Execution {
  const read = readExecution(folder);
  if (read === null) throw noCeremony(root);
  if (!read.ok) throw damaged(read.line, read.found);
  return read.execution;
}

function noCeremony(root: string): CeremonyError {
  return new CeremonyError({
    code: "exchange/no-ceremony",
    exit: "usage",
    expected: "the folder of a ceremony that has begun",
    found: `no transcript in ${quote(root, 200)}`,
    remedy: "Name the folder that was given to `tuf-ceremony run`.",
  });
}

function damaged(line: number, found: string): CeremonyError {
  return new CeremonyError({
    code: "exchange/transcript",
    exit: "refused",
    expected: "a transcript that executes from its first line to its last",
    found: `line ${line}: ${quote(found, 300)}`,
    remedy: "See `tuf-ceremony audit` for what is wrong with the folder.",
  });
}
