/** Chains of roots of any length, for measuring: nine root keys of which five sign, and an online key. */
import { Buffer } from "node:buffer";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { composeRoot } from "../../src/tuf/compose.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import type { KeyId, RoleKeys, Scheme } from "../../src/tuf/types.ts";
import { utc } from "./sample-metadata.ts";
import { makeTestKey, type TestKey } from "./test-keys.ts";

export interface LongChain {
  readonly length: number;
  readonly scheme: Scheme;
  /** Whether each root replaces one of the nine keys by a new one; otherwise only version and date are renewed. */
  readonly rotates: boolean;
}

const KEYS = 9;
const THRESHOLD = 5;
/** Signatures that each root has, none of them by a key that only one of two successive roots knows. */
export const SIGNATURES_OF_EACH = THRESHOLD;

/** The files of the chain, version 1 first. Each root is signed by as many as its and its predecessor's threshold need. */
export function makeLongChain({ length, scheme, rotates }: LongChain): readonly Uint8Array[] {
  const online = makeTestKey(scheme);
  let holders = Array.from({ length: KEYS }, () => makeTestKey(scheme));
  return Array.from({ length }, (_, index) => {
    // The oldest key leaves; the five that sign come right behind it, so that they are in both roots.
    if (rotates && index > 0) holders = [...holders.slice(1), makeTestKey(scheme)];
    return makeRoot(index + 1, holders, online);
  });
}

function makeRoot(version: number, holders: readonly TestKey[], online: TestKey): Uint8Array {
  const onlineRole: RoleKeys = { keyids: [nameOf(online)], threshold: 1 };
  const holderRole: RoleKeys = { keyids: holders.map(nameOf), threshold: THRESHOLD };
  const signed = composeRoot({
    version,
    expires: utc("2040-01-01T00:00:00Z"),
    rehearsal: false,
    keys: [...holders, online].map((key) => key.publicKey),
    roles: { root: holderRole, targets: holderRole, snapshot: onlineRole, timestamp: onlineRole },
  });
  const payload = Buffer.from(canonicalBytes(signed));
  const signatures = holders
    .slice(0, THRESHOLD)
    .map((holder) => ({ keyid: nameOf(holder), sig: holder.sign(payload) }));
  return serializeDocument(signed, signatures, "indented");
}

function nameOf(key: TestKey): KeyId {
  return keyIdOf(keyObject(key.publicKey));
}
