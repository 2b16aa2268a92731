/**
 * What the ceremony needs of a place that keeps a private key: to make one, to sign with it, and to let go.
 *
 * Three kinds of places implement this: a PKCS#11 token (pkcs11/, a child process per open token), an age file
 * (age-file.ts) and a one-time child process (one-time.ts). None of them ever returns private key material.
 */
import type { PublicKey, Scheme } from "../tuf/types.ts";

/** What the token says about the key it made, or what the store can say for it. Recorded, shown in the audit. */
export type KeyAttributes = Readonly<Record<string, boolean | number | string | null>>;

export interface GenerateRequest {
  /** The key's name in the script: lower-case letters, digits and hyphens, at most 64 characters. */
  readonly key: string;
  /** CKA_LABEL or the file's comment: `<ceremony> <key>`. */
  readonly label: string;
  readonly scheme: Scheme;
}

export interface GeneratedKey {
  readonly publicKey: PublicKey;
  /** Signature (hex; DER for ECDSA) by the new key over `possessionMessage(ceremony, key)`: the first thing it signs. */
  readonly proof: string;
  readonly attributes: KeyAttributes;
  /** Left-overs of a killed attempt that were destroyed first (never adopted). */
  readonly swept: number;
}

export interface SignRequest {
  readonly key: string;
  /** CKA_LABEL. Null: of an earlier ceremony, whose labels nobody knows; a token finds the key by its public part. */
  readonly label: string | null;
  /** The key that must have made the signature; the store refuses if it holds another one under this label. */
  readonly publicKey: PublicKey;
  /** The document's role, `root`, `targets`, `bins`: a one-time key signs each that its plan lists once. */
  readonly document: string;
  /** The canonical bytes of the document's signed part. */
  readonly payload: Uint8Array;
}

export interface KeyStore {
  /** Sweeps left-overs under the same label, makes the key, finds it again, signs and verifies, reads back what is recorded. */
  generate(request: GenerateRequest, possession: Uint8Array): Promise<GeneratedKey>;
  /** Signature as lower-case hex: 64 bytes Ed25519, DER for ECDSA, PSS with salt 32 for RSA. */
  sign(request: SignRequest): Promise<string>;
  /** Ends the session and the process behind it; safe to call twice. */
  close(): Promise<void>;
}
