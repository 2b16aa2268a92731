/**
 * The audit: the ceremony is executed again from the folder alone, and every byte of the folder is accounted for
 * (docs/auditor.md).
 *
 * Nothing here believes the transcript: every step runs again, every action must be the recorded one, every signature
 * is verified again by two implementations, every file must be one that a line names by its digest.
 */
import { type CompatibilityReport, reportDocuments } from "../ceremony/compatibility-report.ts";
import type { ClientVerdict } from "../ceremony/effects.ts";
import { Execution } from "../ceremony/execution.ts";
import type { KeyFact } from "../ceremony/facts.ts";
import { unmetGates } from "../ceremony/finished-document.ts";
import type { KeyName, PersonId } from "../ceremony/script.ts";
import type { CeremonyState, RecordedException } from "../ceremony/state.ts";
import { CeremonyError } from "../errors.ts";
import { CeremonyFolder, TRANSCRIPT } from "../live/ceremony-folder.ts";
import { tryClients } from "../live/clients.ts";
import { folderPlans } from "../live/folder-plans.ts";
import type { Line, SealReason } from "../transcript/line.ts";
import { TranscriptReader } from "../transcript/read.ts";
import type { ReadableDocument } from "../tuf/metadata.ts";
import { readDocument } from "../tuf/metadata.ts";
import { quote } from "../tuf/quote.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";
import { accountForFiles, compareFiles, type FileProblem, leftOverFiles } from "./account-for-files.ts";
import type { AuditProblem } from "./audit-problem.ts";
import { checkWitnesses, type WitnessVerdict } from "./witnesses.ts";

export interface Verdict {
  /** Everything re-executes and every byte is accounted for. */
  readonly isConsistent: boolean;
  readonly problems: readonly AuditProblem[];
  readonly isRehearsal: boolean;
  /** How the ceremony ended; null: it is not finished. */
  readonly end: SealReason | null;
  readonly head: Sha256Hex;
  readonly lines: number;
  readonly sessions: number;
  /** The times of the first and of the last line; null: there is none. */
  readonly held: { readonly from: UtcSecond; readonly to: UtcSecond } | null;
  /** SHA-256 of the scripts that sessions and amendments brought, in their order. */
  readonly scripts: readonly Sha256Hex[];
  /** Which of them is the one that was given from outside; null: none was given; `another`: none of them is. */
  readonly givenScript: Sha256Hex | "another" | null;
  /** Files that an unfinished action or amendment may have left: nothing says what must be in them. */
  readonly leftOver: readonly string[];
  /** Whether the head is the one that was given from outside; null: none was given. */
  readonly isAnchored: boolean | null;
  /** Who was said to be there and who not; null: nobody was asked. */
  readonly attendance: { readonly present: readonly PersonId[]; readonly absent: readonly PersonId[] } | null;
  readonly witnesses: readonly WitnessVerdict[];
  /** SHA-256 of the kits that the sessions say they ran from, each once; null: from none. Nothing proves it. */
  readonly kits: readonly (Sha256Hex | null)[];
  /** Of the keys that devices made. */
  readonly attested: {
    readonly keys: number;
    readonly of: number;
    /** Of which the device said that they are sensitive and can't be extracted. */
    readonly kept: number;
    /** Whose attestation the script waives. */
    readonly waived: readonly KeyName[];
  };
  readonly exceptions: readonly RecordedException[];
  readonly clients: readonly ClientVerdict[];
  /** Which clients read the documents that were written; null where none was, or one is not as it must be. */
  readonly compatibility: CompatibilityReport | null;
  /** Null where the script itself could not be read. */
  readonly state: CeremonyState | null;
}

/**
 * Whatever is wrong with a ceremony is in its verdict. Throws `audit/no-ceremony` where there is none to judge.
 * @param givenHead the digest that was read aloud, from outside the folder; null: not given
 * @param givenScript the script's digest that was agreed on, from outside the folder; null: not given
 */
