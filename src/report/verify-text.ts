/** What `verify` shows people: a paragraph for each document, a table of all, the verdict. It needs no colour. */

import { clipForTerminal, padShown } from "../terminal/escape.ts";
import type { Change } from "../tuf/changes.ts";
import type { ReadDocument } from "../tuf/documents.ts";
import type { Finding } from "../tuf/rules.ts";
import type { ThresholdResult } from "../tuf/threshold.ts";
import { describeChanges } from "./diff-text.ts";
import type { JudgedFile, Judgement } from "./judgement.ts";
import { hang, listNames, shortKeyId } from "./lines.ts";

export function renderJudgement(judgement: Judgement): string {
  const lines = judgement.files.flatMap((file) => [...renderFile(file, judgement.names), ""]);
  return [...lines, ...renderOverview(judgement.files), ...renderVerdict(judgement), ""].join("\n");
}

const MARGIN = "  ";
const COLUMN = 14;

function renderFile(file: JudgedFile, names: Judgement["names"]): readonly string[] {
  const { document, own, previous } = file;
  return [
    ...hang("", `${clipForTerminal(file.name, 48)}: ${verdictOn(file)}`),
    ...(document.kind === "unreadable" ? [] : pair("version", describeVersion(document))),
    ...(own === null ? [] : pair(authority(file.ownAuthority), describeCount(own))),
    ...(previous === null ? [] : pair(authority(file.previousAuthority), describeCount(previous))),
    ...renderSigners(
      [own, previous].filter((count) => count !== null),
      names,
    ),
    ...renderChanges(file.changes),
    ...renderFindings(file.findings),
  ];
}

/** Somebody else's text, where a delegated role delegates. */
function authority(name: string): string {
  return clipForTerminal(name, COLUMN - 1);
}

function verdictOn({ isLookedAt, isAccepted, isLeftOver }: JudgedFile): string {
  if (isLeftOver) return "left over";
  if (!isLookedAt) return "not looked at";
  return isAccepted ? "accepted" : "REFUSED";
}

function describeVersion(document: Exclude<ReadDocument, { kind: "unreadable" }>): string {
  const version = document.version ?? "unreadable";
  return `${version}, expires ${document.expires?.text ?? "at no readable time"}`;
}

function describeCount(count: ThresholdResult): string {
  return `${countOf(count)}${count.isMet ? "" : ": not enough"}`;
}

/** A key that is known under two keyids is named as the document itself names it. */
function renderSigners(counts: readonly ThresholdResult[], names: Judgement["names"]): readonly string[] {
  if (counts.length === 0) return [];
  const byKey = new Map<string, string>();
  for (const { key, keyid } of counts.flatMap((count) => count.signers)) {
    if (byKey.has(key.material)) continue;
    const name = names.get(key.material);
    byKey.set(key.material, name === undefined ? shortKeyId(keyid) : clipForTerminal(name, 60));
  }
  const separator = names.size === 0 ? " " : ", ";
  return pair("signed by", byKey.size === 0 ? "nobody" : Array.from(byKey.values()).join(separator));
}

/** Far more than anybody reads, and than any published root changes. */
const MAX_CHANGES = 200;

function renderChanges(changes: readonly Change[]): readonly string[] {
  const shown = describeChanges(changes.slice(0, MAX_CHANGES));
  const rest = changes.length - shown.length;
  const sentences = rest === 0 ? shown : [...shown, `and ${rest} more, which --json lists`];
  return sentences.flatMap((change, index) => pair(index === 0 ? "changes" : "", change));
}

/** One line each, where there are several. */
function renderOverview(files: readonly JudgedFile[]): readonly string[] {
  if (files.length < 2) return [];
  const rows = files.map((file) => [
    file.name,
    file.document.kind === "unreadable" ? "" : (file.document.expires?.text ?? "unreadable"),
    file.own === null ? "" : countOf(file.own),
    file.previous === null ? "" : countOf(file.previous),
    file.isLeftOver ? "unused" : file.isLookedAt ? verdictOn(file) : "skipped",
  ]);
  const head = ["file", "expires", "signed", "by the previous", "verdict"];
  return [head, ...rows].map(overviewLine).concat("");
}

const OVERVIEW_WIDTHS = [18, 20, 15, 15];

function overviewLine(cells: readonly string[]): string {
  const padded = cells.map((cell, column) => {
    const width = OVERVIEW_WIDTHS[column];
    return width === undefined ? cell : `${padShown(clipForTerminal(cell, width), width)} `;
  });
  return padded.join("").trimEnd();
}

function countOf({ valid, threshold, keys }: ThresholdResult): string {
  return `${valid} of ${threshold}, ${keys} ${keys === 1 ? "key" : "keys"}`;
}

/** One paragraph for each rule, however often it was broken. */
function renderFindings(findings: readonly Finding[]): readonly string[] {
  const byRule = Map.groupBy(findings, (finding) => finding.rule);
  return Array.from(byRule.values()).flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const also = more.length === 0 ? "" : ` (and ${more.length} more)`;
    const where = first.where === "" ? "" : ` at ${clipForTerminal(first.where, 100)}`;
    const text = `${first.rule} (${first.section}): ${first.text}${where}${also}`;
    return pair(first.severity === "error" ? "ERROR" : "warning", text);
  });
}

function renderVerdict(judgement: Judgement): readonly string[] {
  const { files, findings, isValid, at, notJudged, beginsAt } = judgement;
  const last = files.findLast((file) => file.isAccepted && file.document.kind === "root")?.document;
  const trusted =
    last?.kind === "root"
      ? `trusted root: version ${last.version}, expires ${last.expires?.text}`
      : "no root is trusted";
  return [
    ...renderFindings(findings).map((line) => line.slice(MARGIN.length)),
    `${isValid ? "VALID" : "NOT VALID"} at ${at}`,
    trusted,
    ...(beginsAt === null ? [] : hang("", `${BEGINS} ${beginsAt}: nothing says who trusts that one`)),
    ...(notJudged.length === 0 ? [] : hang("not judged: ", `${listNames(notJudged, 12)}; ${WHO_JUDGES}`)),
  ];
}

const BEGINS = "the chain begins at version";
const WHO_JUDGES = "--from and --dir do";

function pair(label: string, text: string): readonly string[] {
  return hang(`${MARGIN}${label.padEnd(COLUMN)}`, text);
}
