/** What `verify` shows people: a paragraph for each document, then the verdict. Colour is never needed to read it. */

import { clipForTerminal } from "../terminal/escape.ts";
import type { ReadDocument } from "../tuf/documents.ts";
import type { Finding } from "../tuf/rules.ts";
import type { ThresholdResult } from "../tuf/threshold.ts";
import { describeChanges } from "./diff-text.ts";
import type { JudgedFile, Judgement } from "./judgement.ts";
import { hang, shortKeyId } from "./lines.ts";

export function renderJudgement(judgement: Judgement): string {
  const lines = judgement.files.flatMap((file) => [...renderFile(file), ""]);
  return [...lines, ...renderVerdict(judgement), ""].join("\n");
}

const MARGIN = "  ";
const COLUMN = 14;

function renderFile(file: JudgedFile): readonly string[] {
  const { document, own, previous, isAccepted } = file;
  const verdict = file.isLookedAt ? (isAccepted ? "accepted" : "REFUSED") : "not looked at";
  return [
    ...hang("", `${clipForTerminal(file.name, 48)}: ${verdict}`),
    ...(document.kind === "unreadable" ? [] : pair("version", describeVersion(document))),
    ...(own === null ? [] : pair(file.ownAuthority, describeCount(own))),
    ...(previous === null ? [] : pair(file.previousAuthority, describeCount(previous))),
    ...renderSigners([own, previous].filter((count) => count !== null)),
    ...describeChanges(file.changes).flatMap((change, index) => pair(index === 0 ? "changes" : "", change)),
    ...renderFindings(file.findings),
  ];
}

function describeVersion(document: Exclude<ReadDocument, { kind: "unreadable" }>): string {
  const version = document.version ?? "unreadable";
  return `${version}, expires ${document.expires?.text ?? "at no readable time"}`;
}

function describeCount({ valid, threshold, keys, isMet }: ThresholdResult): string {
  return `${valid} of ${threshold}, ${keys} ${keys === 1 ? "key" : "keys"}${isMet ? "" : ": not enough"}`;
}

/** A key that is known under two keyids is named as the document itself names it. */
function renderSigners(counts: readonly ThresholdResult[]): readonly string[] {
  if (counts.length === 0) return [];
  const signers = counts.flatMap((count) => count.signers).reverse();
  const byKey = new Map(signers.map(({ key, keyid }) => [key.material, shortKeyId(keyid)]));
  return pair("signed by", byKey.size === 0 ? "nobody" : Array.from(byKey.values()).reverse().join(" "));
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

function renderVerdict({ files, findings, isValid, at }: Judgement): readonly string[] {
  const last = files.findLast((file) => file.isAccepted && file.document.kind === "root")?.document;
  const trusted =
    last?.kind === "root"
      ? `trusted root: version ${last.version}, expires ${last.expires?.text}`
      : "no root is trusted";
  return [
    ...renderFindings(findings).map((line) => line.slice(MARGIN.length)),
    `${isValid ? "VALID" : "NOT VALID"} at ${at}`,
    trusted,
  ];
}

function pair(label: string, text: string): readonly string[] {
  return hang(`${MARGIN}${label.padEnd(COLUMN)}`, text);
}
