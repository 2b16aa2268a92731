/** The fields of root.json (TUF specification 1.0.34 §4.3). */

import type { RootDocument } from "./documents.ts";
import { isObject } from "./json.ts";
import { describe, type Observer, observeUnknownFields, pointTo } from "./observer.ts";
import { checkKeys, readKeys } from "./read-keys.ts";
import { checkRoleKeys, readRoleKeys } from "./read-roles.ts";
import type { JsonObject, JsonValue, KeyId, RoleKeys } from "./types.ts";

/** The roles that root MUST name. */
export const TOP_LEVEL_ROLES = ["root", "targets", "snapshot", "timestamp"] as const;
export type TopLevelRole = (typeof TOP_LEVEL_ROLES)[number];

const ROOT_FIELDS: ReadonlySet<string> = new Set([
  "_type",
  "spec_version",
  "consistent_snapshot",
  "version",
  "expires",
  "keys",
  "roles",
]);
const ROLE_FIELDS: ReadonlySet<string> = new Set(["keyids", "threshold"]);

/** Roots that were published have fewer than twenty. Each is looked at closely, which takes longer than verifying its signature. */
const MAX_KEYS = 256;

type RootFields = Pick<RootDocument, "consistentSnapshot" | "keys" | "roles">;

export function readRoot(signed: JsonObject, observer: Observer): RootFields {
  observeUnknownFields(signed, ROOT_FIELDS, "/signed", observer);
  const consistentSnapshot = readConsistentSnapshot(signed.get("consistent_snapshot"), observer);
  const keysObject = objectAt(signed, "keys", observer);
  const roles = readRoles(objectAt(signed, "roles", observer), observer);
  if (keysObject.size > MAX_KEYS) {
    observer.observe("document/count", "/signed/keys", `${keysObject.size} keys`);
    return { consistentSnapshot, keys: new Map(), roles };
  }
  const keys = readKeys(keysObject, "whole");
  const used = new Set(roles.values().flatMap((role) => role.keyids));
  checkKeys(keys, used, "/signed/keys", observer);
  for (const keyid of keys.keys()) {
    if (!used.has(keyid))
      observer.observe("root/unused-key", pointTo("/signed/keys", keyid), describe(keyid));
  }
  for (const [name, role] of roles) checkRoleKeys(role, keys, pointTo("/signed/roles", name), observer);
  const root = roles.get("root");
  if (root !== undefined) checkSafetyOfRoot(root, observer);
  return { consistentSnapshot, keys, roles };
}

function objectAt(signed: JsonObject, name: string, observer: Observer): JsonObject {
  const value = signed.get(name);
  if (isObject(value)) return value;
  observer.observe("root/keys", pointTo("/signed", name), describe(value));
  return new Map();
}

function readConsistentSnapshot(value: JsonValue | undefined, observer: Observer): boolean | null {
  const where = "/signed/consistent_snapshot";
  if (value === undefined) observer.observe("root/consistent-snapshot-missing", "/signed", "nothing");
  else if (typeof value !== "boolean") observer.observe("root/consistent-snapshot", where, describe(value));
  else if (!value) observer.observe("root/consistent-snapshot-off", where, "false");
  return typeof value === "boolean" ? value : null;
}

function readRoles(object: JsonObject, observer: Observer): ReadonlyMap<string, RoleKeys> {
  const roles = new Map<string, RoleKeys>();
  for (const [name, value] of object) {
    const where = pointTo("/signed/roles", name);
    const isTopLevel: boolean = TOP_LEVEL_ROLES.some((role) => role === name);
    if (!isTopLevel) observer.observe("role/unexpected", where, describe(name));
    if (!isObject(value)) {
      observer.observe("role/shape", where, describe(value));
      continue;
    }
    observeUnknownFields(value, ROLE_FIELDS, where, observer, "role/extra-field");
    const role = readRoleKeys(value, where, observer);
    if (role !== null) roles.set(name, role);
  }
  for (const name of TOP_LEVEL_ROLES) {
    if (!object.has(name)) observer.observe("role/missing", "/signed/roles", `no role ${name}`);
  }
  return roles;
}

function checkSafetyOfRoot(root: RoleKeys, observer: Observer): void {
  const distinct = new Set<KeyId>(root.keyids).size;
  const found = `${root.threshold} of ${distinct}`;
  if (root.threshold < 2) observer.observe("root/threshold-one", "/signed/roles/root/threshold", found);
  if (distinct <= root.threshold) observer.observe("root/no-spare-key", "/signed/roles/root", found);
}
