/** What changed in fields that the specification does not know, and in what could not be understood. */

import type { Change } from "./changes.ts";
import { canonicalText, diffOther, objectAt, objectOf } from "./diff-fields.ts";
import type { ReadableDocument } from "./documents.ts";
import { isArray } from "./json.ts";
import { pointTo } from "./observer.ts";
import type { JsonObject, JsonValue } from "./types.ts";

const COMMON_FIELDS = ["_type", "version", "expires", "spec_version", "consistent_snapshot"];
const FIELDS_OF_KIND: ReadonlyMap<string, readonly string[]> = new Map([
  ["root", ["keys", "roles"]],
  ["targets", ["targets", "delegations"]],
]);
const DELEGATED_ROLE_FIELDS = ["name", "keyids", "threshold", "terminating", "paths", "path_hash_prefixes"];
const SUCCINCT_FIELDS = ["keyids", "threshold", "bit_length", "name_prefix"];

export function diffExtras(before: ReadableDocument | null, after: ReadableDocument): readonly Change[] {
  const known = [...COMMON_FIELDS, ...(FIELDS_OF_KIND.get(after.kind) ?? [])];
  return [
    ...diffOther("/signed", before?.signed, after.signed, (name) => known.includes(name)),
    ...(after.kind === "root" ? diffRootRoles(before, after) : []),
    ...(after.kind === "targets" ? diffDelegationExtras(before, after) : []),
  ];
}

function diffRootRoles(before: ReadableDocument | null, after: ReadableDocument): readonly Change[] {
  const earlier = { raw: objectAt(before?.signed, "roles"), understood: understoodRoles(before) };
  const later = { raw: objectAt(after.signed, "roles"), understood: understoodRoles(after) };
  return diffRoleObjects("/signed/roles", earlier, later, ["keyids", "threshold"]);
}

const DELEGATIONS = "/signed/delegations";

function diffDelegationExtras(before: ReadableDocument | null, after: ReadableDocument): readonly Change[] {
  const [was, is] = [before?.signed, after.signed].map((signed) => signed?.get("delegations"));
  if (!isUnderstood(before) || !isUnderstood(after)) {
    const texts = { before: canonicalText(was), after: canonicalText(is) };
    return texts.before === texts.after ? [] : [{ kind: "other", where: DELEGATIONS, ...texts }];
  }
  const [earlier, later] = [objectOf(was), objectOf(is)];
  const known = ["keys", "roles", "succinct_roles"];
  return [
    ...diffOther(DELEGATIONS, earlier, later, (name) => known.includes(name)),
    ...diffRoleObjects(
      `${DELEGATIONS}/roles`,
      { raw: rolesByName(earlier?.get("roles")), understood: understoodRoles(before) },
      { raw: rolesByName(later?.get("roles")), understood: understoodRoles(after) },
      DELEGATED_ROLE_FIELDS,
    ),
    ...diffOther(
      `${DELEGATIONS}/succinct_roles`,
      objectOf(earlier?.get("succinct_roles")),
      objectOf(later?.get("succinct_roles")),
      (name) => SUCCINCT_FIELDS.includes(name),
    ),
  ];
}

/** Whether all of the delegations' form could be read, so that what is left to compare are extra fields. */
function isUnderstood(document: ReadableDocument | null): boolean {
  const rules = ["delegation/shape", "delegation/duplicate-name", "delegation/name"];
  return document === null || !document.observations.some(({ rule }) => rules.includes(rule));
}

interface RoleObjects {
  readonly raw: ReadonlyMap<string, JsonValue>;
  /** Names of the roles that the reader could make sense of: only their extra fields are compared here. */
  readonly understood: ReadonlySet<string>;
}

function diffRoleObjects(
  where: string,
  before: RoleObjects,
  after: RoleObjects,
  known: readonly string[],
): readonly Change[] {
  return Array.from(new Set([...before.raw.keys(), ...after.raw.keys()])).flatMap((name) => {
    const isCompared = [before, after].every(({ raw, understood }) => !raw.has(name) || understood.has(name));
    const [was, is] = [objectOf(before.raw.get(name)), objectOf(after.raw.get(name))];
    return diffOther(pointTo(where, name), was, is, (field) => isCompared && known.includes(field));
  });
}

function understoodRoles(document: ReadableDocument | null): ReadonlySet<string> {
  if (document?.kind === "root") return new Set(document.roles.keys());
  if (document?.kind === "targets") return new Set(document.delegations?.roles.map((role) => role.name));
  return new Set();
}

function rolesByName(list: JsonValue | undefined): JsonObject {
  if (!isArray(list)) return new Map();
  return new Map(
    list.map((role, index) => {
      const name = objectOf(role)?.get("name");
      return [typeof name === "string" ? name : String(index), role];
    }),
  );
}
