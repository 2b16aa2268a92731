/** A keyid names one key, in all files together (TUF specification 1.0.34 §4.3): else two readers see two signers. */

import type { ParsedKey } from "./keys.ts";
import { describe, pointTo } from "./observer.ts";
import type { Observation } from "./rules.ts";
import type { KeyId } from "./types.ts";

/** The material of the key that each keyid was seen for first. */
export type NamedKeys = Map<KeyId, string>;

type Keys = ReadonlyMap<KeyId, ParsedKey>;

/** Of a document that was accepted. */
export function rememberNames(named: NamedKeys, keys: Keys): void {
  for (const [keyid, { material }] of keys) if (!named.has(keyid)) named.set(keyid, material);
}

export function observeReusedKeyIds(
  named: ReadonlyMap<KeyId, string>,
  keys: Keys,
  where: string,
): readonly Observation[] {
  const observed: Observation[] = [];
  for (const [keyid, { material }] of keys) {
    const before = named.get(keyid);
    if (before === undefined || before === material) continue;
    const found = `${describe(keyid)} for another key`;
    observed.push({ rule: "key/keyid-reused", where: pointTo(where, keyid), found });
  }
  return observed;
}
