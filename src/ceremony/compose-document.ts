/**
 * The signed part of a planned document: the plan says what it holds, the public keys of the ceremony fill it in.
 *
 * What the plan's script does not say is taken over from the previous document: the entries of `targets`.
 */
import { CeremonyError } from "../errors.ts";
import { composeRoot, composeTargets, type DelegationsContent } from "../tuf/compose.ts";
import type { DelegatedRole } from "../tuf/documents.ts";
import { hashBins, succinctRoles } from "../tuf/hash-bins.ts";
import { isObject } from "../tuf/json.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import type { JsonObject, PublicKey, RoleKeys } from "../tuf/types.ts";
import type { Plan } from "./plan-types.ts";
import type { HashBins, KeyName, RoleName, Script, ScriptRole } from "./script.ts";

type Keys = ReadonlyMap<KeyName, PublicKey>;

/** Every key whose public part stands in the document, each once, in the order of the script. */
export function documentKeys(plan: Plan, role: RoleName): readonly KeyName[] {
  const { roles } = plan.script;
  const named = new Set<KeyName>();
  const lists = role === "root" ? [...TOP_LEVEL].map((name) => roleOf(plan.script, name).keys) : [];
  const own = roleOf(plan.script, role);
  if (own.hashBins !== undefined) lists.push(own.hashBins.keys);
  for (const name of own.delegates) lists.push(roles.get(name)?.keys ?? []);
  for (const list of lists) for (const name of list) named.add(name);
  return [...plan.script.keys.keys()].filter((name) => named.has(name));
}

/** Throws CeremonyError `compose/key-unknown` where `keys` lacks one of `documentKeys`. */
export function composeDocument(plan: Plan, role: RoleName, keys: Keys, rehearsal: boolean): JsonObject {
  const document = plan.documents.find((planned) => planned.role === role);
  if (document === undefined) throw new TypeError(`the plan has no document ${role}`);
  const { version, expires } = document;
  const common = { version, expires, rehearsal };
  if (role === "root") {
    return composeRoot({
      ...common,
      keys: documentKeys(plan, role).map((name) => keyOf(keys, name)),
      roles: {
        root: roleKeys(roleOf(plan.script, "root"), keys),
        targets: roleKeys(roleOf(plan.script, "targets"), keys),
        snapshot: roleKeys(roleOf(plan.script, "snapshot"), keys),
        timestamp: roleKeys(roleOf(plan.script, "timestamp"), keys),
      },
    });
  }
  const previous = plan.previous.get(role)?.signed.get("targets");
  return composeTargets({
    ...common,
    targets: isObject(previous) ? previous : new Map(),
    delegations: delegationsOf(plan.script, role, keys),
  });
}

const TOP_LEVEL = ["root", "targets", "snapshot", "timestamp"] as const;

/** What the script wants targets or a delegated role to delegate; null: nothing. */
export function delegationsOf(script: Script, role: RoleName, keys: Keys): DelegationsContent | null {
  const { delegates, hashBins: bins } = roleOf(script, role);
  if (bins !== undefined) return binsOf(bins, keys);
  if (delegates.length === 0) return null;
  const roles = delegates.map((name) => delegatedRole(roleOf(script, name), keys));
  const named = new Set(delegates.flatMap((name) => roleOf(script, name).keys));
  return { keys: [...named].map((name) => keyOf(keys, name)), roles };
}

/** The first hex digit of a hash is one of these: together they stand for every path, in all clients alike. */
const EVERY_PATH: readonly string[] = [..."0123456789abcdef"];

function delegatedRole(role: ScriptRole, keys: Keys): DelegatedRole {
  return {
    name: role.name,
    ...roleKeys(role, keys),
    terminating: role.terminating,
    paths: role.paths.length === 0 ? null : role.paths,
    pathHashPrefixes: role.paths.length === 0 ? EVERY_PATH : null,
  };
}

function binsOf(bins: HashBins, keys: Keys): DelegationsContent {
  const shared = { count: bins.count, name: bins.name, ...roleKeys(bins, keys) };
  const publicKeys = bins.keys.map((name) => keyOf(keys, name));
  return bins.succinct
    ? { keys: publicKeys, succinctRoles: succinctRoles(shared) }
    : { keys: publicKeys, roles: hashBins(shared) };
}

function roleKeys(role: Pick<ScriptRole, "keys" | "threshold">, keys: Keys): RoleKeys {
  return {
    keyids: role.keys.map((name) => keyIdOf(keyObject(keyOf(keys, name)))),
    threshold: role.threshold,
  };
}

function roleOf(script: Script, name: RoleName): ScriptRole {
  const role = script.roles.get(name);
  if (role === undefined) throw new TypeError(`the script has no role ${name}`);
  return role;
}

function keyOf(keys: Keys, name: KeyName): PublicKey {
  const key = keys.get(name);
  if (key !== undefined) return key;
  throw new CeremonyError({
    code: "compose/key-unknown",
    exit: "refused",
    expected: `the public key of ${name}`,
    found: "a key that has not been made yet",
    remedy: "Make the key first.",
  });
}
