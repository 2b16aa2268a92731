/** The fields of targets.json and its delegations (TUF specification 1.0.34 §4.5; TAP 15 for succinct roles). */

import { checkBins } from "./check-bins.ts";
import type { DelegatedRole, Delegations, SuccinctRoles, TargetsDocument } from "./documents.ts";
import { isHashes, isLength } from "./file-description.ts";
import { isArray, isObject } from "./json.ts";
import { describe, type Observer, observeUnknownFields, pointTo } from "./observer.ts";
import { checkKeys, readKeys } from "./read-keys.ts";
import { checkRoleKeys, readRoleKeys } from "./read-roles.ts";
import { TOP_LEVEL_ROLES } from "./read-root.ts";
import type { JsonObject, JsonValue } from "./types.ts";

const TARGETS_FIELDS: ReadonlySet<string> = new Set([
  "_type",
  "spec_version",
  "version",
  "expires",
  "targets",
  "delegations",
]);
const DELEGATIONS_FIELDS: ReadonlySet<string> = new Set(["keys", "roles", "succinct_roles"]);
const DELEGATED_ROLE_FIELDS: ReadonlySet<string> = new Set([
  "name",
  "keyids",
  "threshold",
  "terminating",
  "paths",
  "path_hash_prefixes",
]);
const SUCCINCT_FIELDS: ReadonlySet<string> = new Set(["keyids", "threshold", "bit_length", "name_prefix"]);

/** Up to so many keys are looked at closely, whether they sign or not. */
const FEW_KEYS = 256;

export function readTargets(
  signed: JsonObject,
  observer: Observer,
): Pick<TargetsDocument, "targetCount" | "delegations"> {
  observeUnknownFields(signed, TARGETS_FIELDS, "/signed", observer);
  const targetCount = countTargets(signed.get("targets"), observer);
  const delegations = signed.get("delegations");
  return {
    targetCount,
    delegations: delegations === undefined ? null : readDelegations(delegations, observer),
  };
}

function countTargets(value: JsonValue | undefined, observer: Observer): number {
  if (!isObject(value)) {
    observer.observe("targets/shape", "/signed/targets", describe(value));
    return 0;
  }
  for (const [path, target] of value) {
    const length = isObject(target) ? target.get("length") : undefined;
    const hashes = isObject(target) ? target.get("hashes") : undefined;
    if (isLength(length) && isHashes(hashes)) continue;
    const found = `length ${describe(length)}, hashes ${describe(hashes)}`;
    observer.observe("targets/shape", pointTo("/signed/targets", path), found);
  }
  return value.size;
}

const WHERE = "/signed/delegations";

function readDelegations(value: JsonValue, observer: Observer): Delegations | null {
  const keysObject = isObject(value) ? value.get("keys") : undefined;
  if (!isObject(value) || !isObject(keysObject)) {
    observer.observe(
      "delegation/shape",
      WHERE,
      isObject(value) ? `keys ${describe(keysObject)}` : describe(value),
    );
    return null;
  }
  observeUnknownFields(value, DELEGATIONS_FIELDS, WHERE, observer);
  const list = value.get("roles");
  const succinctValue = value.get("succinct_roles");
  if ((list === undefined) === (succinctValue === undefined)) {
    const found = list === undefined ? "neither" : "both";
    observer.observe("delegation/shape", WHERE, `${found} of roles and succinct_roles`);
  }
  const roles = list === undefined ? [] : readDelegatedRoles(list, observer);
  const succinct = succinctValue === undefined ? null : readSuccinctRoles(succinctValue, observer);

  const keys = readKeys(keysObject, keysObject.size <= FEW_KEYS ? "whole" : "spelling");
  const used = new Set(roles.flatMap((role) => role.keyids).concat(succinct?.keyids ?? []));
  checkKeys(keys, used, `${WHERE}/keys`, observer);
  for (const [index, role] of roles.entries()) {
    checkRoleKeys(role, keys, `${WHERE}/roles/${index}`, observer);
  }
  if (succinct !== null) checkRoleKeys(succinct, keys, `${WHERE}/succinct_roles`, observer);
  checkBins(roles, `${WHERE}/roles`, observer);
  return { keys, roles, succinct };
}

