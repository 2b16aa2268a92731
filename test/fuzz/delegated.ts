/** A root and what hangs below it: targets, snapshot, timestamp, delegated roles and hash bins, to three levels. */
import { type Draft, DraftObject } from "./draft.ts";
import type { CaseFile } from "./fuzz-case.ts";
import { anyTree, hostileText, hostileValue } from "./hostile-values.ts";
import type { Random } from "./random.ts";
import {
  type Duty,
  disfigure,
  draftDuty,
  draftKeys,
  fileNameOf,
  makeRoots,
  pickDuty,
  pickExpiry,
  pickSpecVersion,
  pickWildness,
  planRoot,
} from "./roots.ts";
import { signDraft } from "./signing.ts";

interface NamedDuty extends Duty {
  readonly name: string;
}

/** What a document delegates, and to whom. */
interface Delegation {
  readonly draft: DraftObject;
  readonly roles: readonly NamedDuty[];
}

export function makeDelegated(random: Random): readonly CaseFile[] {
  const plan = planRoot(random);
  const wildness = pickWildness(random);
  const bentRoots = random.oneIn(4) ? wildness : 0;
  const roots = makeRoots(random, plan, 1, bentRoots);
  const { targets, snapshot, timestamp } = plan.duties;
  const files = makeTargets(random, { ...targets, name: "targets" }, 3, wildness - bentRoots);
  if (random.oneIn(3)) files.push(makeOnline(random, { ...snapshot, name: "snapshot" }));
  if (random.oneIn(3)) files.push(makeOnline(random, { ...timestamp, name: "timestamp" }));
  const order = random.oneIn(5) ? random.shuffled(files) : files;
  return random.oneIn(40) ? [...order, ...roots] : [...roots, ...order];
}

/** With the documents of some of the roles that it delegates to. */
function makeTargets(random: Random, duty: NamedDuty, levels: number, bends: number): CaseFile[] {
  const delegation = levels > 0 && !random.oneIn(3) ? pickDelegation(random) : null;
  const signed = new DraftObject([
    ["_type", random.oneIn(200) ? random.pick(["Targets", "rehearsal-targets", "snapshot"]) : "targets"],
    ...(delegation === null ? [] : [["delegations", delegation.draft] as const]),
    ["expires", pickExpiry(random)],
    ["spec_version", pickSpecVersion(random)],
    ["targets", draftTargets(random)],
    ["version", random.between(1, 3)],
  ]);
  const here = random.oneIn(2) ? bends : 0;
  disfigure(random, signed, here);
  const children = random.some(delegation?.roles ?? [], 2);
  return [
    fileFor(random, duty, signed),
    ...children.flatMap((child, index) =>
      makeTargets(random, child, levels - 1, index === 0 ? bends - here : 0),
    ),
  ];
}

function fileFor(random: Random, { name, keys }: NamedDuty, signed: DraftObject): CaseFile {
  const signers = random.oneIn(12) ? random.some(keys, random.below(keys.length + 1)) : keys;
  const version = signed.get("version");
  const number = typeof version === "number" && !random.oneIn(4) ? `${version}.` : "";
  return { name: `${number}${fileNameOf(random, name)}`, bytes: signDraft(random, signed, signers) };
}

function makeOnline(random: Random, duty: NamedDuty): CaseFile {
  const described = duty.name === "timestamp" ? "snapshot.json" : "targets.json";
  const signed = new DraftObject([
    ["_type", duty.name],
    ["expires", pickExpiry(random)],
    ["meta", new DraftObject([[described, new DraftObject([["version", 1]])]])],
    ["spec_version", pickSpecVersion(random)],
    ["version", random.between(1, 9)],
  ]);
  disfigure(random, signed, random.oneIn(6) ? 1 : 0);
  return fileFor(random, duty, signed);
}

