/**
 * The plan: script + trusted previous metadata, computed. Nothing in it depends on the machine, the clock or chance.
 */
import type { JsonObject, KeyId, PublicKey, Sha256Hex, UtcSecond } from "../tuf/types.ts";
import type { KeyName, PersonId, RoleName, Script, ScriptKey } from "./script.ts";

/** `generate/root-ada`, `sign/root/root-ada`, `preflight`, `instruct/1`: unique in a plan and stable under amendment. */
export type StepRef = string;

export type StepKind =
  | "preflight"
  | "attendance"
  | "script"
  | "clock"
  | "beacon"
  | "follow"
  | "instruct"
  /** One key on a device or in a file: `generate/<key>`. */
  | "generate"
  /** A public key that came from outside, by its digest: online keys and enrolments: `confirm/<key>`. */
  | "confirm"
  /** Every document composed and linted with throw-away signatures. */
  | "lint"
  /** All one-time keys: made, used and ended in one session: `one-time`. */
  | "one-time"
  /** One present signer and one document: `sign/<role>/<key>`. */
  | "sign"
  /** A signing request for a signer elsewhere: `request/<role>/<key>`. */
  | "request"
  /** The signature that comes back: `collect/<role>/<key>`. */
  | "collect"
  | "verify"
  | "outputs";

export interface PlannedStep {
  readonly ref: StepRef;
  readonly kind: StepKind;
  /** 1, 2, 3 …: the number people see. */
  readonly number: number;
  /** Whose turn it is: the holder, else the administrator. */
  readonly person: PersonId;
  /** For generate, confirm, sign, request, collect. */
  readonly key?: KeyName;
  /** For sign, request, collect. */
  readonly role?: RoleName;
  /** For instruct. */
  readonly instruct?: { readonly text: string; readonly record: readonly string[] };
  /** A rough estimate for "about how long is left". */
  readonly minutes: number;
}

export interface PlannedKey {
  readonly key: ScriptKey;
  /** Known before the ceremony: online keys, enrolments, keys of the previous metadata. Absent: made in the ceremony. */
  readonly known?: PublicKey;
  readonly knownKeyid?: KeyId;
  /** Enrolments: the proof of possession of the enrolment file, verified by the planner by both implementations. */
  readonly roles: readonly RoleName[];
}

/** One authority that a document must satisfy: its own new root, the previous root, or the delegating document. */
export interface Gate {
  readonly authority: "new-root" | "previous-root" | "delegation";
  readonly threshold: number;
  /** Every key that counts there; null where it is a previous key that the script does not name. */
  readonly keys: readonly { readonly name: KeyName | null; readonly keyid: KeyId | null }[];
}

export interface PlannedDocument {
  readonly role: RoleName;
  /** `metadata/1.root.json`. */
  readonly path: string;
  readonly version: number;
  readonly expires: UtcSecond;
  readonly style: "indented" | "compact";
  readonly gates: readonly Gate[];
  /** Every key of the script that is to sign it, present or elsewhere or one-time, in the order of the agenda. */
  readonly signers: readonly KeyName[];
}

/** A previous document: read, verified as a chain, and taken over where the script says nothing else. */
export interface PreviousDocument {
  readonly role: RoleName;
  readonly version: number;
  readonly sha256: Sha256Hex;
  readonly signed: JsonObject;
}

export interface Plan {
  readonly script: Script;
  readonly scriptSha256: Sha256Hex;
  readonly kind: "bootstrap" | "renewal" | "rotation" | "revocation";
  readonly previous: ReadonlyMap<RoleName, PreviousDocument>;
  readonly keys: ReadonlyMap<KeyName, PlannedKey>;
  /** In the order in which they are signed: delegated roles first, root last. */
  readonly documents: readonly PlannedDocument[];
  readonly steps: readonly PlannedStep[];
}

/** A mistake or a warning in a script, where it stands. */
export interface ScriptFinding {
  /** A rule's id, `script/unknown-field`, `plan/root-threshold`: the documentation is filed under it. */
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
}
