/**
 * The signed parts of the documents that we write, with exactly the members that every client reads
 * (TUF specification 1.0.34 §4.3 and §4.5).
 *
 * The plan has been checked before; what is refused here (TypeError) would be a mistake in this program.
 */

import { compareCodePoints } from "./canonical.ts";
import type { DelegatedRole, SuccinctRoles } from "./documents.ts";
import { object } from "./json.ts";
import { keyIdOf, keyObject } from "./keys.ts";
import type { JsonObject, JsonValue, PublicKey, RoleKeys, UtcSecond } from "./types.ts";

export const DEFAULT_SPEC_VERSION = "1.0.31";

interface Common {
  readonly version: number;
  readonly expires: UtcSecond;
  readonly specVersion?: string;
  /** `_type` gets the prefix `rehearsal-`, which no client parses. */
  readonly rehearsal: boolean;
}

export type TopLevelRole = "root" | "targets" | "snapshot" | "timestamp";

export interface RootContent extends Common {
  /** Each key once, in any order. */
  readonly keys: readonly PublicKey[];
  readonly roles: Readonly<Record<TopLevelRole, RoleKeys>>;
}

export interface TargetsContent extends Common {
  /** Entries of `targets` carried over from the previous version; usually none. */
  readonly targets: JsonObject;
  readonly delegations: DelegationsContent | null;
}

/** Roles are written in the given order: it is the order in which clients look. */
export type DelegationsContent =
  | { readonly keys: readonly PublicKey[]; readonly roles: readonly DelegatedRole[] }
  | { readonly keys: readonly PublicKey[]; readonly succinctRoles: SuccinctRoles };

export function composeRoot(content: RootContent): JsonObject {
  const keys = composeKeys(content.keys);
  const { root, targets, snapshot, timestamp } = content.roles;
  return object([
    ...composeCommon("root", content),
    ["consistent_snapshot", true],
    ["keys", keys],
    [
      "roles",
      object([
        ["root", object(composeRoleKeys(root, keys))],
        ["snapshot", object(composeRoleKeys(snapshot, keys))],
        ["targets", object(composeRoleKeys(targets, keys))],
        ["timestamp", object(composeRoleKeys(timestamp, keys))],
      ]),
    ],
  ]);
}

/** Top-level targets and delegated targets alike: both have the `_type` "targets". */
export function composeTargets(content: TargetsContent): JsonObject {
  const members: Member[] = [...composeCommon("targets", content), ["targets", content.targets]];
  if (content.delegations !== null) members.push(["delegations", composeDelegations(content.delegations)]);
  return object(members);
}

type Member = readonly [string, JsonValue];

function composeCommon(type: "root" | "targets", content: Common): readonly Member[] {
  if (!Number.isSafeInteger(content.version) || content.version < 1) {
    throw new TypeError(`a version is an integer from 1 on, not ${content.version}`);
  }
  return [
    ["_type", content.rehearsal ? `rehearsal-${type}` : type],
    ["expires", content.expires],
    ["spec_version", content.specVersion ?? DEFAULT_SPEC_VERSION],
    ["version", content.version],
  ];
}

/** By keyid, in its order; the same key twice is refused. */
function composeKeys(keys: readonly PublicKey[]): JsonObject {
  const entries = keys.map((key) => {
    const wire = keyObject(key);
    return [keyIdOf(wire), wire] as const;
  });
  return object(entries.sort(([a], [b]) => compareCodePoints(a, b)));
}

function composeRoleKeys({ keyids, threshold }: RoleKeys, keys: JsonObject): readonly Member[] {
  const distinct = new Set(keyids);
  if (distinct.size !== keyids.length) throw new TypeError("a role has a keyid twice");
  if (!keyids.every((keyid) => keys.has(keyid))) throw new TypeError("a role has a keyid without a key");
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > keyids.length) {
    throw new TypeError(`a threshold of ${threshold} for ${keyids.length} keys`);
  }
  return [
    ["keyids", keyids],
    ["threshold", threshold],
  ];
}

function composeDelegations(content: DelegationsContent): JsonObject {
  const keys = composeKeys(content.keys);
  if ("succinctRoles" in content) {
    return object([
      ["keys", keys],
      ["succinct_roles", composeSuccinctRoles(content.succinctRoles, keys)],
    ]);
  }
  if (new Set(content.roles.map(({ name }) => name)).size !== content.roles.length) {
    throw new TypeError("two delegated roles of one name");
  }
  return object([
    ["keys", keys],
    ["roles", content.roles.map((role) => composeDelegatedRole(role, keys))],
  ]);
}

function composeDelegatedRole(role: DelegatedRole, keys: JsonObject): JsonObject {
  if ((role.paths === null) === (role.pathHashPrefixes === null)) {
    throw new TypeError("a delegated role has either paths or hash prefixes");
  }
  return object([
    ...composeRoleKeys(role, keys),
    ["name", role.name],
    role.paths === null ? ["path_hash_prefixes", role.pathHashPrefixes ?? []] : ["paths", role.paths],
    ["terminating", role.terminating],
  ]);
}

function composeSuccinctRoles(roles: SuccinctRoles, keys: JsonObject): JsonObject {
  return object([
    ...composeRoleKeys(roles, keys),
    ["bit_length", roles.bitLength],
    ["name_prefix", roles.namePrefix],
  ]);
}
