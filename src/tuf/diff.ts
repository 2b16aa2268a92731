/**
 * The change between two documents, as a holder is shown it before signing: who is added, who leaves, thresholds,
 * expiry, version, delegations. Data, not prose (src/report/diff-text.ts has the words).
 *
 * Complete: documents whose signed parts differ never compare as unchanged. Keys are compared by their material, so
 * that a key under a new keyid is not mistaken for a new key.
 */

import type { Change } from "./changes.ts";
import { diffDelegations } from "./diff-delegations.ts";
import { diffExtras } from "./diff-extras.ts";
import { canonicalText, isEqual, objectAt } from "./diff-fields.ts";
import { diffKeyObjects, diffRole } from "./diff-roles.ts";
import type { ReadableDocument, ReadDocument, RootDocument, TargetsDocument } from "./documents.ts";
import { pointTo } from "./observer.ts";
import type { JsonValue } from "./types.ts";

/** From nothing (`null`) everything in `after` is new. */
export function diffDocuments(before: ReadDocument | null, after: ReadDocument): readonly Change[] {
  const isComparable =
    after.kind !== "unreadable" &&
    (before === null || before.kind === after.kind) &&
    !differsInRehearsal(before, after);
  if (!isComparable) {
    return [
      { kind: "document", before: before === null ? "nothing" : nameType(before), after: nameType(after) },
    ];
  }
  const earlier = before === null || before.kind === "unreadable" ? null : before;
  const changes = [
    ...diffFields(earlier, after),
    ...diffContent(earlier, after),
    ...diffExtras(earlier, after),
  ];
  const isSame = earlier !== null && isEqual(earlier.signed, after.signed);
  if (changes.length > 0 || isSame) return changes;
  return [{ kind: "other", where: "/signed", before: null, after: "differs in a way that has no name here" }];
}

function differsInRehearsal(before: ReadDocument | null, after: ReadableDocument): boolean {
  return before !== null && before.kind !== "unreadable" && before.isRehearsal !== after.isRehearsal;
}

function nameType(document: ReadDocument): string {
  return document.kind !== "unreadable" && document.isRehearsal
    ? `rehearsal-${document.kind}`
    : document.kind;
}

function diffFields(before: ReadableDocument | null, after: ReadableDocument): readonly Change[] {
  const fields = ["version", "expires", "spec_version", "consistent_snapshot"] as const;
  return fields.flatMap((field) => {
    const change = { before: textOf(before?.signed.get(field)), after: textOf(after.signed.get(field)) };
    return change.before === change.after ? [] : [{ kind: "field", field, role: "", ...change } as const];
  });
}

/** A string without its quotation marks, all else as canonical JSON. */
function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : canonicalText(value);
}

function diffContent(before: ReadableDocument | null, after: ReadableDocument): readonly Change[] {
  if (after.kind === "root") return diffRoots(before?.kind === "root" ? before : null, after);
  if (after.kind === "targets") return diffTargets(before?.kind === "targets" ? before : null, after);
  return [];
}

function diffRoots(before: RootDocument | null, after: RootDocument): readonly Change[] {
  const names = new Set([...(before?.roles.keys() ?? []), ...after.roles.keys()]);
  const roles = Array.from(names).flatMap((name) =>
    diffRole(
      name,
      pointTo("/signed/roles", name),
      { role: before?.roles.get(name), keys: before?.keys },
      { role: after.roles.get(name), keys: after.keys },
    ),
  );
  const usedBefore = new Set(before?.roles.values().flatMap((role) => role.keyids) ?? []);
  const usedAfter = new Set(after.roles.values().flatMap((role) => role.keyids));
  const keyObjects = diffKeyObjects(
    "/signed/keys",
    { keys: before?.keys ?? new Map(), used: usedBefore },
    { keys: after.keys, used: usedAfter },
  );
  return [...roles, ...keyObjects];
}

function diffTargets(before: TargetsDocument | null, after: TargetsDocument): readonly Change[] {
  const delegations = diffDelegations(before?.delegations ?? null, after.delegations);
  const earlier = objectAt(before?.signed, "targets");
  const later = objectAt(after.signed, "targets");
  const added = [...later.keys()].filter((path) => !earlier.has(path));
  const removed = [...earlier.keys()].filter((path) => !later.has(path));
  const changed = [...later.keys()].filter(
    (path) => earlier.has(path) && !isEqual(earlier.get(path), later.get(path)),
  );
  const isSame = added.length + removed.length + changed.length === 0;
  return isSame ? delegations : [...delegations, { kind: "targets", added, removed, changed }];
}