export async function auditFolder(
  root: string,
  givenHead: Sha256Hex | null,
  givenScript: Sha256Hex | null = null,
): Promise<Verdict> {
  const folder = new CeremonyFolder(root);
  if (!folder.hasTranscript) throw noCeremony(root);
  const problems: AuditProblem[] = [];
  const execution = new Execution(folderPlans(folder));
  const reader = new TranscriptReader();
  const told = new Told();
  replay(readTranscript(folder, problems), { folder, reader, execution, told, problems });
  const { state } = execution;
  const { heads, scripts } = told;
  const replayed = problems.length === 0;
  if (replayed && state !== null) {
    problems.push(...accountForFiles(folder, execution).map(fileProblem));
    if (execution.lastSeal === "finished") checkGates(state, problems);
  }
  const { head } = reader;
  const isAnchored = givenHead === null ? null : givenHead === head;
  if (isAnchored === false && givenHead !== null) problems.push(wrongHead(givenHead, head, heads));
  const isScriptThere = givenScript !== null && scripts.has(givenScript);
  if (givenScript !== null && !isScriptThere) {
    const found = [...scripts].join(", then ");
    problems.push({ code: "audit/script", where: "script.yaml", expected: givenScript, found });
  }
  const witnesses =
    state === null ? [] : checkWitnesses(folder, state.plan.script, new Set(heads.keys()), problems);
  const clients = replayed && state !== null ? await tryOutputs(folder, execution, state, problems) : [];
  const compatibility = state === null ? null : reportOutputs(folder, execution, state, problems);
  return {
    isConsistent: problems.length === 0,
    problems,
    isRehearsal: state?.rehearsal ?? false,
    end: execution.lastSeal,
    head,
    lines: reader.lines,
    sessions: state?.session ?? 0,
    held: told.held,
    scripts: [...scripts],
    givenScript: isScriptThere ? givenScript : givenScript === null ? null : "another",
    leftOver: replayed && state !== null ? leftOverFiles(folder, execution) : [],
    isAnchored,
    attendance: tellAttendance(state),
    witnesses,
    kits: [...told.kits],
    attested: countAttested(state),
    exceptions: execution.exceptions,
    clients,
    compatibility,
    state,
  };
}

function tellAttendance(state: CeremonyState | null): Verdict["attendance"] {
  if (state === null || state.present.size + state.absent.size === 0) return null;
  return { present: [...state.present], absent: [...state.absent] };
}

/** What was judged in the ceremony was judged again by replaying it: here it is only counted. */
function countAttested(state: CeremonyState | null): Verdict["attested"] {
  const made = [...(state?.keys.values() ?? [])].filter(({ store }) => store === "hsm");
  const isWaived = (name: KeyName) => {
    const key = state?.plan.keys.get(name)?.key;
    return key?.store === "hsm" && key.attestation === "waived";
  };
  return {
    keys: made.filter(({ key, keyid }) => state?.attested.get(key)?.keyid === keyid).length,
    of: made.length,
    kept: made.filter(isKept).length,
    waived: made.map(({ key }) => key).filter(isWaived),
  };
}

function isKept({ attributes }: KeyFact): boolean {
  return attributes["CKA_SENSITIVE"] === true && attributes["CKA_EXTRACTABLE"] === false;
}

/** What the lines say of themselves, beyond what is replayed. */
class Told {
  /** The head after every seal, with its line: what witnesses may have signed. */
  readonly heads = new Map<Sha256Hex, number>();
  readonly kits = new Set<Sha256Hex | null>();
  readonly scripts = new Set<Sha256Hex>();
  held: Verdict["held"] = null;

  note(line: Line, head: Sha256Hex): void {
    this.held = { from: this.held?.from ?? line.time, to: line.time };
    if (line.type === "seal") this.heads.set(head, line.seq);
    if (line.type === "session") this.kits.add(line.kit);
    if (line.type === "session" || line.type === "amend") this.scripts.add(line.script.sha256);
  }
}

/** The digest of an earlier seal is right as far as it goes; whoever has only that one is told so. */
function wrongHead(given: Sha256Hex, head: Sha256Hex, heads: ReadonlyMap<Sha256Hex, number>): AuditProblem {
  const line = heads.get(given);
  const found =
    line === undefined
      ? head
      : `${head}; the given one is that after line ${line}, a seal, and the transcript goes on behind it`;
  return { code: "audit/head", where: TRANSCRIPT, expected: given, found };
}

