/**
 * The process of a one-time key: makes it, proves possession, signs each listed document once, zeroes and ends.
 */
import { CeremonyError } from "../errors.ts";
import type { PublicKey, Scheme } from "../tuf/types.ts";
import { forbidCoreDumps, serveParent } from "./key-process-child.ts";
import { requireDocument, requireProof } from "./signed-bytes.ts";
import { makeSoftwareKey, type SoftwareKey } from "./software-key.ts";

export type OneTimeMethods = {
  generate: {
    request: {
      readonly scheme: Scheme;
      readonly documents: readonly string[];
      readonly possession: Uint8Array;
    };
    value: { readonly publicKey: PublicKey; readonly proof: string; readonly noCoreDumps: boolean };
  };
  sign: { request: { readonly document: string; readonly payload: Uint8Array }; value: string };
};

const noCoreDumps = forbidCoreDumps();
const unsigned = new Set<string>();
let key: SoftwareKey | null = null;

const parent = serveParent<OneTimeMethods>(
  {
    generate: ({ scheme, documents, possession }) => {
      if (key !== null)
        throw refusal("one-time/made-twice", "one key for each process", "a second request to make one");
      requireProof(possession);
      key = makeSoftwareKey(scheme);
      for (const document of documents) unsigned.add(document);
      return { publicKey: key.publicKey, proof: key.sign(possession), noCoreDumps };
    },
    sign: ({ document, payload }) => {
      requireDocument(payload);
      if (key === null || !unsigned.delete(document)) {
        const left = unsigned.size === 0 ? "nothing" : `only ${[...unsigned].join(", ")}`;
        throw refusal(
          "one-time/not-to-sign",
          `${left} left to sign with this key`,
          `a request for ${document}`,
        );
      }
      const sig = key.sign(payload);
      if (unsigned.size === 0) {
        key.wipe();
        parent.endAfterReply();
      }
      return sig;
    },
  },
  () => key?.wipe(),
);

function refusal(code: string, expected: string, found: string): CeremonyError {
  const remedy = "A one-time key signs each document of the plan once; if the plan changed, make a new key.";
  return new CeremonyError({ code, exit: "refused", expected, found, remedy });
}
