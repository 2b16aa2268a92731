/** Whether anybody wrote on what all objects inherit. */

const SHARED: readonly object[] = [
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  BigInt,
  Symbol,
  RegExp,
  Date,
  Map,
  Set,
  WeakMap,
  Promise,
  Error,
  TypeError,
  Uint8Array,
  Buffer,
  Intl.Segmenter,
].flatMap((made) => [made, made.prototype]);

/** Every member of theirs, and what it is. */
function snapshot(): ReadonlyMap<object, ReadonlyMap<string | symbol, unknown>> {
  return new Map(
    [...SHARED, globalThis, JSON, Math, Reflect].map((shared) => [
      shared,
      new Map(
        Reflect.ownKeys(shared).map((name) => [name, Object.getOwnPropertyDescriptor(shared, name)?.value]),
      ),
    ]),
  );
}

/** Gives what was changed, added or taken away since now, one line each. */
export function watchPrototypes(): () => readonly string[] {
  snapshot(); // some of Node's globals are made when they are first looked at, and bring others with them
  const before = snapshot();
  return () => {
    const changes: string[] = [];
    for (const [shared, members] of snapshot()) {
      const known = before.get(shared) ?? new Map();
      for (const name of new Set([...known.keys(), ...members.keys()])) {
        const isSame = known.has(name) === members.has(name) && Object.is(known.get(name), members.get(name));
        if (!isSame) changes.push(`${nameOf(shared)}: ${String(name)}`);
      }
    }
    return changes;
  };
}

function nameOf(shared: object): string {
  return typeof shared === "function" ? shared.name : Object.prototype.toString.call(shared);
}
