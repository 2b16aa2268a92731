/** Reads what `verify` was given and judges it: the chain of roots first, then what hangs below the last of them. */

import { basename, resolve } from "node:path";
import { CeremonyError } from "../errors.ts";
import type { JudgedFile, Judgement } from "../report/judgement.ts";
import { type ChainResult, type ChainStep, type VerifyOptions, verifyChain } from "../tuf/chain.ts";
import { type DelegatedStep, verifyDelegated } from "../tuf/delegation-chain.ts";
import { diffDocuments } from "../tuf/diff.ts";
import type { ReadDocument, RootDocument } from "../tuf/documents.ts";
import { quote } from "../tuf/quote.ts";
import { readWithin, type SizeLimits } from "../tuf/read-document.ts";
import { hasErrors, judge } from "../tuf/rules.ts";
import {
  isNumberedRoot,
  listFolder,
  listNewest,
  listRoots,
  type MetadataFile,
  nameFile,
  readMetadataBytes,
} from "./metadata-files.ts";

export interface VerifyInput {
  /** In the order in which they were given. */
  readonly files: readonly string[];
  /** A trusted root, and the folder with its successors and what hangs below. */
  readonly from: string | null;
  readonly folder: string | null;
  /** A folder whose roots are the chain. */
  readonly repository: string | null;
}

interface OpenedFile extends MetadataFile {
  /** Of a file that is called after another version, with an error that says so. */
  readonly document: ReadDocument;
  readonly bytes: Uint8Array;
}

interface OpenedFiles {
  /** Where trust starts, and what follows. */
  readonly chain: readonly OpenedFile[];
  /** What hangs below, as it was named. */
  readonly named: readonly OpenedFile[];
  /** What hangs below, as it was found in a folder: some of it may be nobody's any more. */
  readonly found: readonly OpenedFile[];
  /** What else lies in a folder of roots, by name. */
  readonly notJudged: readonly string[];
}

/** `names`: whose keys these are, by their material; only shown, never judged by. */
export function judgeFiles(
  input: VerifyInput,
  options: VerifyOptions,
  names: Judgement["names"] = new Map(),
): Judgement {
  const { chain: roots, named, found, notJudged } = openFiles(input, options.limits);
  const [first, ...successors] = roots;
  if (first === undefined) throw nothingToVerify(named);

  const chain = verifyChain(
    first.document,
    successors.map(({ document }) => document),
    options,
  );
  const rootFiles = roots.map((file, index) => describeRoot(file, chain.steps[index]));
  const files = [...rootFiles, ...judgeBelow(chain, [...found, ...named], new Set(found), options)];
  const isValid = files.every((file) => file.isAccepted || file.isLeftOver) && !hasErrors(chain.findings);
  const firstVersion = input.repository === null ? null : (roots[0]?.number ?? null);
  const beginsAt = firstVersion === 1 ? null : firstVersion;
  return { at: options.at, names, isValid, files, notJudged, beginsAt, findings: chain.findings };
}

function judgeBelow(
  { trusted }: ChainResult,
  files: readonly OpenedFile[],
  found: ReadonlySet<OpenedFile>,
  options: VerifyOptions,
): readonly JudgedFile[] {
  if (trusted === null) return files.map((file) => describeRoot(file, undefined));
  const below = files.map(({ role, document, bytes }) => ({ name: role, document, bytes }));
  const steps = verifyDelegated(trusted, below, options);
  // Who is delegated to is known from the top on: without it nothing can be said to be nobody's.
  const isTreeKnown = steps.some(({ name, isAccepted }) => name === "targets" && isAccepted);
  return steps.map((step, index) => {
    const file = files[index];
    const name = file === undefined ? step.name : basename(file.path);
    const isFound = file !== undefined && found.has(file);
    const isLeftOver = isTreeKnown && isFound && step.delegator === null;
    return isLeftOver ? describeLeftOver(name, step) : describeDelegated(name, step);
  });
}

