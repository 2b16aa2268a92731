/** What `verify` finds out about files, ready to be shown or written as JSON. */

import type { Change } from "../tuf/changes.ts";
import type { ReadDocument } from "../tuf/documents.ts";
import type { Finding } from "../tuf/rules.ts";
import type { ThresholdResult } from "../tuf/threshold.ts";
import type { UtcSecond } from "../tuf/types.ts";

export interface JudgedFile {
  /** Chosen by whoever made the file. */
  readonly name: string;
  readonly document: ReadDocument;
  /** False behind a first root that was refused: nothing says who may sign. */
  readonly isLookedAt: boolean;
  readonly isAccepted: boolean;
  /** In the folder, but of a role that nothing accepted delegates to: no client reads it, and it decides nothing. */
  readonly isLeftOver: boolean;
  /** Who says who may sign: `own root`, `root`, `targets`. */
  readonly ownAuthority: string;
  readonly own: ThresholdResult | null;
  readonly previousAuthority: string;
  readonly previous: ThresholdResult | null;
  /** Against the trusted root; empty for documents that are no roots. */
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
}

export interface Judgement {
  readonly at: UtcSecond;
  /** Whose keys these are, by their material, where a ceremony says so. Text of its script. */
  readonly names: ReadonlyMap<string, string>;
  readonly isValid: boolean;
  readonly files: readonly JudgedFile[];
  /** Metadata of a folder of roots that was not looked at: names that whoever made the folder chose. */
  readonly notJudged: readonly string[];
  /** The version that the chain of a folder of roots begins with, where the first root is not in it. */
  readonly beginsAt: number | null;
  /** About all of them together. */
  readonly findings: readonly Finding[];
}

/** The JSON document of `verify --json`. */
export function judgementDocument(judgement: Judgement): unknown {
  const { at, isValid, names, files, notJudged, beginsAt, findings } = judgement;
  const judged = files.map((file) => fileDocument(file, names));
  return { valid: isValid, at, findings, files: judged, notJudged, beginsAt };
}

function fileDocument(file: JudgedFile, names: Judgement["names"]): unknown {
  const { document } = file;
  const isReadable = document.kind !== "unreadable";
  return {
    file: file.name,
    type: document.kind,
    sizeBytes: document.sizeBytes,
    version: isReadable ? document.version : null,
    expires: isReadable ? (document.expires?.text ?? null) : null,
    lookedAt: file.isLookedAt,
    accepted: file.isAccepted,
    leftOver: file.isLeftOver,
    thresholds: [
      ...(file.own === null ? [] : [countDocument(file.ownAuthority, file.own, names)]),
      ...(file.previous === null ? [] : [countDocument(file.previousAuthority, file.previous, names)]),
    ],
    changes: file.changes,
    findings: file.findings,
  };
}

function countDocument(authority: string, count: ThresholdResult, names: Judgement["names"]): unknown {
  const { valid, threshold, keys, isMet, signers, signatures } = count;
  return {
    authority,
    valid,
    threshold,
    keys,
    met: isMet,
    signers: signers.map(({ keyid, key }) => ({ keyid, name: names.get(key.material) ?? null })),
    signatures,
  };
}
