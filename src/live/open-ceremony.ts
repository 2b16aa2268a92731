/**
 * Begin a ceremony or go on with one: the folder, its lock, its transcript, and the execution brought to where the
 * folder stands.
 */
import { accountForFiles } from "../audit/account-for-files.ts";
import { amendmentProblem } from "../ceremony/amendment.ts";
import { sha256Hex } from "../ceremony/composer.ts";
import { Execution } from "../ceremony/execution.ts";
import { FIRST_SCRIPT } from "../ceremony/script-files.ts";
import { CeremonyError } from "../errors.ts";
import { type Disk, realDisk } from "../machine/disk.ts";
import { type Lock, lockFolder } from "../machine/lock.ts";
import { removeDurably } from "../machine/media.ts";
import type { FileDigest } from "../transcript/line.ts";
import { type AppendHook, openTranscript, type TranscriptWriter } from "../transcript/writer.ts";
import { quote } from "../tuf/quote.ts";
import type { UtcSecond } from "../tuf/types.ts";
import { beginFolder, CeremonyFolder, INPUTS, inputPaths } from "./ceremony-folder.ts";
import type { Amendment } from "./ceremony-host.ts";
import { folderPlans, planFromBytes } from "./folder-plans.ts";

/** A script that was read, planned and found without error, with the files it pins. */
export interface LoadedScript {
  readonly bytes: Uint8Array;
  /** By the names that the script gives them. */
  readonly inputs: ReadonlyMap<string, Uint8Array>;
}

export interface OpenedCeremony {
  readonly folder: CeremonyFolder;
  readonly execution: Execution;
  readonly writer: TranscriptWriter;
  readonly cut: number;
  /** The script that the folder goes by now. */
  readonly script: FileDigest;
  readonly inputs: readonly FileDigest[];
  readonly close: () => void;
}

/**
 * Open `root` with the script that was named; null: with the script that is in the folder.
 * Throws `folder/not-ours`, `folder/locked`, `folder/finished`, `folder/no-ceremony`, `folder/other-script`,
 * `folder/other-files`, `folder/other-input`, `amendment/other-ceremony`, `amendment/same-script`, `transcript/…`.
 */
