/**
 * Which clients read these documents, and why not: client-table.ts asked about every document and every role in it.
 *
 * A report, not a judgement: whether a document may be signed or trusted is what the rules and the chain say. Signatures
 * are not verified here, only those that are there are looked at.
 */

import { describeKey, keysOf, type Sight } from "./client-limits.ts";
import { LIMITS, type Limit, type LimitId } from "./client-table.ts";
import { CLIENTS, type ClientId } from "./clients.ts";
import type { ReadableDocument } from "./documents.ts";
import { pointTo } from "./observer.ts";
import type { KeyId, RoleKeys } from "./types.ts";

/** By the role that each is for: `root`, `targets`, `bins`. Previous versions are not among them. */
export type Documents = ReadonlyMap<string, ReadableDocument>;

/** One limit of a client that a document meets. */
export interface Reason {
  readonly limit: LimitId;
  readonly effect: Limit["effect"];
  /** The role whose document it stands in. */
  readonly document: string;
  /** Whose signatures are concerned; null: the document as a whole. Of many roles with the same keys, the first. */
  readonly role: string | null;
  /** How many roles beyond that one. */
  readonly moreRoles: number;
  /** Signatures that count for this client, and how many the role needs; null where it is not about counting. */
  readonly counts: { readonly valid: number; readonly threshold: number } | null;
  /** The first of the places. */
  readonly sights: readonly Sight[];
  readonly places: number;
}

export interface ClientReport {
  readonly client: ClientId;
  readonly name: string;
  readonly versions: string;
  readonly isNewest: boolean;
  readonly reads: boolean;
  /** Why it does not; empty where it reads. */
  readonly reasons: readonly Reason[];
  /** What it passes over and reads on: signatures that count for nothing while others are enough. */
  readonly remarks: readonly Reason[];
}

/** Kept of the places of one reason. */
const KEPT_SIGHTS = 5;

/** One report for each row of CLIENTS, in its order. */
export function reportCompatibility(documents: Documents): readonly ClientReport[] {
  const roles = Array.from(documents).flatMap(([name, document]) => rolesOf(name, document, documents));
  const unread = new Map(LIMITS.map((limit) => [limit.id, unreadDocuments(limit, documents)]));
  return CLIENTS.map(({ id, name, versions, isNewest }) => {
    const limits = LIMITS.filter(({ clients }) => clients.includes(id));
    const documentReasons = limits.flatMap((limit) => unread.get(limit.id) ?? []);
    const counting = roles.flatMap((role) => concerned(limits, role));
    const remarks = counting.filter(isHarmless);
    const reasons = [...documentReasons, ...counting.filter((reason) => !isHarmless(reason))];
    return { client: id, name, versions, isNewest, reads: reasons.length === 0, reasons, remarks };
  });
}

function isHarmless({ counts }: Reason): boolean {
  return counts !== null && counts.valid >= counts.threshold;
}

function unreadDocuments(limit: Limit, documents: Documents): readonly Reason[] {
  if (!("find" in limit)) return [];
  return Array.from(documents).flatMap(([document, read]) => {
    const sights = limit.find(read);
    const about = { document, role: null, moreRoles: 0, counts: null };
    return sights.length === 0 ? [] : [reasonOf(limit, about, sights)];
  });
}

/** A role of a document, or several that have the same keys and the same threshold. */
interface NamedRole extends RoleKeys {
  /** The role whose document names the keys. */
  readonly document: string;
  readonly delegator: ReadableDocument;
  readonly name: string;
  readonly moreRoles: number;
  /** Those of its keys that sign. */
  readonly signers: ReadonlySet<KeyId>;
}

/** What the limits about keys mean for one role: all of a client's together, for they add up. */
function concerned(limits: readonly Limit[], role: NamedRole): readonly Reason[] {
  const ignored = new Set<KeyId>();
  const found: (readonly [Limit, readonly Sight[]])[] = [];
  for (const limit of limits) {
    if ("find" in limit) continue;
    const sights = unreadKeys(limit, role);
    if (sights.length === 0) continue;
    found.push([limit, sights]);
    if (limit.effect === "ignores-key")
      for (const { keyid } of sights) if (keyid !== null) ignored.add(keyid);
  }
  const valid = Array.from(role.signers).filter((keyid) => !ignored.has(keyid)).length;
  return found.map(([limit, sights]) => {
    const counts = limit.effect === "ignores-key" ? { valid, threshold: role.threshold } : null;
    return reasonOf(
      limit,
      { document: role.document, role: role.name, moreRoles: role.moreRoles, counts },
      sights,
    );
  });
}

function unreadKeys(
  limit: Extract<Limit, { effect: "refuses-role" | "ignores-key" }>,
  role: NamedRole,
): readonly Sight[] {
  const { keys, where } = keysOf(role.delegator);
  return Array.from(new Set(role.keyids)).flatMap((keyid) => {
    const key = keys.get(keyid);
    if (!limit.isUnread(key, keyid)) return [];
    const found = key === undefined ? "no such key" : describeKey(key);
    return [{ where: pointTo(where, keyid), found, keyid }];
  });
}

function reasonOf(
  { id, effect }: Limit,
  about: Pick<Reason, "document" | "role" | "moreRoles" | "counts">,
  sights: readonly Sight[],
): Reason {
  return {
    limit: id,
    effect,
    ...about,
    sights: sights.slice(0, KEPT_SIGHTS),
    places: sights.length,
  };
}

/** The roles of a document; of those that are alike and whose documents are not there, the first stands for all. */
function rolesOf(document: string, delegator: ReadableDocument, documents: Documents): readonly NamedRole[] {
  const alike = new Map<string, NamedRole>();
  for (const [name, { keyids, threshold }] of rolesNamedIn(delegator)) {
    const signed = documents.get(name);
    const group = signed === undefined ? JSON.stringify([threshold, keyids]) : `document ${name}`;
    const first = alike.get(group);
    const role = { document, delegator, name, keyids, threshold, moreRoles: 0 };
    if (first === undefined) alike.set(group, { ...role, signers: signersOf(role, signed) });
    else alike.set(group, { ...first, moreRoles: first.moreRoles + 1 });
  }
  return Array.from(alike.values());
}

function rolesNamedIn(document: ReadableDocument): Iterable<readonly [string, RoleKeys]> {
  if (document.kind === "root") return document.roles;
  if (document.kind !== "targets" || document.delegations === null) return [];
  const { roles, succinct } = document.delegations;
  const named = roles.map((role) => [role.name, role] as const);
  return succinct === null ? named : [...named, [`${succinct.namePrefix}-*`, succinct] as const];
}

/** Whoever has signed; all keys of the role where that is not enough yet, or there is no document. */
function signersOf(
  { keyids, threshold }: RoleKeys,
  signed: ReadableDocument | undefined,
): ReadonlySet<KeyId> {
  const all = new Set(keyids);
  const present = (signed?.signatures ?? []).filter(({ sig }) => sig !== null && sig !== "");
  const signers = new Set(present.map(({ keyid }) => keyid).filter((keyid) => all.has(keyid)));
  return signers.size >= threshold ? signers : all;
}
