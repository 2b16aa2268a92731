/** Reads what `verify` was given and judges it: the chain of roots first, then what hangs below the last of them. */

import { basename } from "node:path";
import { CeremonyError } from "../errors.ts";
import type { JudgedFile, Judgement } from "../report/judgement.ts";
import { type ChainStep, type VerifyOptions, verifyChain } from "../tuf/chain.ts";
import { type DelegatedStep, verifyDelegated } from "../tuf/delegation-chain.ts";
import { diffDocuments } from "../tuf/diff.ts";
import type { ReadDocument, RootDocument } from "../tuf/documents.ts";
import type { SizeLimits } from "../tuf/read-document.ts";
import { type Finding, hasErrors, judge } from "../tuf/rules.ts";
import { listNewest, listRoots, type MetadataFile, nameFile, readMetadataFile } from "./metadata-files.ts";

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
  readonly document: ReadDocument;
}

/** `names`: whose keys these are, by their material; only shown, never judged by. */
export function judgeFiles(
  input: VerifyInput,
  options: VerifyOptions,
  names: Judgement["names"] = new Map(),
): Judgement {
  const opened = openFiles(input, options.limits);
  const roots = opened.filter(isForRoot);
  const [first, ...successors] = roots;
  if (first === undefined) throw nothingToVerify();

  const chain = verifyChain(
    first.document,
    successors.map(({ document }) => document),
    options,
  );
  const rootFiles = roots.map((file, index) => describeRoot(file, chain.steps[index]));
  const others = opened.filter((file) => !isForRoot(file));
  const below = others.map(({ role, document }) => ({ name: role, document }));
  const otherFiles =
    chain.trusted === null
      ? others.map((file) => describeRoot(file, undefined))
      : verifyDelegated(chain.trusted, below, options).map((step, index) =>
          describeDelegated(others[index], step),
        );
  const files = [...rootFiles, ...otherFiles];
  const isValid = files.every((file) => file.isAccepted) && !hasErrors(chain.findings);
  return { at: options.at, names, isValid, files, findings: chain.findings };
}

function openFiles(
  { files, from, folder, repository }: VerifyInput,
  sizes: SizeLimits,
): readonly OpenedFile[] {
  const open = (file: MetadataFile): OpenedFile => ({
    ...file,
    document: readMetadataFile(file.path, sizes),
  });
  const named = files.map(nameFile).map(open);
  const ofRepository = repository === null ? [] : listRoots(repository).map(open);
  if (from === null) return [...named, ...ofRepository];
  const trusted = open(nameFile(from));
  const version = trusted.document.kind === "root" ? trusted.document.version : null;
  // Roots up to the trusted one are of the past: a client never asks for them.
  const successors =
    folder === null ? [] : listRoots(folder).filter(({ number }) => (number ?? 0) > (version ?? 0));
  const below = folder === null ? [] : listNewest(folder);
  return [trusted, ...[...successors, ...below].map(open), ...named, ...ofRepository];
}

/** By its content, and by its name where the content says nothing. */
function isForRoot({ role, document }: OpenedFile): boolean {
  return document.kind === "unreadable" ? role === "root" : document.kind === "root";
}

function describeRoot(file: OpenedFile, step: ChainStep | undefined): JudgedFile {
  const before: RootDocument | null = step?.trustedBefore ?? null;
  const isAccepted = step?.isAccepted === true;
  return {
    ...describeFile(file, step?.findings ?? []),
    isLookedAt: step !== undefined,
    isAccepted: isAccepted && isRightlyNamed(file),
    ownAuthority: "own root",
    own: step?.own ?? null,
    previousAuthority: `root ${before?.version ?? ""}`,
    previous: step?.previous ?? null,
    changes: before === null ? [] : diffDocuments(before, file.document),
  };
}

function describeDelegated(file: OpenedFile | undefined, step: DelegatedStep): JudgedFile {
  const opened = file ?? { path: step.name, number: null, role: step.name, document: step.document };
  return {
    ...describeFile(opened, step.findings),
    isLookedAt: true,
    isAccepted: step.isAccepted && isRightlyNamed(opened),
    ownAuthority: step.delegator ?? "nobody",
    own: step.own,
    previousAuthority: "",
    previous: null,
    changes: [],
  };
}

function describeFile(file: OpenedFile, findings: readonly Finding[]) {
  const version = file.document.kind === "unreadable" ? null : file.document.version;
  const found = `version ${version} in a file for version ${file.number}`;
  const named = isRightlyNamed(file)
    ? []
    : [{ rule: "chain/file-name" as const, where: "/signed/version", found }];
  return {
    name: basename(file.path),
    document: file.document,
    findings: [...findings, ...judge(named, "reading")],
  };
}

function isRightlyNamed({ number, document }: OpenedFile): boolean {
  return (
    number === null ||
    document.kind === "unreadable" ||
    document.version === null ||
    document.version === number
  );
}

function nothingToVerify(): CeremonyError {
  return new CeremonyError({
    code: "verify/no-root",
    exit: "usage",
    expected: "at least one root, where trust starts",
    found: "none",
    remedy:
      "Name root files in order, or use --from with --dir, or --repo with a folder that has N.root.json.",
  });
}
