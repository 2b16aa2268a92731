/**
 * Facts: what a finished step leaves behind. The state of a ceremony is the fold of all facts in their order.
 *
 * Facts are recorded in the step's `end` line and recomputed by every audit. The words are part of the transcript's
 * format (docs/formats.md, "Facts").
 */
import type { KeyId, PublicKey, Sha256Hex, UtcSecond } from "../tuf/types.ts";
import type { ClientVerdict, Exception } from "./effects.ts";
import type { StepRef } from "./plan-types.ts";
import type { AttestationRequirement, KeyName, PersonId, RoleName } from "./script.ts";

export interface KeyFact {
  readonly fact: "key";
  readonly key: KeyName;
  readonly keyid: KeyId;
  readonly publicKey: PublicKey;
  readonly store: "hsm" | "file" | "one-time";
  readonly serial: string | null;
  readonly attributes: { readonly [name: string]: boolean | number | string | null };
  /** Left-overs of a killed attempt that were destroyed before. */
  readonly swept: number;
}

/** The attestation of a key was judged, and holds. */
export interface AttestedFact {
  readonly fact: "attested";
  readonly key: KeyName;
  readonly keyid: KeyId;
  readonly requirement: AttestationRequirement;
  /** Of the certificates' DER, from the key's up to the root. */
  readonly chain: readonly Sha256Hex[];
}

export interface SignatureFact {
  readonly fact: "signature";
  readonly role: RoleName;
  readonly key: KeyName;
  readonly keyid: KeyId;
  /** Of the canonical bytes that were signed. The signature is void once the document has another digest. */
  readonly sha256: Sha256Hex;
  readonly sig: string;
}

export type Fact =
  | { readonly fact: "done" }
  | { readonly fact: "postponed" }
  | { readonly fact: "aborted" }
  /** A deviation: at which action, with which code, and how it went on. */
  | { readonly fact: "exception"; readonly at: string; readonly code: string; readonly exception: Exception }
  | { readonly fact: "preflight"; readonly failed: readonly string[]; readonly unknown: readonly string[] }
  | { readonly fact: "present"; readonly present: readonly PersonId[]; readonly absent: readonly PersonId[] }
  | { readonly fact: "script-read"; readonly sha256: Sha256Hex; readonly by: readonly PersonId[] }
  | { readonly fact: "head-compared"; readonly sha256: Sha256Hex }
  /** Nobody has the paper; the exception beside it says why. */
  | { readonly fact: "head-not-compared"; readonly sha256: Sha256Hex }
  | { readonly fact: "clock"; readonly time: UtcSecond; readonly by: PersonId }
  | { readonly fact: "beacon"; readonly text: string }
  | { readonly fact: "note"; readonly fields: { readonly [field: string]: string } }
  | KeyFact
  | AttestedFact
  /** The device that a key is on from now on: bound at the ceremony, or a spare. */
  | { readonly fact: "device"; readonly key: KeyName; readonly serial: string }
  /** The key that was made is not used: it is made again, on a spare or on the reinitialised device. */
  | { readonly fact: "key-void"; readonly key: KeyName; readonly because: "spare" | "reinitialise" }
  | { readonly fact: "confirmed"; readonly key: KeyName; readonly keyid: KeyId }
  | { readonly fact: "linted"; readonly scriptSha256: Sha256Hex; readonly clients: readonly ClientVerdict[] }
  | SignatureFact
  /** This signer does not sign this document; its threshold is reached by others. */
  | { readonly fact: "signer-out"; readonly role: RoleName; readonly key: KeyName }
  | { readonly fact: "requested"; readonly role: RoleName; readonly key: KeyName; readonly sha256: Sha256Hex }
  /** Nothing has come from a holder elsewhere yet; asked again in the next session. */
  | { readonly fact: "waiting"; readonly role: RoleName; readonly key: KeyName }
  | {
      readonly fact: "verified";
      readonly documents: readonly { readonly role: RoleName; readonly sha256: Sha256Hex }[];
      readonly clients: readonly ClientVerdict[];
    }
  /** A file of the folder that the audit makes again and compares. */
  | { readonly fact: "output"; readonly path: string; readonly sizeBytes: number; readonly sha256: Sha256Hex }
  | { readonly fact: "amend-asked" }
  | { readonly fact: "amendment-read"; readonly sha256: Sha256Hex }
  | { readonly fact: "chosen"; readonly step: StepRef };
