/**
 * What the program and the child process that holds the token say to each other, as lines of JSON.
 *
 * One request at a time; the child answers each with its id. A PIN crosses only in `pin-answer`, only when the PIN
 * source is a function (rehearsals and tests); a PIN that a person types is read in the child and stays there.
 * The vendor's library runs in the child and could write anything to the channel, so the parent parses what it reads
 * (answers.ts).
 */

import type { DeviceProfile } from "../../ceremony/devices/profile.ts";
import type { Scheme } from "../../tuf/types.ts";
import type { Failure } from "./situations.ts";
import type { TokenInfo } from "./token-info.ts";

/** The child's file descriptor that the messages go over. */
export const CHANNEL = 3;
/** Likewise, of the terminal that it writes the PIN prompt to: standard output stays out of the library's reach. */
export const TERMINAL_OUTPUT = 4;
/** No answer is longer: a library that floods the channel must not flood the parent. */
export const LONGEST_ANSWER_BYTES = 1 << 20;

/** What the machine file says about one PKCS#11 module. */
export interface ModuleConfig {
  /** Absolute path of the shared library. */
  readonly module: string;
  /** C_Initialize's library parameters (NSS, YubiHSM). */
  readonly initString?: string | undefined;
  /** The only environment that the library gets to see. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** 64 lower-case hex digits: the digest of the library's file that the script pins. */
  readonly sha256?: string | undefined;
}

/** Which token: the serial number as the token reports it (empty: a blank one without any), and its label if known. */
export interface TokenSelector {
  readonly serial: string;
  readonly label?: string | undefined;
  /** Whether it must be one that was never initialised, or must not; some have the same serial before and after. */
  readonly blank?: boolean | undefined;
}

/** One entry of a PIN. A new one is asked twice. */
export interface PinRequest {
  readonly purpose: "user" | "officer" | "new-user" | "new-officer";
  /** The second entry of a new PIN. */
  readonly repeat: boolean;
  /** Why the last entry of a new PIN was not taken. */
  readonly refused: PinRefusal | null;
  readonly token: TokenInfo;
  readonly minBytes: number;
  readonly maxBytes: number;
}
export type PinRefusal =
  | "mismatch"
  | "too-short"
  | "too-long"
  | "too-simple"
  | "factory-default"
  | "same-as-officer";

/** The requests, by kind, with what each answers. */
export interface Calls {
  list: { request: { readonly module: ModuleConfig }; answer: readonly TokenInfo[] };
  survey: { request: { readonly module: ModuleConfig }; answer: readonly TokenSurvey[] };
  open: {
    request: {
      readonly module: ModuleConfig;
      readonly token: TokenSelector;
      readonly profile: DeviceProfile;
    };
    answer: TokenInfo;
  };
  login: {
    request: {
      /** Before it is tried: refused by the rules for new ones. */
      readonly fit: boolean;
    };
    answer: TokenInfo;
  };
  unlock: { request: Record<never, never>; answer: TokenInfo };
  provision: { request: { readonly label: string; readonly erase: boolean }; answer: TokenInfo };
  generate: {
    request: {
      readonly label: string;
      readonly scheme: Scheme;
      readonly rsaBits: number;
      /** Extractable in wrapped form, until it was copied (copies.ts). */
      readonly wrappable: boolean;
      /** Hex. */
      readonly possession: string;
    };
    answer: MadeKey;
  };
  find: { request: { readonly label: string; readonly scheme: Scheme }; answer: FoundKey | null };
  sign: {
    request: {
      /** Null: whatever its label, the one key with this material. */
      readonly label: string | null;
      readonly scheme: Scheme;
      /** The public key's material that must be the one under the label. */
      readonly material: RawPublicKey;
      /** Hex. */
      readonly payload: string;
    };
    answer: { readonly signature: string };
  };
  keys: { request: Record<never, never>; answer: KeySurvey };
  /** Base64 of DER, of every certificate that shows without a PIN; those of an unlikely length are left out. */
  certificates: { request: Record<never, never>; answer: readonly string[] };
  transport: { request: { readonly label: string }; answer: RsaNumbers };
  wrap: {
    request: {
      readonly scheme: Scheme;
      readonly material: RawPublicKey;
      readonly transports: readonly RsaNumbers[];
    };
    /** One copy for each transport key; the attributes as they are afterwards. */
    answer: { readonly copies: readonly WrappedKey[]; readonly attributes: RawAttributes };
  };
  unwrap: {
    request: {
      readonly transportLabel: string;
      readonly label: string;
      /** CKA_ID, hex. */
      readonly id: string;
      readonly scheme: Scheme;
      readonly material: RawPublicKey;
      readonly copy: WrappedKey;
      /** What the copy is to sign, hex. */
      readonly payload: string;
    };
    answer: { readonly signature: string; readonly attributes: RawAttributes; readonly swept: number };
  };
  destroy: {
    request: { readonly label: string; readonly id: string };
    answer: { readonly destroyed: number };
  };
  sweep: { request: { readonly label: string }; answer: { readonly destroyed: number } };
  close: { request: Record<never, never>; answer: null };
}
export type CallKind = keyof Calls;

