/** The words for a change between two documents: one sentence each, other people's text escaped. */

import { clipForTerminal } from "../terminal/escape.ts";
import type { BinSet, Change, KeyInfo } from "../tuf/changes.ts";
import { listNames, shortKeyId, wholeKeyId } from "./lines.ts";

/**
 * In the order of the changes; nothing changed gives an empty list. Whoever joins is shown by the whole keyid, unless
 * `isJudged`: then the keys were compared with a script by the program, and a few digits tell them apart.
 */
export function describeChanges(changes: readonly Change[], isJudged = false): readonly string[] {
  const showNew = isJudged ? shortKeyId : wholeKeyId;
  return changes.map((change) => describeChange(change, showNew));
}

function describeChange(change: Change, showNew: ShowKeyId): string {
  switch (change.kind) {
    case "document":
      return `document: ${change.before} becomes ${change.after}; they can't be compared`;
    case "field": {
      const subject = change.role === "" ? change.field : `${name(change.role)}: ${change.field}`;
      if (change.before === null) return `${subject} ${value(change.after)}`;
      return `${subject} ${value(change.before)} becomes ${value(change.after)}`;
    }
    case "role-added":
      return `new role ${name(change.role)}: ${change.threshold} of ${keys(change.keys, showNew)}`;
    case "role-removed":
      return `role ${name(change.role)} is gone: was ${change.threshold} of ${keys(change.keys, shortKeyId)}`;
    case "threshold":
      return `${name(change.role)}: threshold ${change.before} becomes ${change.after}`;
    case "signer-added":
      return `${name(change.role)}: key ${key(change.key, showNew)} is added`;
    case "signer-removed":
      return `${name(change.role)}: key ${key(change.key, shortKeyId)} leaves`;
    case "keyid":
      return `${name(change.role)}: key ${shortKeyId(change.before)} is called ${showNew(change.after)} from now on; it is the same key`;
    case "paths-added":
      return `${name(change.role)}: may also sign for ${describePaths(change.by, change.paths)}`;
    case "paths-removed":
      return `${name(change.role)}: may no longer sign for ${describePaths(change.by, change.paths)}`;
    case "bins":
      return `hash bins: ${bins(change.before, shortKeyId)} becomes ${bins(change.after, showNew)}`;
    case "targets":
      return `targets: ${describeTargets(change)}`;
    case "order":
      return `only the order changed at ${name(change.where)}`;
    case "other":
      return `${name(change.where)}: ${value(change.before)} becomes ${value(change.after)}`;
    default:
      return change satisfies never;
  }
}

function describePaths(by: "path" | "hash prefix", paths: readonly string[]): string {
  return `${by === "path" ? "paths" : "hash prefixes"} ${listNames(paths, 8)}`;
}

function describeTargets(change: Extract<Change, { kind: "targets" }>): string {
  const parts = [
    ["added", change.added],
    ["removed", change.removed],
    ["changed", change.changed],
  ] as const;
  return parts
    .filter(([, paths]) => paths.length > 0)
    .map(([what, paths]) => `${paths.length} ${what} (${listNames(paths, 3)})`)
    .join(", ");
}

type ShowKeyId = (keyid: string) => string;

function bins(sets: readonly BinSet[], show: ShowKeyId): string {
  if (sets.length === 0) return "none";
  return sets
    .map((set) => {
      const form = set.form === "succinct" ? "succinct " : "";
      return `${set.count} ${form}bins ${name(set.namePrefix)}, ${set.threshold} of ${keys(set.keys, show)}`;
    })
    .join("; ");
}

function keys(infos: readonly KeyInfo[], show: ShowKeyId): string {
  const shown = infos
    .slice(0, 12)
    .map((info) => show(info.keyid))
    .join(", ");
  const rest = infos.length > 12 ? ` and ${infos.length - 12} more` : "";
  return `${infos.length} ${infos.length === 1 ? "key" : "keys"} (${shown}${rest})`;
}

function key({ keyid, scheme }: KeyInfo, show: ShowKeyId): string {
  return `${show(keyid)} (${scheme === "" ? "which the document doesn't have" : clipForTerminal(scheme, 40)})`;
}

function name(text: string): string {
  return clipForTerminal(text, 120);
}

function value(text: string | null): string {
  return text === null ? "nothing" : clipForTerminal(text, 200);
}
