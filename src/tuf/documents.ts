/** The shapes that reading gives TUF documents: everything that could be understood, and what was seen on the way. */

import type { Expiry } from "./expiry.ts";
import type { ParsedKey } from "./keys.ts";
import type { Finding, Observation } from "./rules.ts";
import type { JsonObject, KeyId, RoleKeys } from "./types.ts";

/** One element of `signatures`. */
export interface ReadSignature {
  readonly keyid: KeyId;
  /** Lower-case hex; empty for a placeholder; null where it is not hex. */
  readonly sig: string | null;
}

interface Judged {
  readonly sizeBytes: number;
  readonly observations: readonly Observation[];
  /** The observations as the profile `reading` judges them. A document with an error among them is not to be trusted. */
  readonly findings: readonly Finding[];
}

/** No JSON, or without an object `signed`: there is nothing that could be verified. */
export interface UnreadableDocument extends Judged {
  readonly kind: "unreadable";
}

interface Readable extends Judged {
  /** What the document says, as it stands there. */
  readonly signed: JsonObject;
  /** Canonical form of `signed`: what signatures are over. */
  readonly payload: Uint8Array;
  readonly signatures: readonly ReadSignature[];
  /** `_type` said `rehearsal-root` and so on. */
  readonly isRehearsal: boolean;
  /** Null, here and below: missing or not what the specification allows; a finding says so. */
  readonly specVersion: string | null;
  readonly version: number | null;
  readonly expires: Expiry | null;
}

export interface RootDocument extends Readable {
  readonly kind: "root";
  readonly consistentSnapshot: boolean | null;
  readonly keys: ReadonlyMap<KeyId, ParsedKey>;
  /** Only roles that are usable: a list of keyids and a threshold of at least 1. */
  readonly roles: ReadonlyMap<string, RoleKeys>;
}

export interface TargetsDocument extends Readable {
  readonly kind: "targets";
  /** Entries of `targets`. */
  readonly targetCount: number;
  readonly delegations: Delegations | null;
}

/** Of what it says about other metadata only the form is looked at. */
export interface OnlineDocument extends Readable {
  readonly kind: "snapshot" | "timestamp";
}

export type ReadableDocument = RootDocument | TargetsDocument | OnlineDocument;
export type ReadDocument = UnreadableDocument | ReadableDocument;

export interface Delegations {
  readonly keys: ReadonlyMap<KeyId, ParsedKey>;
  readonly roles: readonly DelegatedRole[];
  readonly succinct: SuccinctRoles | null;
}

/** TUF specification 1.0.34 §4.5. */
export interface DelegatedRole extends RoleKeys {
  readonly name: string;
  readonly terminating: boolean;
  /** Exactly one of the two is there. */
  readonly paths: readonly string[] | null;
  readonly pathHashPrefixes: readonly string[] | null;
}

/** TAP 15: 2^bitLength bins called `namePrefix-00…`. */
export interface SuccinctRoles extends RoleKeys {
  /** 1 to 32. */
  readonly bitLength: number;
  readonly namePrefix: string;
}

/** What a reader of each kind takes over from the envelope. */
export type CommonFields = Omit<Readable, keyof Judged>;