/** Hex without the token's own wrapping: an Ed25519 or SEC 1 point, or the two numbers of an RSA key. */
export type RawPublicKey =
  | { readonly kind: "point"; readonly point: string }
  | { readonly kind: "rsa"; readonly modulus: string; readonly exponent: string };

/** What the token says of a private key, by PKCS#11's names; null: it does not say. */
export type RawAttributes = Readonly<Record<string, boolean | number | string | null>>;

export interface FoundKey {
  readonly material: RawPublicKey;
  readonly attributes: RawAttributes;
}
export interface MadeKey extends FoundKey {
  /** Hex, as the token gave it: r‖s for ECDSA. */
  readonly signature: string;
  readonly swept: number;
}

/** Hex, big-endian. */
export interface RsaNumbers {
  readonly modulus: string;
  readonly exponent: string;
}

/** A private key on its way to a second token; hex. */
export interface WrappedKey {
  /** The AES key, wrapped by the transport key: RSA-OAEP with SHA-1. */
  readonly wrappedAes: string;
  readonly wrapping: "AES_KEY_WRAP_PAD" | "AES_KEY_WRAP";
  /** PKCS#8, wrapped by the AES key. */
  readonly wrappedKey: string;
}

/** A token that somebody looks at. */
export interface TokenSurvey {
  readonly info: TokenInfo;
  /** CKM_ numbers. */
  readonly mechanisms: readonly number[];
  /** Null: nobody sees them without a PIN. */
  readonly keys: KeySurvey | null;
}

export interface KeySurvey {
  readonly keys: readonly SurveyedKey[];
  /** How many there are beyond these. */
  readonly more: number;
}

export interface SurveyedKey {
  readonly label: string;
  /** CKA_ID, hex. */
  readonly id: string;
  /** Null: a key of a kind that TUF has no scheme for, or one whose public half isn't there. */
  readonly scheme: Scheme | null;
  readonly material: RawPublicKey | null;
  readonly hasPublic: boolean;
  /** Of the private half; null where it does not show. */
  readonly attributes: RawAttributes | null;
}

export type ToChild =
  | {
      readonly [K in CallKind]: {
        readonly id: number;
        readonly kind: K;
        readonly request: Calls[K]["request"];
      };
    }[CallKind]
  | PinReply;

/** What the parent answers when it is told that a PIN is wanted. */
export type PinReply =
  /** A person types it: what to write before the entry. */
  | { readonly kind: "pin-prompt"; readonly prompt: string }
  /** The PIN itself; null: cancelled. */
  | { readonly kind: "pin-answer"; readonly pin: string | null };

/** What the child sends. `value` is the answer to the request with that id. */
export type FromChild =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure }
  /** A PIN is wanted: the clock of the request stands still until `pin-read`. */
  | { readonly kind: "ask-pin"; readonly request: PinRequest }
  | { readonly kind: "pin-read" }
  /** What the token says of itself after a login that failed: how many tries are left. */
  | { readonly kind: "token"; readonly info: TokenInfo }
  /** A fault of this program, not of the token: stack frames, without the message. */
  | { readonly kind: "bug"; readonly id: number; readonly where: string };
