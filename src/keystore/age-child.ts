/**
 * The process of a holder's key in a file: reads the passphrase, makes or opens the key, signs, and ends.
 * It never touches a medium: files come and go as bytes.
 */
import { CeremonyError } from "../errors.ts";
import { acceptSignature } from "../tuf/accept-signature.ts";
import { keyObject, parseKeyObject } from "../tuf/keys.ts";
import type { PublicKey, Scheme } from "../tuf/types.ts";
import { sealKey, unsealAnyKey, unsealKey, unsealLabelled } from "./age-seal.ts";
import { forbidCoreDumps, serveParent } from "./key-process-child.ts";
import { askNewPassphrase, askPassphrase, type PassphraseEntry } from "./passphrase-entry.ts";
import { requireDocument, requireProof } from "./signed-bytes.ts";
import { makeSoftwareKey, type SoftwareKey } from "./software-key.ts";

export type AgeMethods = {
  /** A new key, sealed. Its passphrase stays until the process ends, for `check`. */
  make: {
    request: {
      readonly scheme: Scheme;
      readonly label: string;
      readonly possession: Uint8Array;
      readonly workFactor: number;
      readonly entry: PassphraseEntry;
    };
    value: {
      readonly publicKey: PublicKey;
      readonly proof: string;
      readonly file: Uint8Array;
      readonly noCoreDumps: boolean;
    };
  };
  /** Opens what was read back from a medium, signs the possession message with that key, and has it judged. */
  check: {
    request: { readonly file: Uint8Array; readonly name: string; readonly possession: Uint8Array };
    value: null;
  };
  /** Opens, signs the possession message with whatever key of the scheme is in it (null: of any), and ends. */
  prove: {
    request: {
      readonly file: Uint8Array;
      readonly name: string;
      readonly scheme: Scheme | null;
      readonly possession: Uint8Array;
      readonly entry: PassphraseEntry;
    };
    value: { readonly publicKey: PublicKey; readonly proof: string };
  };
  /** Opens with the old passphrase and seals under a new one, which stays until the process ends, for `check`. */
  reseal: {
    request: {
      readonly file: Uint8Array;
      readonly name: string;
      readonly workFactor: number;
      readonly before: PassphraseEntry;
      readonly entry: PassphraseEntry;
    };
    value: { readonly publicKey: PublicKey; readonly file: Uint8Array };
  };
  /** Opens, signs one document, and ends. */
  sign: {
    request: {
      readonly file: Uint8Array;
      readonly name: string;
      readonly publicKey: PublicKey;
      readonly payload: Uint8Array;
      readonly entry: PassphraseEntry;
    };
    value: string;
  };
};

const noCoreDumps = forbidCoreDumps();
let passphrase: Uint8Array = new Uint8Array();
let made: SoftwareKey | null = null;

const parent = serveParent<AgeMethods>(
  {
    make: async ({ scheme, label, possession, workFactor, entry }) => {
      requireProof(possession);
      passphrase = await askNewPassphrase(entry);
      made = makeSoftwareKey(scheme);
      const file = await sealKey(made, label, passphrase, workFactor);
      return { publicKey: made.publicKey, proof: made.sign(possession), file, noCoreDumps };
    },
    check: async ({ file, name, possession }) => {
      requireProof(possession);
      if (made === null) throw new Error("nothing was made that could be checked");
      const key = await unsealKey(file, name, passphrase, made.publicKey);
      signAndJudge(key, possession);
      return null;
    },
    prove: async ({ file, name, scheme, possession, entry }) => {
      requireProof(possession);
      parent.endAfterReply();
      passphrase = await askPassphrase(entry);
      const key = await unsealAnyKey(file, name, passphrase, scheme);
      return { publicKey: key.publicKey, proof: signAndJudge(key, possession) };
    },
    reseal: async ({ file, name, workFactor, before, entry }) => {
      passphrase = await askPassphrase(before);
      const opened = await unsealLabelled(file, name, passphrase, null);
      made = opened.key;
      passphrase.fill(0);
      passphrase = await askNewPassphrase(entry);
      const sealed = await sealKey(made, opened.label, passphrase, workFactor);
      return { publicKey: made.publicKey, file: sealed };
    },
    sign: async ({ file, name, publicKey, payload, entry }) => {
      requireDocument(payload);
      parent.endAfterReply();
      passphrase = await askPassphrase(entry);
      return signAndJudge(await unsealKey(file, name, passphrase, publicKey), payload);
    },
  },
  () => {
    passphrase.fill(0);
    made?.wipe();
  },
);

/** A signature that leaves this process is one that both implementations accept. Wipes the key. */
function signAndJudge(key: SoftwareKey, payload: Uint8Array): string {
  const sig = key.sign(payload);
  key.wipe();
  if (acceptSignature(parseKeyObject(keyObject(key.publicKey)), payload, sig).ok) return sig;
  throw new CeremonyError({
    code: "age/bad-signature",
    exit: "device",
    expected: "a signature that two implementations accept",
    found: "one that they don't",
    remedy: "Don't go on with this machine: its memory or its software is faulty.",
  });
}