interface Replay {
  readonly folder: CeremonyFolder;
  readonly reader: TranscriptReader;
  readonly execution: Execution;
  readonly told: Told;
  readonly problems: AuditProblem[];
}

/** Feed every line; the first that may not stand there ends it, for nothing after it means anything. */
function replay(lines: Iterable<Uint8Array>, replayed: Replay): void {
  const { folder, reader, execution, told, problems } = replayed;
  for (const line of lines) {
    const read = reader.read(line);
    const where = `${TRANSCRIPT} line ${reader.lines + (read.ok ? 0 : 1)}`;
    const problem = read.ok ? execution.accept(read.line) : read.problem;
    if (problem !== null) {
      // A line that makes no plan may do so because of a file that it names.
      const isFirst = read.ok && read.line.type === "session" && execution.state === null;
      if (read.ok && (isFirst || read.line.type === "amend")) {
        problems.push(...compareFiles(folder, [read.line.script, ...read.line.inputs]).map(fileProblem));
      }
      problems.push({ code: problem.code, where, expected: problem.expected, found: problem.found });
      return;
    }
    if (read.ok) told.note(read.line, reader.head);
  }
  if (reader.lines === 0 && problems.length === 0) {
    problems.push({ code: "transcript/empty", where: TRANSCRIPT, expected: "a ceremony", found: "no line" });
  }
}

function fileProblem({ kind, path, expected, found }: FileProblem): AuditProblem {
  return { code: `audit/${kind}`, where: path, expected, found };
}

function readTranscript(folder: CeremonyFolder, problems: AuditProblem[]): Iterable<Uint8Array> {
  try {
    return folder.lines(TRANSCRIPT);
  } catch (error) {
    if (!(error instanceof CeremonyError) || error.code !== "folder/not-a-file") throw error;
    const { expected, found } = error;
    problems.push({ code: "audit/not-a-file", where: TRANSCRIPT, expected, found });
    return [];
  }
}

function noCeremony(root: string): CeremonyError {
  return new CeremonyError({
    code: "audit/no-ceremony",
    exit: "usage",
    expected: `a ceremony folder: one with a ${TRANSCRIPT}`,
    found: `none in ${quote(root, 200)}`,
    remedy: "Check the path; if the folder was handed over like that, ask for all of it.",
  });
}

/** Once more, from the facts alone: every document of a finished ceremony meets every gate. */
function checkGates(state: CeremonyState, problems: AuditProblem[]): void {
  for (const { role, path } of state.plan.documents) {
    for (const gate of unmetGates(state, role)) {
      const expected = `${gate.threshold} signatures (${gate.authority})`;
      problems.push({ code: "audit/threshold", where: path, expected, found: String(gate.signed) });
    }
  }
}

async function tryOutputs(
  folder: CeremonyFolder,
  execution: Execution,
  state: CeremonyState,
  problems: AuditProblem[],
): Promise<readonly ClientVerdict[]> {
  const written = state.plan.documents.filter(({ path }) => execution.files.has(path));
  if (state.rehearsal || problems.length > 0 || written.length < state.plan.documents.length) return [];
  const clients = await tryClients(new Map(written.map(({ path }) => [path, folder.read(path)])));
  for (const { client, accepted, known } of clients) {
    if (accepted || known.length > 0) continue;
    problems.push({
      code: "audit/client",
      where: "metadata",
      expected: `documents that ${client} reads`,
      found: "it refuses them",
    });
  }
  return clients;
}

/** Of a rehearsal too, as if its documents were the real ones. */
function reportOutputs(
  folder: CeremonyFolder,
  execution: Execution,
  state: CeremonyState,
  problems: readonly AuditProblem[],
): CompatibilityReport | null {
  const written = state.plan.documents.filter(({ path }) => execution.files.has(path));
  if (written.length === 0 || problems.length > 0) return null;
  const documents = new Map<string, ReadableDocument>();
  for (const { role, path } of written) {
    const document = readDocument(folder.read(path));
    if (document.kind !== "unreadable") documents.set(role, document);
  }
  return reportDocuments(documents, state.publicKeys());
}
