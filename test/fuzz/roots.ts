/** Chains of one to four roots: sound ones, in which something was changed before they were signed. */
import { TOP_LEVEL_ROLES, type TopLevelRole } from "../../src/tuf/read-root.ts";
import { addUnknown, bend, reorder } from "./bend.ts";
import { type Draft, DraftObject, Raw } from "./draft.ts";
import type { CaseFile } from "./fuzz-case.ts";
import { hostileText, oddDate } from "./hostile-values.ts";
import type { Random } from "./random.ts";
import { signDraft } from "./signing.ts";
import { pickKey, renamedKey, type SpelledKey } from "./spelled-keys.ts";

/** Who may sign, and how many must. */
export interface Duty {
  readonly keys: readonly SpelledKey[];
  readonly threshold: number;
}

export interface RootPlan {
  readonly version: number;
  readonly duties: Readonly<Record<TopLevelRole, Duty>>;
}

/** How many things are bent in a case: in two of five, nothing. */
export function pickWildness(random: Random): number {
  return random.weighted([
    [8, 0],
    [7, 1],
    [3, 2],
    [1, 3],
    [1, 6],
  ]);
}

export function planRoot(random: Random): RootPlan {
  const online = pickDuty(random);
  const version = random.weighted([
    [12, 1],
    [4, 7],
    [1, 2 ** 53 - 2],
  ]);
  return {
    version,
    duties: {
      root: pickDuty(random),
      targets: pickDuty(random),
      snapshot: random.oneIn(3) ? pickDuty(random) : online,
      timestamp: online,
    },
  };
}

/** The next version: somebody comes or leaves, a threshold changes, or nothing does. */
function planNext(random: Random, before: RootPlan): RootPlan {
  const step = random.oneIn(16) ? random.pick([-1, 0, 2, 1000]) : 1;
  const changed = random.some(TOP_LEVEL_ROLES, random.below(3));
  const duties = { ...before.duties };
  for (const role of changed) duties[role] = changeDuty(random, before.duties[role]);
  return { version: before.version + step, duties };
}

export function pickDuty(random: Random): Duty {
  const keys = distinct(Array.from({ length: random.between(1, 4) }, () => pickKey(random)));
  const threshold = random.between(1, keys.length);
  return random.oneIn(30) ? spoilDuty(random, { keys, threshold }) : { keys, threshold };
}

function distinct(keys: readonly SpelledKey[]): readonly SpelledKey[] {
  return Array.from(new Map(keys.map((key) => [key.keyid, key])).values());
}

function changeDuty(random: Random, { keys, threshold }: Duty): Duty {
  const others = random.pick([keys.slice(1), keys, keys]);
  const next = distinct(random.oneIn(3) ? others : [...others, pickKey(random)]);
  if (next.length === 0) return { keys, threshold };
  return {
    keys: next,
    threshold: random.oneIn(3) ? random.between(1, next.length) : Math.min(threshold, next.length),
  };
}

/** Rules about roles and their keys, each broken. */
function spoilDuty(random: Random, { keys, threshold }: Duty): Duty {
  const [first] = keys;
  if (first === undefined) return { keys, threshold };
  return random.pick<() => Duty>([
    () => ({ keys, threshold: keys.length + 1 }),
    () => ({ keys, threshold: 0 }),
    () => ({ keys: [...keys, first], threshold }),
    () => ({ keys: [...keys, renamedKey(first, hostileText(random))], threshold: keys.length }),
    () => ({ keys: [...keys, renamedKey(first, "another name")], threshold: keys.length + 1 }),
    () => ({ keys: [renamedKey(first, pickKey(random).keyid), ...keys.slice(1)], threshold }),
    () => ({ keys: [], threshold }),
  ])();
}

export function draftDuty({ keys, threshold }: Duty): readonly (readonly [string, Draft])[] {
  return [
    ["keyids", keys.map(({ keyid }) => keyid)],
    ["threshold", threshold],
  ];
}

/** One of two keys with one keyid is lost, unless both are to be written. */
export function draftKeys(random: Random, duties: readonly Duty[]): DraftObject {
  const keys = duties.flatMap((duty) => duty.keys);
  const kept = random.oneIn(200) ? keys : distinct(keys);
  const shown = random.oneIn(40) ? kept.slice(1) : kept;
  return new DraftObject(shown.map(({ keyid, draft }) => [keyid, draft()]));
}

