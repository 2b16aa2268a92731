/** Who may sign, and how many must: the part that roles of root, delegated roles and succinct roles share. */

import { isArray } from "./json.ts";
import type { ParsedKey } from "./keys.ts";
import { describe, type Observer, pointTo } from "./observer.ts";
import type { JsonObject, KeyId, RoleKeys } from "./types.ts";

/** Roles that were published have fewer than twenty. */
const MAX_KEYIDS = 256;

/** Null where nobody could say who may sign; a finding says why. */
export function readRoleKeys(role: JsonObject, where: string, observer: Observer): RoleKeys | null {
  const keyids = role.get("keyids");
  const threshold = role.get("threshold");
  const isList = isArray(keyids) && keyids.every((keyid) => typeof keyid === "string");
  if (!isList) observer.observe("role/shape", where, `keyids ${describe(keyids)}`);
  const isCount = typeof threshold === "number" && threshold >= 1;
  if (!isCount) observer.observe("role/threshold", pointTo(where, "threshold"), describe(threshold));
  if (isList && keyids.length > MAX_KEYIDS) {
    observer.observe("document/count", pointTo(where, "keyids"), `${keyids.length} keyids`);
    return null;
  }
  return isList && isCount ? { keyids: keyids.map((keyid) => keyid as KeyId), threshold } : null;
}

/** What is wrong between a role and the keys it names. */
export function checkRoleKeys(
  role: RoleKeys,
  keys: ReadonlyMap<KeyId, ParsedKey>,
  where: string,
  observer: Observer,
): void {
  const seen = new Set<KeyId>();
  const materials = new Map<string, KeyId>();
  for (const [index, keyid] of role.keyids.entries()) {
    const place = `${where}/keyids/${index}`;
    if (seen.has(keyid)) {
      observer.observe("role/duplicate-keyid", place, `${describe(keyid)} again`);
      continue;
    }
    seen.add(keyid);
    const key = keys.get(keyid);
    if (key === undefined) {
      observer.observe("role/dangling-keyid", place, describe(keyid));
      continue;
    }
    const twin = materials.get(key.material);
    if (twin === undefined) materials.set(key.material, keyid);
    else
      observer.observe("role/same-key-twice", place, `${describe(keyid)}, the same key as ${describe(twin)}`);
  }
  if (role.threshold > materials.size) {
    const found = `threshold ${role.threshold}, ${materials.size} distinct keys`;
    observer.observe("role/threshold-above-keys", where, found);
  }
}