function readDelegatedRoles(value: JsonValue, observer: Observer): readonly DelegatedRole[] {
  if (!isArray(value)) {
    observer.observe("delegation/shape", `${WHERE}/roles`, describe(value));
    return [];
  }
  const names = new Set<string>();
  return value.flatMap((element, index) => {
    const where = `${WHERE}/roles/${index}`;
    const role = isObject(element) ? readDelegatedRole(element, where, observer) : null;
    if (!isObject(element)) observer.observe("delegation/shape", where, describe(element));
    if (role === null) return [];
    if (names.has(role.name)) observer.observe("delegation/duplicate-name", where, describe(role.name));
    names.add(role.name);
    return [role];
  });
}

function readDelegatedRole(element: JsonObject, where: string, observer: Observer): DelegatedRole | null {
  observeUnknownFields(element, DELEGATED_ROLE_FIELDS, where, observer, "role/extra-field");
  const who = readRoleKeys(element, where, observer);
  const name = element.get("name");
  const terminating = element.get("terminating");
  const isNamed = typeof name === "string" && name !== "" && !TOP_LEVEL_ROLES.some((role) => role === name);
  if (!isNamed) observer.observe("delegation/name", `${where}/name`, describe(name));
  if (typeof terminating !== "boolean") {
    observer.observe("delegation/shape", `${where}/terminating`, describe(terminating));
  }
  const what = readPaths(element, where, observer);
  if (who === null || what === null || !isNamed || typeof terminating !== "boolean") return null;
  return { name, terminating, ...who, ...what };
}

function readPaths(
  element: JsonObject,
  where: string,
  observer: Observer,
): Pick<DelegatedRole, "paths" | "pathHashPrefixes"> | null {
  const paths = readStrings(element.get("paths"));
  const pathHashPrefixes = readStrings(element.get("path_hash_prefixes"));
  if (
    paths === "malformed" ||
    pathHashPrefixes === "malformed" ||
    (paths === null) === (pathHashPrefixes === null)
  ) {
    const found = `paths ${describe(element.get("paths"))}, path_hash_prefixes ${describe(element.get("path_hash_prefixes"))}`;
    observer.observe("delegation/paths", where, found);
    return null;
  }
  for (const [index, prefix] of (pathHashPrefixes ?? []).entries()) {
    if (!/^[0-9a-f]{1,64}$/.test(prefix)) {
      observer.observe("delegation/prefix", `${where}/path_hash_prefixes/${index}`, describe(prefix));
    }
  }
  return { paths, pathHashPrefixes };
}

function readStrings(value: JsonValue | undefined): readonly string[] | null | "malformed" {
  if (value === undefined) return null;
  if (!isArray(value)) return "malformed";
  const strings = value.filter((element) => typeof element === "string");
  return strings.length === value.length ? strings : "malformed";
}

function readSuccinctRoles(value: JsonValue, observer: Observer): SuccinctRoles | null {
  const where = `${WHERE}/succinct_roles`;
  if (!isObject(value)) {
    observer.observe("delegation/shape", where, describe(value));
    return null;
  }
  observeUnknownFields(value, SUCCINCT_FIELDS, where, observer, "role/extra-field");
  const who = readRoleKeys(value, where, observer);
  const bitLength = value.get("bit_length");
  const namePrefix = value.get("name_prefix");
  const isLength = typeof bitLength === "number" && bitLength >= 1 && bitLength <= 32;
  if (!isLength) observer.observe("delegation/shape", `${where}/bit_length`, describe(bitLength));
  const isPrefix = typeof namePrefix === "string" && namePrefix !== "";
  if (!isPrefix) observer.observe("delegation/name", `${where}/name_prefix`, describe(namePrefix));
  return who !== null && isLength && isPrefix ? { ...who, bitLength, namePrefix } : null;
}
