/** What changed in the delegations of targets metadata. Thousands of hash bins are one line, if they are what they seem. */

import type { BinSet, Change } from "./changes.ts";
import { canonicalText, isEqual } from "./diff-fields.ts";
import { describeSigners, diffKeyObjects, diffRole } from "./diff-roles.ts";
import type { DelegatedRole, Delegations } from "./documents.ts";
import { hashBins } from "./hash-bins.ts";
import type { KeyId } from "./types.ts";

const WHERE = "/signed/delegations";

export function diffDelegations(before: Delegations | null, after: Delegations | null): readonly Change[] {
  const earlier = arrange(before);
  const later = arrange(after);
  const names = new Set([...earlier.single.keys(), ...later.single.keys()]);
  const roles = Array.from(names).flatMap((name) => {
    const was = earlier.single.get(name);
    const is = later.single.get(name);
    const where = `${WHERE}/roles/${name}`;
    const signers = diffRole(name, where, { role: was, keys: before?.keys }, { role: is, keys: after?.keys });
    return [...signers, ...diffTerminating(was, is), ...diffPaths(name, was, is)];
  });
  const bins = canonicalBins(earlier.bins) === canonicalBins(later.bins);
  const isReordered = roles.length === 0 && bins && earlier.order !== later.order;
  return [
    ...roles,
    ...(bins ? [] : [{ kind: "bins", before: earlier.bins, after: later.bins } as const]),
    ...(isReordered ? [{ kind: "order", where: `${WHERE}/roles` } as const] : []),
    ...diffKeyObjects(`${WHERE}/keys`, sideOf(before), sideOf(after)),
  ];
}

interface Arranged {
  readonly bins: readonly BinSet[];
  /** Delegated roles that are not part of a regular set of bins. */
  readonly single: ReadonlyMap<string, DelegatedRole>;
  readonly order: string;
}

function arrange(delegations: Delegations | null): Arranged {
  const keys = delegations?.keys;
  const bins: BinSet[] = [];
  const single = new Map<string, DelegatedRole>();
  for (const [namePrefix, roles] of groupByPrefix(delegations?.roles ?? [])) {
    const [first] = roles;
    if (first !== undefined && isRegularBinSet(namePrefix, roles, first)) {
      const { threshold } = first;
      const info = describeSigners({ role: first, keys });
      bins.push({ namePrefix, count: roles.length, form: "listed", threshold, keys: info });
    } else for (const role of roles) single.set(role.name, role);
  }
  const succinct = delegations?.succinct ?? null;
  if (succinct !== null) {
    const { namePrefix, bitLength, threshold } = succinct;
    const info = describeSigners({ role: succinct, keys });
    bins.push({ namePrefix, count: 2 ** bitLength, form: "succinct", threshold, keys: info });
  }
  return { bins, single, order: (delegations?.roles ?? []).map((role) => role.name).join("\n") };
}

/** `bin-n-00ff` is a bin of `bin-n`; a role by paths is in a group of its own, under its whole name. */
function groupByPrefix(roles: readonly DelegatedRole[]): ReadonlyMap<string, readonly DelegatedRole[]> {
  return Map.groupBy(roles, ({ name, paths }) =>
    paths === null ? name.replace(/-[0-9a-f]+$/, "") : `${name}-`,
  );
}

/** Exactly the bins that this tool would write: nothing about any of them is left untold. */
function isRegularBinSet(namePrefix: string, roles: readonly DelegatedRole[], first: DelegatedRole): boolean {
  const count = roles.length;
  if (count < 2 || count > 65536 || (count & (count - 1)) !== 0) return false;
  const { keyids, threshold } = first;
  const expected = hashBins({ count, name: namePrefix, keyids, threshold });
  const keyidText = canonicalText(keyids);
  return roles.every((role, index) => {
    const bin = expected[index];
    return (
      role.name === bin?.name &&
      role.threshold === threshold &&
      role.terminating === bin.terminating &&
      canonicalText(role.keyids) === keyidText &&
      isEqual(role.pathHashPrefixes, bin.pathHashPrefixes)
    );
  });
}

function canonicalBins(bins: readonly BinSet[]): string {
  return JSON.stringify(bins);
}

function diffTerminating(
  before: DelegatedRole | undefined,
  after: DelegatedRole | undefined,
): readonly Change[] {
  if (after === undefined || (before?.terminating ?? false) === after.terminating) return [];
  const was = before === undefined ? null : String(before.terminating);
  const is = String(after.terminating);
  return [{ kind: "field", field: "terminating", role: after.name, before: was, after: is }];
}

function diffPaths(
  role: string,
  before: DelegatedRole | undefined,
  after: DelegatedRole | undefined,
): readonly Change[] {
  const kinds = [
    { by: "path", was: before?.paths ?? [], is: after?.paths ?? [] },
    { by: "hash prefix", was: before?.pathHashPrefixes ?? [], is: after?.pathHashPrefixes ?? [] },
  ] as const;
  return kinds.flatMap(({ by, was, is }): readonly Change[] => {
    const wasSet = new Set(was);
    const isSet = new Set(is);
    const added = is.filter((path) => !wasSet.has(path));
    const removed = was.filter((path) => !isSet.has(path));
    if (added.length + removed.length === 0) {
      return isEqual(was, is) ? [] : [{ kind: "order", where: `${WHERE}/roles/${role}/${by}` }];
    }
    return [
      ...(added.length > 0 ? [{ kind: "paths-added", role, by, paths: added } as const] : []),
      ...(removed.length > 0 ? [{ kind: "paths-removed", role, by, paths: removed } as const] : []),
    ];
  });
}

function sideOf(delegations: Delegations | null) {
  const roles = [...(delegations?.roles ?? []), ...(delegations?.succinct ? [delegations.succinct] : [])];
  const used: ReadonlySet<KeyId> = new Set(roles.flatMap((role) => role.keyids));
  return { keys: delegations?.keys ?? new Map(), used };
}