function draftTargets(random: Random): DraftObject {
  const paths = Array.from({ length: random.below(3) }, (_, index) =>
    random.oneIn(2) ? `${hostileText(random)}${index}` : `packages/a-${index}.tar.gz`,
  );
  return new DraftObject(paths.map((path) => [path, draftTarget(random)]));
}

function draftTarget(random: Random): DraftObject {
  const target = new DraftObject([
    ["hashes", new DraftObject([["sha256", "00".repeat(32)]])],
    ["length", random.pick<Draft>([0, 1, 2 ** 40])],
  ]);
  if (random.oneIn(4)) target.set("custom", anyTree(random, 2));
  return target;
}

function pickDelegation(random: Random): Delegation {
  return random.weighted([
    [6, pickRoles],
    [2, pickBins],
    [2, pickSuccinct],
  ])(random);
}

function pickRoles(random: Random): Delegation {
  const roles = Array.from({ length: random.between(0, 4) }, () => ({
    ...pickDuty(random),
    name: random.oneIn(3)
      ? hostileText(random)
      : random.pick(["bins", "claimed", "project-a", "b", "c", "d"]),
  }));
  const kept = random.oneIn(30)
    ? roles
    : Array.from(new Map(roles.map((role) => [role.name, role])).values());
  const drafts = kept.map((role) => draftRole(role, pickPaths(random)));
  return finish(random, kept, ["roles", drafts]);
}

function pickPaths(random: Random): readonly [string, Draft] {
  const paths = random.some<Draft>(["*", "a/*", "a/?.txt", hostileText(random), "packages/*.tar.gz"], 2);
  const prefixes = random.some<Draft>(["0", "1f", "abc", "f".repeat(64)], 2);
  return random.weighted([
    [8, ["paths", paths]],
    [3, ["path_hash_prefixes", prefixes]],
    [1, ["path_hash_prefixes", [...prefixes, hostileText(random)]]],
    [1, ["paths", hostileValue(random)]],
  ] as const);
}

function draftRole(role: NamedDuty, paths: readonly [string, Draft]): DraftObject {
  return new DraftObject([...draftDuty(role), ["name", role.name], paths, ["terminating", true]]);
}

/** Sixteen or 256 bins, sometimes with a gap or an overlap. */
function pickBins(random: Random): Delegation {
  const digits = random.oneIn(6) ? 2 : 1;
  const duty = pickDuty(random);
  const prefixes = Array.from({ length: 16 ** digits }, (_, index) =>
    index.toString(16).padStart(digits, "0"),
  );
  const roles = prefixes.map((prefix) => ({ ...duty, name: `bins-${prefix}` }));
  const drafts = roles.map((role, index) => draftRole(role, ["path_hash_prefixes", [prefixes[index] ?? ""]]));
  if (random.oneIn(6)) drafts.splice(random.below(drafts.length), 1);
  if (random.oneIn(6)) drafts.push(draftRole({ ...duty, name: "again" }, ["path_hash_prefixes", ["0a"]]));
  return finish(random, roles, ["roles", drafts]);
}

/** TAP 15. */
function pickSuccinct(random: Random): Delegation {
  const bits = random.pick<number>([1, 4, 8, 14, 32, 33, 0]);
  const duty = pickDuty(random);
  const prefix = random.oneIn(4) ? hostileText(random) : "bin";
  const digits = (2 ** Math.min(bits, 32) - 1).toString(16).length;
  const roles = [0, 1].map((number) => ({
    ...duty,
    name: `${prefix}-${number.toString(16).padStart(digits, "0")}`,
  }));
  const draft = new DraftObject([...draftDuty(duty), ["bit_length", bits], ["name_prefix", prefix]]);
  return finish(random, roles, ["succinct_roles", draft]);
}

function finish(random: Random, roles: readonly NamedDuty[], member: readonly [string, Draft]): Delegation {
  return { roles, draft: new DraftObject([["keys", draftKeys(random, roles)], member]) };
}
