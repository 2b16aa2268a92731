/** Who says who may sign what: the delegations of root and of targets metadata, one by one. */

import { type Covers, coverageOf, coverageOfBin } from "./delegated-paths.ts";
import type { RootDocument, TargetsDocument } from "./documents.ts";
import type { ParsedKey } from "./keys.ts";
import { TOP_LEVEL_ROLES } from "./read-root.ts";
import type { KeyId, RoleKeys } from "./types.ts";

export interface Authority {
  readonly delegator: string;
  readonly role: RoleKeys;
  readonly keys: ReadonlyMap<KeyId, ParsedKey>;
  /** Null for everything. */
  readonly covers: Covers | null;
}

/** Of one document, to one role or many. */
export interface Delegation {
  /** Those of the names that it may be about. */
  readonly namesAmong: (names: ReadonlyMap<string, unknown>) => Iterable<string>;
  readonly authorityFor: (name: string) => Authority | null;
}

export function delegationsOfRoot({ roles, keys }: RootDocument): readonly Delegation[] {
  const names = TOP_LEVEL_ROLES.filter((name) => name !== "root");
  const authorityFor = (name: string): Authority | null => {
    const role = roles.get(name);
    return role === undefined ? null : { delegator: "root", role, keys, covers: null };
  };
  return [{ namesAmong: (known) => names.filter((name) => known.has(name)), authorityFor }];
}

export function delegationsOfTargets(
  delegator: string,
  { delegations }: TargetsDocument,
): readonly Delegation[] {
  if (delegations === null) return [];
  const { keys, succinct } = delegations;
  const roles = new Map(delegations.roles.map((role) => [role.name, role]));
  const listed: Delegation = {
    namesAmong: (known) => roles.keys().filter((name) => known.has(name)),
    authorityFor: (name) => {
      const role = roles.get(name);
      return role === undefined ? null : { delegator, role, keys, covers: coverageOf(role) };
    },
  };
  if (succinct === null) return [listed];
  const bins: Delegation = {
    namesAmong: (known) => known.keys(),
    authorityFor: (name) =>
      isBinOf(succinct, name)
        ? { delegator, role: succinct, keys, covers: coverageOfBin(succinct, name) }
        : null,
  };
  return [listed, bins];
}

/** TAP 15: the bin's number in lower-case hex, as many digits as the largest needs. */
function isBinOf(
  { namePrefix, bitLength }: { readonly namePrefix: string; readonly bitLength: number },
  name: string,
): boolean {
  const digits = name.slice(namePrefix.length + 1);
  if (!name.startsWith(`${namePrefix}-`) || !/^[0-9a-f]{1,8}$/.test(digits)) return false;
  const count = 2 ** bitLength;
  return digits.length === (count - 1).toString(16).length && Number.parseInt(digits, 16) < count;
}
