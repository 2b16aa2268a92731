/**
 * The script: the one reviewed input of a ceremony (docs/formats.md, "The script").
 *
 * These are the types of a script that was read and found without error by `read-script.ts`; every name in it refers to
 * something that exists. Maps keep the order of the file.
 */
import type { KeyId, Scheme, Sha256Hex, UtcSecond } from "../tuf/types.ts";
import type { PreflightCheck } from "./preflight-checks.ts";

/** Names are lower-case letters, digits and hyphens, 1 to 64 characters, beginning with a letter or digit. */
export type PersonId = string;
export type KeyName = string;
export type RoleName = string;

export type Profile = "tuf" | "pep458" | "pep480";
export type Duty = "administrator" | "holder" | "witness";

/** A file beside the script, pinned by digest. `file` is relative to the script's folder and stays inside it. */
export interface PinnedFile {
  readonly file: string;
  readonly sha256: Sha256Hex;
}

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly duty: Duty;
  /** An OpenSSH public key line; witnesses sign heads with it. */
  readonly signsWith?: string;
}

/** How often a YubiKey asks for its PIV PIN or for a touch, from the least to the most. */
export const PIN_POLICIES = ["never", "once", "always"] as const;
export const TOUCH_POLICIES = ["never", "cached", "always"] as const;

/** What must hold of a device's certificate for a key that it makes. */
export interface AttestationRequirement {
  /** SHA-256 of the DER of the makers' roots that its chain may end in, at least one. */
  readonly roots: readonly Sha256Hex[];
  /** The oldest that will do, `2.4.0`; null: the device profile's. */
  readonly firmware: string | null;
  /** YubiHSM: exactly these, 1 to 16; null: any. */
  readonly domains: readonly number[] | null;
  /** PIV: at least that often; null: `once`, and no touch. */
  readonly pin: (typeof PIN_POLICIES)[number] | null;
  readonly touch: (typeof TOUCH_POLICIES)[number] | null;
}

/** A key in a PKCS#11 token. With `keyid` it exists already (renewal, rotation) and is not made again. */
export interface HsmKey {
  readonly store: "hsm";
  readonly name: KeyName;
  readonly holder: PersonId;
  readonly scheme: Scheme;
  /** Device profile: which module of the machine file, which template, which limits. */
  readonly device: string;
  /** As printed on the device and reported by the token; `at-ceremony`: bound when the token is first seen. */
  readonly serial: string;
  readonly spares: readonly string[];
  /** Initialise the token and set its PINs before the key is made. */
  readonly provision: boolean;
  /** `waived`: people agreed to do without; null: nothing is said, as for a key that exists. */
  readonly attestation: AttestationRequirement | "waived" | null;
  readonly keyid?: KeyId;
}

/** A key in an age file with a passphrase, on two of the holder's own media. */
export interface FileKey {
  readonly store: "file";
  readonly name: KeyName;
  readonly holder: PersonId;
  readonly scheme: Scheme;
  readonly keyid?: KeyId;
}

/**
 * Made, used and ended inside the ceremony; never stored. With `keyid` it ended in an earlier ceremony: it can't sign any
 * more, but the document that it signed stays, and so root goes on naming it.
 */
export interface OneTimeKey {
  readonly store: "one-time";
  readonly name: KeyName;
  readonly scheme: Scheme;
  readonly keyid?: KeyId;
}

/** An online key: only its public part is ever here. */
export interface PublicOnlyKey {
  readonly store: "public";
  readonly name: KeyName;
  readonly scheme: Scheme;
  readonly public: PinnedFile;
}

/**
 * A holder who is elsewhere: the key was made there. New keys come as an enrolment file with a proof of possession;
 * keys that the previous metadata knows are named by `keyid`. Exactly one of the two is set.
 */
export interface ElsewhereKey {
  readonly store: "elsewhere";
  readonly name: KeyName;
  readonly holder: PersonId;
  readonly enrolled?: PinnedFile;
  readonly keyid?: KeyId;
}

export type ScriptKey = HsmKey | FileKey | OneTimeKey | PublicOnlyKey | ElsewhereKey;

export interface HashBins {
  /** A power of two. */
  readonly count: number;
  /** Bins are called `<name>-<hex>`. */
  readonly name: string;
  readonly keys: readonly KeyName[];
  readonly threshold: number;
  /** Written as `succinct_roles` (TAP 15) instead of one delegation per bin. */
  readonly succinct: boolean;
}

/** A role whose document this ceremony signs (`expires` set), or that root only names (snapshot, timestamp). */
export interface ScriptRole {
  readonly name: RoleName;
  readonly keys: readonly KeyName[];
  readonly threshold: number;
  readonly expires?: UtcSecond;
  /** targets only: the roles it delegates to, in order; each has an entry of its own in `roles`. */
  readonly delegates: readonly RoleName[];
  /** For a delegated role: path patterns it is trusted for (default `["*"]`…): see docs/formats.md. */
  readonly paths: readonly string[];
  readonly terminating: boolean;
  readonly hashBins?: HashBins;
}

/** One entry of `agenda:`; `keys` and `roles` are in the order of the script. */
export type AgendaItem =
  | {
      readonly do:
        | "preflight"
        | "attendance"
        | "script"
        | "clock"
        | "beacon"
        | "follow"
        | "lint"
        | "one-time"
        | "verify"
        | "outputs";
    }
  | { readonly do: "instruct"; readonly text: string; readonly record: readonly string[] }
  | { readonly do: "generate" | "confirm"; readonly keys: readonly KeyName[] }
  | { readonly do: "sign"; readonly role: RoleName; readonly keys: readonly KeyName[] };

export interface Script {
  readonly ceremony: string;
  readonly title: string;
  readonly profile: Profile;
  /** Trusted previous documents by role; empty for a bootstrap. */
  readonly previous: ReadonlyMap<RoleName, PinnedFile>;
  readonly window: { readonly from: UtcSecond; readonly to: UtcSecond };
  readonly people: ReadonlyMap<PersonId, Person>;
  readonly keys: ReadonlyMap<KeyName, ScriptKey>;
  readonly roles: ReadonlyMap<RoleName, ScriptRole>;
  /** null: the default agenda. */
  readonly agenda: readonly AgendaItem[] | null;
  /** `pins:`: digests of PKCS#11 modules by device profile, and of the kit. */
  readonly pins: { readonly kit?: Sha256Hex; readonly modules: ReadonlyMap<string, Sha256Hex> };
  /** Checks of the machine without whose pass nothing begins; in a rehearsal they are only shown. */
  readonly mustPass: readonly PreflightCheck[];
  /** A separately made machine follows along and is handed an export at the start. */
  readonly follow: boolean;
}
