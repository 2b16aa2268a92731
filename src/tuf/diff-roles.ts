/** What changed in who may sign: the same for roles of root, delegated roles and succinct roles. */

import type { Change, KeyInfo } from "./changes.ts";
import { canonicalText, diffOther, isEqual } from "./diff-fields.ts";
import { isObject } from "./json.ts";
import type { ParsedKey } from "./keys.ts";
import { pointTo } from "./observer.ts";
import type { KeyId, RoleKeys } from "./types.ts";

type Keys = ReadonlyMap<KeyId, ParsedKey>;

export interface RoleSide {
  /** Undefined where the document has no such role. */
  readonly role: RoleKeys | undefined;
  readonly keys: Keys | undefined;
}

/** `where` points to the role in the later document. */
export function diffRole(name: string, where: string, before: RoleSide, after: RoleSide): readonly Change[] {
  if (before.role === undefined && after.role === undefined) return [];
  if (before.role === undefined) return [describeRole("role-added", name, after)];
  if (after.role === undefined) return [describeRole("role-removed", name, before)];

  const changes: Change[] = [];
  if (before.role.threshold !== after.role.threshold) {
    const { threshold } = before.role;
    changes.push({ kind: "threshold", role: name, before: threshold, after: after.role.threshold });
  }
  const earlier = signersByMaterial(before);
  const later = signersByMaterial(after);
  for (const [material, key] of later) {
    const same = earlier.get(material);
    if (same === undefined) changes.push({ kind: "signer-added", role: name, key });
    else if (same.keyid !== key.keyid) {
      changes.push({ kind: "keyid", role: name, before: same.keyid, after: key.keyid });
    }
  }
  for (const [material, key] of earlier) {
    if (!later.has(material)) changes.push({ kind: "signer-removed", role: name, key });
  }
  const isSameList = isEqual(before.role.keyids, after.role.keyids);
  if (changes.length === 0 && !isSameList) changes.push({ kind: "order", where: `${where}/keyids` });
  return changes;
}

interface KeysSide {
  readonly keys: Keys;
  /** Keyids that some role names: what becomes of those is told with the roles. */
  readonly used: ReadonlySet<KeyId>;
}

/** Key objects whose fields changed under an unchanged keyid, and keys that no role uses. */
export function diffKeyObjects(where: string, before: KeysSide, after: KeysSide): readonly Change[] {
  const keyids = new Set([...before.keys.keys(), ...after.keys.keys()]);
  return Array.from(keyids).flatMap((keyid): readonly Change[] => {
    const was = before.keys.get(keyid)?.wire;
    const is = after.keys.get(keyid)?.wire;
    const place = pointTo(where, keyid);
    if (isObject(was) && isObject(is)) return diffOther(place, was, is, () => false);
    const isToldWithRoles =
      was === undefined ? after.used.has(keyid) : is === undefined && before.used.has(keyid);
    if (isToldWithRoles || isEqual(was, is)) return [];
    return [{ kind: "other", where: place, before: canonicalText(was), after: canonicalText(is) }];
  });
}

export function describeSigners({ role, keys }: RoleSide): readonly KeyInfo[] {
  return (role?.keyids ?? []).map((keyid) => ({ keyid, scheme: keys?.get(keyid)?.scheme ?? "" }));
}

function describeRole(kind: "role-added" | "role-removed", name: string, side: RoleSide): Change {
  return { kind, role: name, threshold: side.role?.threshold ?? 0, keys: describeSigners(side) };
}

/** A keyid without a key can't be compared by its material: it stands for itself. */
function signersByMaterial(side: RoleSide): ReadonlyMap<string, KeyInfo> {
  return new Map(
    describeSigners(side).map((signer) => [
      side.keys?.get(signer.keyid)?.material ?? `keyid:${signer.keyid}`,
      signer,
    ]),
  );
}