export function draftRoot(random: Random, { version, duties }: RootPlan): DraftObject {
  const roles = new DraftObject(
    TOP_LEVEL_ROLES.map((role) => [role, new DraftObject(draftDuty(duties[role]))]),
  );
  if (random.oneIn(30))
    roles.set(random.oneIn(2) ? "mirrors" : hostileText(random), roles.get("root") ?? null);
  const unused = random.oneIn(20) ? [{ keys: [pickKey(random)], threshold: 1 }] : [];
  return new DraftObject([
    ["_type", random.oneIn(300) ? random.pick(["Root", "rehearsal-root", "targets", "snapshot"]) : "root"],
    ...(random.oneIn(40) ? [] : [["consistent_snapshot", !random.oneIn(10)] as const]),
    ["expires", pickExpiry(random)],
    ["keys", draftKeys(random, [...TOP_LEVEL_ROLES.map((role) => duties[role]), ...unused])],
    ["roles", roles],
    ["spec_version", pickSpecVersion(random)],
    ["version", version],
  ]);
}

export function pickExpiry(random: Random): string {
  return random.oneIn(25) ? oddDate(random) : "2030-01-01T00:00:00Z";
}

export function pickSpecVersion(random: Random): Draft {
  const odd = ["1.0", "1.0.0", "1.99", "2.0.0", "1", "1.0.0.0", "1.0.0-rc1", " 1.0.0", "1.0.31\n", "１.0.0"];
  return random.oneIn(20) ? random.pick<Draft>([...odd, new Raw("1.0"), 1]) : "1.0.31";
}

/** Harmless and harmful changes. `bends` of the latter. */
export function disfigure(random: Random, signed: DraftObject, bends: number): void {
  for (let times = random.oneIn(2) ? 0 : random.below(3); times > 0; times--) addUnknown(random, signed);
  if (random.oneIn(4)) reorder(random, signed);
  for (let times = 0; times < bends; times++) bend(random, signed);
}

/** Whoever must: all of the old and the new root's signers, or a few less. */
function pickSigners(random: Random, before: RootPlan | null, plan: RootPlan): readonly SpelledKey[] {
  const all = distinct([...plan.duties.root.keys, ...(before?.duties.root.keys ?? [])]);
  if (random.oneIn(10)) return random.some(all, random.below(all.length + 1));
  return random.oneIn(12) ? [...all, pickKey(random)] : all;
}

/** As many bends as told, each in a root that is found by chance. */
export function makeRoots(
  random: Random,
  first: RootPlan,
  count: number,
  bends: number,
): readonly CaseFile[] {
  const bent = Array.from({ length: bends }, () => random.below(count));
  const files: CaseFile[] = [];
  let before: RootPlan | null = null;
  for (let index = 0; index < count; index++) {
    const plan: RootPlan = before === null ? first : planNext(random, before);
    const signed = draftRoot(random, plan);
    disfigure(random, signed, bent.filter((one) => one === index).length);
    const bytes = signDraft(random, signed, pickSigners(random, before, plan));
    files.push({ name: `${plan.version}.root.json`, bytes });
    before = plan;
  }
  return files;
}

export function makeRootChain(random: Random): readonly CaseFile[] {
  const count = random.weighted([
    [3, 1],
    [4, 2],
    [2, 3],
    [1, 4],
  ]);
  const files = makeRoots(random, planRoot(random), count, pickWildness(random));
  return random.oneIn(25) ? disarray(random, files) : files;
}

/** Files left out, given twice, in another order or under other names. */
function disarray(random: Random, files: readonly CaseFile[]): readonly CaseFile[] {
  const at = random.below(files.length);
  const [chosen] = files.slice(at);
  if (chosen === undefined) return files;
  return random.pick<() => readonly CaseFile[]>([
    () => files.toSpliced(at, 1),
    () => [...files, chosen],
    () => random.shuffled(files),
    () => files.with(at, { ...chosen, name: `${random.below(9)}.root.json` }),
    () => files.with(at, { ...chosen, name: "root.json" }),
    () => files.with(at, { ...chosen, name: fileNameOf(random, hostileText(random)) }),
    () => [...files, { name: "snapshot.json", bytes: chosen.bytes }],
  ])();
}

/** Percent-encoded, or as raw as a file system takes it. */
export function fileNameOf(random: Random, role: string): string {
  const encoded = random.oneIn(4)
    ? role.replaceAll("/", "_").replaceAll("\u0000", "_")
    : encodeURIComponent(role.toWellFormed());
  return `${encoded === "" ? "empty" : encoded}.json`;
}