export async function openCeremony(
  root: string,
  loaded: LoadedScript | null,
  now: UtcSecond,
  disk: Disk = realDisk,
  hook?: AppendHook,
): Promise<OpenedCeremony> {
  const lock = await lockFolder(root, now);
  try {
    return await openLocked(new CeremonyFolder(root, disk), loaded, lock, hook);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(
  found: CeremonyFolder,
  loaded: LoadedScript | null,
  lock: Lock,
  hook: AppendHook | undefined,
): Promise<OpenedCeremony> {
  const { root, disk } = found;
  if (loaded === null && !found.hasTranscript) throw noCeremony(root);
  const transcript = found.hasTranscript ? openTranscript(found.transcriptPath, disk, hook) : null;
  if (transcript === null || (transcript.lines.length === 0 && loaded !== null)) {
    transcript?.writer.close();
    return await begin(found, loaded ?? failNoCeremony(root), lock, transcript?.cut ?? 0, hook);
  }
  const { writer, lines, cut } = transcript;
  const execution = new Execution(folderPlans(found));
  let script: FileDigest | null = null;
  let inputs: readonly FileDigest[] = [];
  for (const line of lines) {
    const problem = execution.accept(line);
    if (problem !== null) {
      throw new CeremonyError({
        code: problem.code,
        exit: "refused",
        expected: `${problem.expected} in line ${line.seq} of the transcript`,
        found: problem.found,
        remedy:
          "Don't go on with this folder. Compare it with another copy, and the last head with the paper.",
      });
    }
    if (line.type === "session" || line.type === "amend") ({ script, inputs } = line);
  }
  if (script === null) throw noCeremony(root);
  const expected = execution.expect();
  if (expected.awaits === "nothing") throw finished(expected.reason);
  const awaitsAmendment = execution.state?.amendAsked === true;
  const isSame = loaded !== null && sha256Hex(loaded.bytes) === script.sha256;
  if (loaded !== null && !awaitsAmendment && !isSame) throw otherScript(script);
  refuseOtherFiles(found, execution);
  if (awaitsAmendment && isSame) throw sameScript(script);
  if (loaded !== null && awaitsAmendment) requireAmendment(execution, loaded);
  return { folder: found, execution, writer, cut, script, inputs, close: () => close(writer, lock) };
}

/** @param cut bytes of a torn first line */
async function begin(
  { root, disk }: CeremonyFolder,
  loaded: LoadedScript,
  lock: Lock,
  cut: number,
  hook: AppendHook | undefined,
): Promise<OpenedCeremony> {
  const folder = await beginFolder(root, loaded.bytes, loaded.inputs, disk);
  const { writer } = openTranscript(folder.transcriptPath, disk, hook);
  return {
    folder,
    execution: new Execution(folderPlans(folder)),
    writer,
    cut,
    script: folder.digest(FIRST_SCRIPT, loaded.bytes),
    inputs: inputPaths(loaded.inputs).map(([path, bytes]) => folder.digest(path, bytes)),
    close: () => close(writer, lock),
  };
}

/**
 * Copies an amended script and what it pins into the folder, under the name that its line will give it. What an
 * attempt that was killed may have left is removed or replaced; a file that the transcript names (`named`) stays.
 */
export function amendFolder(
  folder: CeremonyFolder,
  loaded: LoadedScript,
  named: ReadonlyMap<string, FileDigest>,
): (path: string) => Promise<Amendment> {
  return async (path) => {
    const inputs = inputPaths(loaded.inputs);
    for (const left of folder.list().filter((found) => found.startsWith(`${INPUTS}/`) && !named.has(found))) {
      await removeDurably(folder.resolve(left), folder.disk);
    }
    for (const [input, bytes] of inputs) {
      if (!named.has(input)) await folder.write(input, bytes, { replacing: true });
    }
    await folder.write(path, loaded.bytes, { replacing: true });
    return {
      script: folder.digest(path, loaded.bytes),
      inputs: inputs.map(([input, bytes]) => folder.digest(input, bytes)),
    };
  };
}

/** Before anything is appended: the script must be able to take over, and not change what the folder holds. */
function requireAmendment(execution: Execution, loaded: LoadedScript): void {
  const { state } = execution;
  const { plan } = planFromBytes(loaded.bytes, loaded.inputs);
  if (state === null || plan === null) throw new TypeError("an amended script was read and planned before");
  const problem = amendmentProblem(state.plan, plan);
  if (problem !== null) throw otherCeremony(problem);
  for (const [input, bytes] of inputPaths(loaded.inputs)) {
    const named = execution.files.get(input);
    if (named !== undefined && named.sha256 !== sha256Hex(bytes)) throw otherInput(input);
  }
}

/** A folder whose files are not what the transcript says would fail its audit whatever is done from here on. */
function refuseOtherFiles(folder: CeremonyFolder, execution: Execution): void {
  const problems = accountForFiles(folder, execution);
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? "" : `, and ${problems.length - 1} more`;
  throw new CeremonyError({
    code: "folder/other-files",
    exit: "refused",
    expected: `in the ceremony folder ${first.expected}`,
    found: `${quote(first.path, 200)}: ${first.found}${more}`,
    remedy:
      "Move what does not belong there out of the folder; compare what is missing or changed with another copy.",
  });
}

function otherCeremony({
  code,
  expected,
  found,
}: ReturnType<typeof amendmentProblem> & object): CeremonyError {
  return new CeremonyError({
    code,
    exit: "usage",
    expected: `an amended script of the ceremony ${expected}`,
    found: `a script of ${quote(found, 64)}`,
    remedy: "Write the whole script of this ceremony with what changes; its id stays.",
  });
}

function close(writer: TranscriptWriter, lock: Lock): void {
  writer.close();
  lock.release();
}

function failNoCeremony(root: string): never {
  throw noCeremony(root);
}

function noCeremony(root: string): CeremonyError {
  return new CeremonyError({
    code: "folder/no-ceremony",
    exit: "usage",
    expected: `a ceremony in ${root}`,
    found: "no transcript",
    remedy: "Name the folder of a ceremony that was begun with `tuf-ceremony run`.",
  });
}

function finished(reason: string): CeremonyError {
  return new CeremonyError({
    code: "folder/finished",
    exit: "refused",
    expected: "a ceremony that can go on",
    found: `one that is ${reason}; nothing may be appended to it`,
    remedy: "Audit it with `tuf-ceremony audit`; a new ceremony needs a new folder.",
  });
}

function otherScript(script: FileDigest): CeremonyError {
  return new CeremonyError({
    code: "folder/other-script",
    exit: "refused",
    expected: `the script with the SHA-256 ${script.sha256}, by which this ceremony goes`,
    found: "another one",
    remedy:
      "Name the script the ceremony began with; to change it, open an exception in the ceremony and choose `amend`.",
  });
}

/** A session with it would only bring another head to write down. */
function sameScript(script: FileDigest): CeremonyError {
  return new CeremonyError({
    code: "amendment/same-script",
    exit: "usage",
    expected: "the changed script that this ceremony waits for, since `amend` was chosen",
    found: `the one that it has gone by, with the SHA-256 ${script.sha256}`,
    remedy: "Change a copy of it, check it, agree on it, and run with that one.",
  });
}

function otherInput(path: string): CeremonyError {
  return new CeremonyError({
    code: "folder/other-input",
    exit: "refused",
    expected: `${path} as it is in the folder`,
    found: "other bytes under the same name",
    remedy: "Give the changed file another name, and name that in the amended script.",
  });
}
