/** How the parent reads what comes out of a process in which somebody else's library runs. */
import * as z from "zod";
import { SCHEMES } from "../../tuf/types.ts";
import { MOST_CERTIFICATES } from "./certificates.ts";
import type { CallKind, Calls, FromChild, PinRequest } from "./protocol.ts";
import { type Failure, isSituation } from "./situations.ts";

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

const wrappedKey = z.strictObject({
  wrappedAes: hex,
  wrapping: z.enum(["AES_KEY_WRAP_PAD", "AES_KEY_WRAP"]),
  wrappedKey: hex,
});
const keySurvey = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        label: z.string().max(64),
        id: hex,
        scheme: z.literal(SCHEMES).nullable(),
        material: material.nullable(),
        hasPublic: z.boolean(),
        attributes: attributes.nullable(),
      }),
    )
    .max(256),
  more: count,
});

/** How the parent reads each answer. */
export const ANSWERS: { readonly [K in CallKind]: z.ZodType<Calls[K]["answer"]> } = {
  list: z.array(tokenInfo).max(1024),
  survey: z.array(
    z.strictObject({
      info: tokenInfo,
      mechanisms: z.array(count).max(1024),
      keys: keySurvey.nullable(),
    }),
  ),
  open: tokenInfo,
  login: tokenInfo,
  provision: tokenInfo,
  unlock: tokenInfo,
  generate: z.strictObject({ material, attributes, signature: hex, swept: count }),
  find: foundKey.nullable(),
  sign: z.strictObject({ signature: hex }),
  keys: keySurvey,
  certificates: z.array(z.base64().max(21_848)).max(MOST_CERTIFICATES),
  transport: z.strictObject({ modulus: hex, exponent: hex }),
  wrap: z.strictObject({ copies: z.array(wrappedKey), attributes }),
  unwrap: z.strictObject({ signature: hex, attributes, swept: count }),
  destroy: z.strictObject({ destroyed: count }),
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

export const FROM_CHILD: z.ZodType<FromChild> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("answer"), id: count, value: z.unknown() }),
  z.strictObject({ kind: z.literal("failed"), id: count, failure }),
  z.strictObject({ kind: z.literal("ask-pin"), request: pinRequest }),
  z.strictObject({ kind: z.literal("pin-read") }),
  z.strictObject({ kind: z.literal("token"), info: tokenInfo }),
  z.strictObject({ kind: z.literal("bug"), id: count, where: z.string().max(2000) }),
]);
