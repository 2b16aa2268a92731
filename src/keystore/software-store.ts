/**
 * Keys in the memory of this very process, without PIN or passphrase: for rehearsals and demonstrations only.
 * They look like every other store's keys, and their attributes say what they are.
 */
import { CeremonyError } from "../errors.ts";
import type { KeyStore } from "./keystore.ts";
import { requireDocument, requireProof } from "./signed-bytes.ts";
import { makeSoftwareKey, type SoftwareKey } from "./software-key.ts";

export function openSoftwareStore(): KeyStore {
  const keys = new Map<string, SoftwareKey>();
  return {
    generate: async ({ key, scheme }, possession) => {
      requireProof(possession);
      const old = keys.get(key);
      old?.wipe();
      const made = makeSoftwareKey(scheme);
      keys.set(key, made);
      return {
        publicKey: made.publicKey,
        proof: made.sign(possession),
        attributes: { store: "software", throwAway: true },
        swept: old === undefined ? 0 : 1,
      };
    },
    sign: async ({ key, publicKey, payload }) => {
      requireDocument(payload);
      const made = keys.get(key);
      if (made?.publicKey.public !== publicKey.public) throw notHere(key);
      return made.sign(payload);
    },
    close: async () => {
      for (const made of keys.values()) made.wipe();
      keys.clear();
    },
  };
}

function notHere(key: string): CeremonyError {
  return new CeremonyError({
    code: "software/not-here",
    exit: "device",
    expected: `the throw-away key ${key} in this process`,
    found: "none, or another one: such keys end with the process that made them",
    remedy: "Rehearse again from the beginning, in a new folder.",
  });
}
