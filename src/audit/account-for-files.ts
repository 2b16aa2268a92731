/** Every byte of a ceremony folder is accounted for: what the audit reports and `run` refuses to go on with. */
import { lstatSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../ceremony/composer.ts";
import type { Execution } from "../ceremony/execution.ts";
import { amendedScriptPath } from "../ceremony/script-files.ts";
import { type CeremonyFolder, INPUTS, TRANSCRIPT } from "../live/ceremony-folder.ts";
import type { FileDigest } from "../transcript/line.ts";
import { WITNESSES } from "./witnesses.ts";

export interface FileProblem {
  readonly kind: "unexpected" | "missing" | "not-a-file" | "unreadable" | "size" | "digest";
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** What an unfinished line or amendment explains, and nothing says what is in it. */
export function leftOverFiles(folder: CeremonyFolder, execution: Execution): readonly string[] {
  const isLeftOver = leftOverTest(execution);
  return folder.list().filter((path) => !execution.files.has(path) && isLeftOver(path));
}

/** Every file is one that a line names by size and digest, and every file that a line names is there. */
export function accountForFiles(folder: CeremonyFolder, execution: Execution): readonly FileProblem[] {
  const problems: FileProblem[] = [];
  const there = new Set(folder.list());
  const isLeftOver = leftOverTest(execution);
  for (const path of there) {
    const isNamed = path === TRANSCRIPT || path.startsWith(`${WITNESSES}/`) || execution.files.has(path);
    if (isNamed || isLeftOver(path)) continue;
    const expected = "only files that the transcript names";
    problems.push({ kind: "unexpected", path, expected, found: whatIsThere(join(folder.root, path)) });
  }
  return [...problems, ...compareFiles(folder, execution.files.values(), there)];
}

/** Those of `files` that are not what a line of the transcript says. */
export function compareFiles(
  folder: CeremonyFolder,
  files: Iterable<FileDigest>,
  there: ReadonlySet<string> = new Set(folder.list()),
): readonly FileProblem[] {
  const problems: FileProblem[] = [];
  for (const { path, sizeBytes, sha256 } of files) {
    const problem = there.has(path)
      ? compare(folder, path, sizeBytes, sha256)
      : ({ kind: "missing", expected: "the file that the transcript names", found: "none" } as const);
    if (problem !== null) problems.push({ ...problem, path });
  }
  return problems;
}

/** What was announced and not finished when a session broke off may have left its file behind. */
function leftOverTest(execution: Execution): (path: string) => boolean {
  const expected = execution.expect();
  if (expected.awaits === "outcome" && expected.action.kind === "write") {
    const { path } = expected.action.request;
    return (found) => found === path;
  }
  if (expected.awaits === "amend") {
    const script = amendedScriptPath(expected.number);
    return (found) => found === script || found.startsWith(`${INPUTS}/`);
  }
  return () => false;
}

function whatIsThere(path: string): string {
  const status = statusOrNull(path);
  if (status === null) return "a name that can't be looked at";
  if (status.isFile()) return "another file";
  if (status.isSymbolicLink()) return "a link";
  return status.isDirectory() ? "a folder that can't be looked into" : "something that is no plain file";
}

function statusOrNull(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

/** The bytes, or the system's code of why they can't be had. */
function readOrCode(path: string): Uint8Array | string {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

function compare(
  folder: CeremonyFolder,
  path: string,
  sizeBytes: number,
  sha256: string,
): Omit<FileProblem, "path"> | null {
  const absolute = join(folder.root, path);
  if (!lstatSync(absolute).isFile()) {
    return { kind: "not-a-file", expected: "a plain file", found: "a link, or something else" };
  }
  const bytes = readOrCode(absolute);
  if (typeof bytes === "string") {
    return { kind: "unreadable", expected: "a file that can be read", found: bytes };
  }
  if (bytes.length !== sizeBytes)
    return { kind: "size", expected: `${sizeBytes} bytes`, found: `${bytes.length} bytes` };
  const digest = sha256Hex(bytes);
  return digest === sha256 ? null : { kind: "digest", expected: sha256, found: digest };
}
