/** Targets metadata that delegates to any number of hash bins, for measuring: a root, and the targets below it. */
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { composeRoot, composeTargets } from "../../src/tuf/compose.ts";
import { hashBins } from "../../src/tuf/hash-bins.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import type { JsonObject } from "../../src/tuf/types.ts";
import { keyIdOfTestKey, utc } from "./sample-metadata.ts";
import { makeTestKey, type TestKey } from "./test-keys.ts";

export interface BinsDocument {
  readonly root: Uint8Array;
  /** Written out one by one, as PEP 458 has it; signed by two keys of Ed25519. */
  readonly targets: Uint8Array;
}

const COMMON = { version: 1, expires: utc("2040-01-01T00:00:00Z"), rehearsal: false };

/** `count`: a power of two, 1 to 65,536. */
export function makeBinsDocument(count: number): BinsDocument {
  const holders = [makeTestKey("ed25519"), makeTestKey("ed25519")];
  const online = makeTestKey("ed25519");
  const holderRole = { keyids: holders.map(keyIdOfTestKey), threshold: 2 };
  const onlineRole = { keyids: [keyIdOfTestKey(online)], threshold: 1 };
  const root = composeRoot({
    ...COMMON,
    keys: [...holders, online].map((key) => key.publicKey),
    roles: { root: holderRole, targets: holderRole, snapshot: onlineRole, timestamp: onlineRole },
  });
  const roles = hashBins({ count, name: "bin-n", ...onlineRole });
  const targets = composeTargets({
    ...COMMON,
    targets: new Map(),
    delegations: { keys: [online.publicKey], roles },
  });
  return { root: write(root, holders, "indented"), targets: write(targets, holders, "compact") };
}

function write(signed: JsonObject, signers: readonly TestKey[], style: "indented" | "compact"): Uint8Array {
  const payload = canonicalBytes(signed);
  const signatures = signers.map((signer) => ({ keyid: keyIdOfTestKey(signer), sig: signer.sign(payload) }));
  return serializeDocument(signed, signatures, style);
}
