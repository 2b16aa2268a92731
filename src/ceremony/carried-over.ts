/**
 * Documents that a ceremony does not make again: whether they already say what the script wants.
 *
 * The script is the desired state. Where it differs from a previous document, that document has to be signed again, and
 * people have to say until when: so each difference is a mistake in the script, not a silent new version.
 */
import { binName } from "../tuf/hash-bins.ts";
import type { RoleKeys } from "../tuf/types.ts";
import type { KnownKey } from "./known-keys.ts";
import type { Previous } from "./previous.ts";
import type { HashBins, KeyName, RoleName, Script, ScriptRole } from "./script.ts";
import { TOP_LEVEL } from "./script-rules/role-rules.ts";

type Known = ReadonlyMap<KeyName, KnownKey>;

/** What differs, as the end of "found …"; null: nothing does. */
export function differenceOf(
  script: Script,
  role: ScriptRole,
  previous: Previous,
  known: Known,
): string | null {
  if (role.name === "root") return rootDifference(script, previous, known);
  const document = previous.targets.get(role.name);
  if (document === undefined) return null;
  const before = document.delegations;
  if (role.hashBins !== undefined) return binsDifference(role.hashBins, before, known);
  const wanted = role.delegates.map((name) => script.roles.get(name)).filter((each) => each !== undefined);
  const names = (before?.roles ?? []).map(({ name }) => name);
  if (before?.succinct != null || names.join() !== wanted.map(({ name }) => name).join()) {
    return `other delegations than those of the previous ${role.name}`;
  }
  for (const [index, delegated] of wanted.entries()) {
    const old = before?.roles[index];
    if (old === undefined || !sameKeys(delegated, old, known))
      return `other keys or threshold of ${delegated.name}`;
    const paths = delegated.paths.length === 0 ? null : delegated.paths.join("\n");
    if (paths !== (old.paths?.join("\n") ?? null) || delegated.terminating !== old.terminating) {
      return `other paths of ${delegated.name}`;
    }
  }
  return null;
}

function rootDifference(script: Script, { root }: Previous, known: Known): string | null {
  if (root === null) return null;
  for (const name of TOP_LEVEL) {
    const wanted = script.roles.get(name);
    const old = root.roles.get(name);
    if (wanted === undefined || old === undefined || !sameKeys(wanted, old, known)) {
      return `other keys or threshold of ${name} than in the previous root`;
    }
  }
  return null;
}

function binsDifference(
  bins: HashBins,
  before: {
    readonly roles: readonly (RoleKeys & { readonly name: RoleName })[];
    readonly succinct: RoleKeys | null;
  } | null,
  known: Known,
): string | null {
  const old = bins.succinct ? before?.succinct : before?.roles[0];
  if (old == null || !sameKeys(bins, old, known)) return "other keys or threshold of the bins";
  const last = before?.roles.at(-1)?.name;
  if (
    !bins.succinct &&
    (before?.roles.length !== bins.count || last !== binName(bins.name, bins.count, bins.count - 1))
  ) {
    return "other bins";
  }
  return null;
}

function sameKeys(
  wanted: { readonly keys: readonly KeyName[]; readonly threshold: number },
  before: RoleKeys,
  known: Known,
): boolean {
  const keyids = wanted.keys.map((name) => known.get(name)?.keyid ?? `a new key ${name}`);
  return (
    wanted.threshold === before.threshold && [...keyids].sort().join() === [...before.keyids].sort().join()
  );
}
