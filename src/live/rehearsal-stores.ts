/**
 * Throw-away keys for every place: what a rehearsal uses instead of tokens, files and one-time processes. They live in
 * this process and are wiped when it is done; a rehearsal that is resumed in another process can't go on with them, so
 * it is begun anew.
 */
import type { Effects } from "../ceremony/effects.ts";
import { CeremonyError } from "../errors.ts";
import { makeSoftwareKey, type SoftwareKey } from "../keystore/software-key.ts";
import type { Stores } from "./stores.ts";

/** What this needs of a key; a software key has it all. */
export type ThrowAwayKey = Pick<SoftwareKey, "publicKey" | "sign" | "wipe">;

/** @param known keys that are there from the start: tests of renewals have those of the previous metadata */
export function throwAwayStores(known: Iterable<readonly [string, ThrowAwayKey]> = []): Stores {
  const keys = new Map<string, ThrowAwayKey>(known);
  const token = (serial: string, label: string): Effects["find-token"]["value"] => ({
    serial,
    label,
    manufacturer: "tuf-ceremony",
    model: "throw-away",
    firmware: "0.0",
    initialised: label !== "",
    pin: "unknown",
  });
  return {
    async findToken({ key, serial }) {
      return token(serial ?? `rehearsal-${key}`, serial === null ? "" : key);
    },
    async provision({ serial, label }) {
      return token(serial, label);
    },
    async generate({ key, scheme }, possession) {
      keys.get(key)?.wipe();
      const made = makeSoftwareKey(scheme);
      keys.set(key, made);
      return {
        publicKey: made.publicKey,
        proof: made.sign(possession),
        attributes: { THROW_AWAY: true },
        swept: 0,
      };
    },
    async readCertificates() {
      throw new TypeError("nobody attests a throw-away key, and nobody asks");
    },
    async sign({ key }, payload) {
      const made = keys.get(key);
      if (made === undefined) {
        throw new CeremonyError({
          code: "rehearsal/key-gone",
          exit: "device",
          expected: `the throw-away key ${key} of this process`,
          found: "none: it was made by a process that has ended",
          remedy: "Rehearse again from the beginning, in a new folder.",
        });
      }
      return { sig: made.sign(payload) };
    },
    async endKey({ key }) {
      keys.get(key)?.wipe();
      keys.delete(key);
    },
    async close() {
      for (const key of keys.values()) key.wipe();
      keys.clear();
    },
  };
}
