/**
 * A key that is made, used and destroyed in the ceremony: it lives in the memory of one child process and ends with it.
 *
 * What that shows and what it can't: the memory is not locked (Node has no mlock), so swap must be off; the process can
 * be read by root. Software can't prove more than that the process ended (docs/threat-model.md).
 */
import { CeremonyError } from "../errors.ts";
import type { PublicKey } from "../tuf/types.ts";
import { type ProcessEnd, startKeyProcess } from "./key-process.ts";
import type { KeyStore } from "./keystore.ts";
import type { OneTimeMethods } from "./one-time-child.ts";

/** `finished`: it signed every document it may. `closed`: it was ended early. `lost`: it died; make a new key. */
export type OneTimeEnd = "finished" | "closed" | "lost";

export interface OneTimeKey extends KeyStore {
  /** Resolves when the process is gone. */
  readonly ended: Promise<OneTimeEnd>;
  readonly pid: number | undefined;
}

/** Starts the process for one key, which may sign these documents (role names), once each. */
export function startOneTimeKey(documents: readonly string[]): OneTimeKey {
  let closing = false;
  let made: PublicKey | null = null;
  const unsigned = new Set(documents);
  const child = startKeyProcess<OneTimeMethods>({
    program: "keystore/one-time-child",
    terminal: null,
    whenLost: (end) => lost(end, made !== null && unsigned.size === 0),
  });

  return {
    pid: child.pid,
    ended: child.ended.then((end): OneTimeEnd => {
      if (made !== null && unsigned.size === 0 && "status" in end && end.status === 0) return "finished";
      return closing ? "closed" : "lost";
    }),
    generate: async (request, possession) => {
      const { scheme } = request;
      const { publicKey, proof, noCoreDumps } = await child.call("generate", {
        scheme,
        documents,
        possession,
      });
      made = publicKey;
      return {
        publicKey,
        proof,
        swept: 0,
        attributes: { store: "one-time", noCoreDumps, documents: documents.join(" ") },
      };
    },
    sign: async ({ publicKey, document, payload }) => {
      if (made === null || publicKey.public !== made.public || publicKey.scheme !== made.scheme)
        throw otherKey();
      const sig = await child.call("sign", { document, payload });
      unsigned.delete(document);
      return sig;
    },
    close: async () => {
      closing = true;
      await child.close();
    },
  };
}

function lost(end: ProcessEnd, finished: boolean): CeremonyError {
  const how = "signal" in end ? `was ended by ${end.signal}` : `ended with status ${end.status}`;
  return new CeremonyError({
    code: "one-time/lost",
    exit: "device",
    expected: "the process that holds the one-time key",
    found: finished
      ? "none: the key has signed everything it may and is gone"
      : `none: it ${how}, and the key with it`,
    remedy: "Make a new one-time key; every document that names the old one is composed again.",
  });
}

function otherKey(): CeremonyError {
  return new CeremonyError({
    code: "one-time/other-key",
    exit: "refused",
    expected: "a request for the key that this process made",
    found: "a request for another key",
    remedy: "This is a mistake in the program: report it.",
  });
}
