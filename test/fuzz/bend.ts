/** Bends a draft out of shape: one thing at a place that is found by chance. */
import { copyDraft, type Draft, DraftObject, Raw } from "./draft.ts";
import { anyTree, hostileNumber, hostileText, hostileValue, oddDate } from "./hostile-values.ts";
import type { Random } from "./random.ts";

/** A value and how to put another in its place. */
interface Place {
  readonly parent: DraftObject | Draft[];
  readonly index: number;
}

/** Most of these are mistakes. */
export function bend(random: Random, top: DraftObject): void {
  const place = findPlace(random, top);
  if (place === null) return;
  random.weighted(BENDS)(random, place);
}

/** Adds what readers must pass over, and changes nothing else. */
export function addUnknown(random: Random, top: DraftObject): void {
  const objects = objectsOf(top);
  const where = random.pick(objects);
  const name = random.oneIn(3) ? `x-${hostileText(random)}` : hostileText(random);
  const at = random.below(where.members.length + 1);
  if (where.get(name) === undefined) where.members.splice(at, 0, [name, anyTree(random, 2)]);
}

/** The same members in another order. */
export function reorder(random: Random, top: DraftObject): void {
  const where = random.pick(objectsOf(top));
  where.members = random.shuffled(where.members);
}

function objectsOf(draft: Draft): DraftObject[] {
  if (Array.isArray(draft)) return draft.flatMap(objectsOf);
  if (!(draft instanceof DraftObject)) return [];
  return [draft, ...draft.members.flatMap(([, value]) => objectsOf(value))];
}

/** Descends by chance, so that `expires` is found as often as `keys` with all that is in it. */
function findPlace(random: Random, top: DraftObject): Place | null {
  let parent: DraftObject | Draft[] = top;
  for (;;) {
    const count: number = Array.isArray(parent) ? parent.length : parent.members.length;
    if (count === 0) return null;
    const place: Place = { parent, index: random.below(count) };
    const value: Draft = valueAt(place);
    const isInner = (Array.isArray(value) && value.length > 0) || value instanceof DraftObject;
    if (!isInner || random.oneIn(5)) return place;
    parent = value;
  }
}

function valueAt({ parent, index }: Place): Draft {
  const value = Array.isArray(parent) ? parent[index] : parent.members[index]?.[1];
  return value ?? null;
}

function put({ parent, index }: Place, value: Draft): void {
  if (Array.isArray(parent)) parent[index] = value;
  else {
    const member = parent.members[index];
    if (member !== undefined) member[1] = value;
  }
}

type Bend = (random: Random, place: Place) => void;

const BENDS: readonly (readonly [number, Bend])[] = [
  [10, (random, place) => put(place, hostileValue(random))],
  [12, (random, place) => put(place, alike(random, valueAt(place)))],
  [4, remove],
  [3, repeat],
  [3, rename],
  [
    2,
    (random, place) =>
      put(place, random.oneIn(2) ? [valueAt(place)] : new DraftObject([["a", valueAt(place)]])),
  ],
  [3, exchange],
];

/** Of the same type, and wrong, or only strange. */
function alike(random: Random, value: Draft): Draft {
  if (typeof value === "string") return alterText(random, value);
  if (typeof value === "number" || typeof value === "bigint") {
    const near: readonly Draft[] = [
      BigInt(value) + 1n,
      BigInt(value) - 1n,
      -BigInt(value),
      `${value}`,
      random.pick([".0", "e0", "E+1", "."].map((tail) => new Raw(`${value}${tail}`))),
    ];
    return random.oneIn(2) ? random.pick(near) : hostileNumber(random);
  }
  if (typeof value === "boolean") return random.pick<Draft>([!value, Number(value), String(value), null]);
  if (Array.isArray(value)) return alterList(random, value);
  return hostileValue(random);
}

function alterText(random: Random, text: string): Draft {
  const at = random.below(text.length + 1);
  const changed: readonly (() => string)[] = [
    () => text.slice(0, at) + hostileText(random) + text.slice(at),
    () =>
      text.slice(0, at) + random.pick(["0", "f", "\n", " ", "=", "-", "\u0000", "é"]) + text.slice(at + 1),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.toUpperCase(),
    () => `${text}\n`,
    () => ` ${text}`,
    () => text + text,
    () => text.slice(0, at),
    () => text.normalize("NFD"),
    () => (/^\d{4}-/.test(text) ? oddDate(random) : hostileText(random)),
    () => (/^\d{4}-/.test(text) ? oddDate(random) : hostileText(random)),
  ];
  // What was cut in the middle of a pair is no text; it is written as an escape that stands for nothing.
  const chosen = random.pick(changed)();
  return chosen.isWellFormed() ? chosen : new Raw(JSON.stringify(chosen));
}

function alterList(random: Random, list: readonly Draft[]): Draft {
  if (list.length === 0) return [hostileValue(random)];
  const at = random.below(list.length);
  return random.pick<() => Draft>([
    () => [],
    () => [...list].reverse(),
    () => list.toSpliced(at, 1),
    () => [...list, copyDraft(list[at] ?? null)],
    () => list.toSpliced(at, 0, hostileValue(random)),
    () => new DraftObject(list.map((value, index) => [`${index}`, value])),
  ])();
}

function remove(_: Random, { parent, index }: Place): void {
  if (Array.isArray(parent)) parent.splice(index, 1);
  else parent.members.splice(index, 1);
}

/** A second member of that name: with the same value, or another. */
function repeat(random: Random, place: Place): void {
  const { parent, index } = place;
  const value = random.oneIn(2) ? copyDraft(valueAt(place)) : hostileValue(random);
  if (Array.isArray(parent)) parent.splice(index, 0, value);
  else {
    const name = parent.members[index]?.[0] ?? "";
    parent.members.splice(random.below(parent.members.length + 1), 0, [name, value]);
  }
}

function rename(random: Random, { parent, index }: Place): void {
  if (Array.isArray(parent)) return;
  const member = parent.members[index];
  if (member === undefined) return;
  const name = random.oneIn(2) ? hostileText(random) : alterText(random, member[0]);
  if (typeof name === "string") member[0] = name;
}

/** With the value beside it. */
function exchange(random: Random, place: Place): void {
  const { parent } = place;
  const other: Place = {
    parent,
    index: random.below(Array.isArray(parent) ? parent.length : parent.members.length),
  };
  const [here, there] = [valueAt(place), valueAt(other)];
  put(place, there);
  put(other, here);
}