function openFiles({ files, from, folder, repository }: VerifyInput, sizes: SizeLimits): OpenedFiles {
  const open = (file: MetadataFile) => openFile(file, sizes);
  const opened = files.map(nameFile).map(open);
  const named = opened.filter((file) => !isForRoot(file));
  const chain = opened.filter(isForRoot);
  const notJudged = repository === null ? [] : listOthers(repository, files);
  if (repository !== null) chain.push(...listRoots(repository).map(open));
  if (from === null) return { chain, named, found: [], notJudged };

  const trusted = open(nameFile(from));
  if (folder === null) return { chain: [trusted, ...chain], named, found: [], notJudged };
  const version = trusted.document.kind === "root" ? trusted.document.version : null;
  // Roots up to the trusted one are of the past: a client never asks for them.
  const successors = listRoots(folder)
    .filter(({ number }) => (number ?? 0) > (version ?? 0))
    .map(open);
  const last = [trusted, ...successors].findLast(({ document }) => document.kind === "root")?.document;
  const isConsistent = last?.kind !== "root" || last.consistentSnapshot !== false;
  return {
    chain: [trusted, ...successors, ...chain],
    named,
    found: listNewest(folder, isConsistent).map(open),
    notJudged,
  };
}

/** Metadata of a folder whose roots are judged, but for what was named by itself. */
function listOthers(folder: string, files: readonly string[]): readonly string[] {
  const named = new Set(files.map((path) => resolve(path)));
  return listFolder(folder)
    .filter((file) => !isNumberedRoot(file) && !named.has(resolve(file.path)))
    .map(({ path }) => basename(path));
}

function openFile(file: MetadataFile, sizes: SizeLimits): OpenedFile {
  const bytes = readMetadataBytes(file.path);
  const document = readWithin(bytes, sizes);
  const { number } = file;
  if (number === null || document.kind === "unreadable" || document.version === null) {
    return { ...file, document, bytes };
  }
  if (document.version === number) return { ...file, document, bytes };
  const found = `version ${document.version} in a file for version ${number}`;
  const misnamed = judge([{ rule: "chain/file-name", where: "/signed/version", found }], "reading");
  return { ...file, document: { ...document, findings: [...document.findings, ...misnamed] }, bytes };
}

/** Of a file that was named: by its content, or by its name where that says so. */
function isForRoot({ role, document }: OpenedFile): boolean {
  return role === "root" || document.kind === "root";
}

function describeRoot({ path, document }: OpenedFile, step: ChainStep | undefined): JudgedFile {
  const before: RootDocument | null = step?.trustedBefore ?? null;
  return {
    name: basename(path),
    document,
    isLookedAt: step !== undefined,
    isAccepted: step?.isAccepted === true,
    isLeftOver: false,
    ownAuthority: "own root",
    own: step?.own ?? null,
    previousAuthority: `root ${before?.version ?? ""}`,
    previous: step?.previous ?? null,
    changes: before === null ? [] : diffDocuments(before, document),
    findings: step?.findings ?? [],
  };
}

function describeDelegated(name: string, step: DelegatedStep): JudgedFile {
  return {
    name,
    document: step.document,
    isLookedAt: true,
    isAccepted: step.isAccepted,
    isLeftOver: false,
    ownAuthority: step.delegator ?? "nobody",
    own: step.own,
    previousAuthority: "",
    previous: null,
    changes: [],
    findings: step.findings,
  };
}

/** Clients ask for what is delegated to, and never see it. */
function describeLeftOver(name: string, step: DelegatedStep): JudgedFile {
  const findings = judge(
    [{ rule: "trust/left-over", where: "", found: "nobody delegates to it" }],
    "reading",
  );
  return { ...describeDelegated(name, step), isLeftOver: true, findings };
}

/** A wrong file is told what is wrong with it: it may have been meant as the root. */
function nothingToVerify(named: readonly OpenedFile[]): CeremonyError {
  const seen = named.slice(0, MAX_TOLD).map(describeNoRoot);
  if (named.length > MAX_TOLD) seen.push(`and ${named.length - MAX_TOLD} more`);
  return new CeremonyError({
    code: "verify/no-root",
    exit: "usage",
    expected: "at least one root, where trust starts",
    found: seen.length === 0 ? "none" : `none: ${seen.join("; ")}`,
    remedy:
      "Name root files in order, or use --from with --dir, or --repo with a folder that has N.root.json.",
  });
}

const MAX_TOLD = 8;

function describeNoRoot({ path, document }: OpenedFile): string {
  const name = quote(basename(path), 100);
  if (document.kind !== "unreadable") return `${name} is ${document.kind}`;
  const reasons = document.findings.slice(0, 2).map(({ rule, text }) => `${text} [${rule}]`);
  return `${name} can't be read: ${reasons.join(", ")}`;
}
