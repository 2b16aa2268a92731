/**
 * What the program and the child process that holds the token say to each other, over Node's IPC channel.
 *
 * One request at a time; the child answers each with its id. A PIN crosses only in `pin-answer`, only when the PIN
 * source is a function (rehearsals and tests); a PIN that a person types is read in the child and stays there.
 * The vendor's library runs in the child and could write anything to the channel, so the parent parses what it reads.
 */
import { z } from "zod";
import type { Scheme } from "../../tuf/types.ts";
import type { DeviceProfile } from "./profiles.ts";
import { type Failure, isSituation } from "./situations.ts";
import type { TokenInfo } from "./token-info.ts";

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
  open: {
    request: {
      readonly module: ModuleConfig;
      readonly token: TokenSelector;
      readonly profile: DeviceProfile;
    };
    answer: TokenInfo;
  };
  login: { request: Record<never, never>; answer: TokenInfo };
  provision: { request: { readonly label: string; readonly erase: boolean }; answer: TokenInfo };
  generate: {
    request: {
      readonly label: string;
      readonly scheme: Scheme;
      readonly rsaBits: number;
      readonly possession: Uint8Array;
    };
    answer: MadeKey;
  };
  find: { request: { readonly label: string; readonly scheme: Scheme }; answer: FoundKey | null };
  sign: {
    request: {
      readonly label: string;
      readonly scheme: Scheme;
      /** The public key's material that must be the one under the label. */
      readonly material: RawPublicKey;
      readonly payload: Uint8Array;
    };
    answer: { readonly signature: string };
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

const tokenInfo = z.strictObject({
  serial: z.string().max(64),
  label: z.string().max(64),
  manufacturer: z.string().max(64),
  model: z.string().max(64),
  firmware: z.string().max(16),
  initialised: z.boolean(),
  userPinInitialised: z.boolean(),
  writeProtected: z.boolean(),
  pinpad: z.boolean(),
  userPin: z.enum(["ok", "low", "final", "locked", "unknown"]),
  officerPin: z.enum(["ok", "low", "final", "locked", "unknown"]),
  minPinBytes: z.number(),
  maxPinBytes: z.number(),
});
const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/)
  .max(8192);
const material = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("point"), point: hex }),
  z.strictObject({ kind: z.literal("rsa"), modulus: hex, exponent: hex }),
]);
const attributes = z.record(
  z.string().regex(/^[A-Z_]{1,40}$/),
  z.union([z.boolean(), z.number(), z.string().max(256), z.null()]),
);
const foundKey = z.strictObject({ material, attributes });
const count = z.int().min(0);

/** How the parent reads each answer. */
export const ANSWERS: { readonly [K in CallKind]: z.ZodType<Calls[K]["answer"]> } = {
  list: z.array(tokenInfo).max(1024),
  open: tokenInfo,
  login: tokenInfo,
  provision: tokenInfo,
  generate: z.strictObject({ material, attributes, signature: hex, swept: count }),
  find: foundKey.nullable(),
  sign: z.strictObject({ signature: hex }),
  sweep: z.strictObject({ destroyed: count }),
  close: z.null(),
};

const failure: z.ZodType<Failure> = z.strictObject({
  situation: z.string().refine(isSituation),
  found: z.string().max(600),
  call: z
    .string()
    .regex(/^C_\w{1,40}$/)
    .optional(),
  code: z.number().optional(),
});
const pinRequest: z.ZodType<PinRequest> = z.strictObject({
  purpose: z.enum(["user", "officer", "new-user", "new-officer"]),
  repeat: z.boolean(),
  refused: z
    .enum(["mismatch", "too-short", "too-long", "too-simple", "factory-default", "same-as-officer"])
    .nullable(),
  token: tokenInfo,
  minBytes: z.number(),
  maxBytes: z.number(),
});

/** What the child sends. `value` is parsed by the request's own schema. */
export const FROM_CHILD = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("answer"), id: count, value: z.unknown() }),
  z.strictObject({ kind: z.literal("failed"), id: count, failure }),
  /** A PIN is wanted: the clock of the request stands still until `pin-read`. */
  z.strictObject({ kind: z.literal("ask-pin"), request: pinRequest }),
  z.strictObject({ kind: z.literal("pin-read") }),
  /** The state of the PINs after a login that failed. */
  z.strictObject({ kind: z.literal("token"), info: tokenInfo }),
  /** A fault of this program, not of the token: stack frames, without the message. */
  z.strictObject({ kind: z.literal("bug"), id: count, where: z.string().max(2000) }),
]);
export type FromChild = z.infer<typeof FROM_CHILD>;
