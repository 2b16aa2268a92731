/** What can differ between two documents; diff.ts finds it. Names and values in it are other people's text, not escaped. */

import type { KeyId } from "./types.ts";

export interface KeyInfo {
  readonly keyid: KeyId;
  /** Empty where the document has no key for the keyid. */
  readonly scheme: string;
}

/** Delegated roles that share all paths among them by hash, written out one by one or succinctly. */
export interface BinSet {
  readonly namePrefix: string;
  readonly count: number;
  readonly form: "listed" | "succinct";
  readonly threshold: number;
  readonly keys: readonly KeyInfo[];
}

export type Change =
  /** A document of another type, or one that can't be read: nothing else is compared. */
  | { readonly kind: "document"; readonly before: string; readonly after: string }
  | {
      readonly kind: "field";
      readonly field: "version" | "expires" | "spec_version" | "consistent_snapshot" | "terminating";
      /** Empty for the document's own fields, else the delegated role's name. */
      readonly role: string;
      /** As written; null where it is missing or malformed. */
      readonly before: string | null;
      readonly after: string | null;
    }
  | {
      readonly kind: "role-added" | "role-removed";
      readonly role: string;
      readonly threshold: number;
      readonly keys: readonly KeyInfo[];
    }
  | { readonly kind: "threshold"; readonly role: string; readonly before: number; readonly after: number }
  | { readonly kind: "signer-added" | "signer-removed"; readonly role: string; readonly key: KeyInfo }
  /** The same public key under another keyid. */
  | { readonly kind: "keyid"; readonly role: string; readonly before: KeyId; readonly after: KeyId }
  | {
      readonly kind: "paths-added" | "paths-removed";
      readonly role: string;
      readonly by: "path" | "hash prefix";
      readonly paths: readonly string[];
    }
  | { readonly kind: "bins"; readonly before: readonly BinSet[]; readonly after: readonly BinSet[] }
  | {
      readonly kind: "targets";
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly changed: readonly string[];
    }
  /** Only the order of a list changed. */
  | { readonly kind: "order"; readonly where: string }
  /** Anything else: extra fields, key objects; canonical JSON, null where it is missing. */
  | {
      readonly kind: "other";
      readonly where: string;
      readonly before: string | null;
      readonly after: string | null;
    };
