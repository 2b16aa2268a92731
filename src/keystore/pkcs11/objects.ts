/** The keys on a token: finding them, reading them attribute by attribute, destroying them. */
import { Buffer } from "node:buffer";
import type { Scheme } from "../../tuf/types.ts";
import type { Cryptoki, Handle, Template } from "./addon.ts";
import { codeOf } from "./codes.ts";
import { Attribute, ObjectClass, UNAVAILABLE } from "./cryptoki.ts";
import { unwrapPoint } from "./ec-point.ts";
import { keyTypeOf } from "./mechanisms.ts";
import { call } from "./module.ts";
import type { RawAttributes, RawPublicKey } from "./protocol.ts";
import { thenRelease } from "./release.ts";
import { TokenFailure } from "./situations.ts";

/** A session somebody has logged in to. */
export interface Session {
  readonly cryptoki: Cryptoki;
  readonly handle: Handle;
}

/** Both objects, and their common CKA_ID. */
export interface KeyPairObjects {
  readonly publicKey: Handle;
  readonly privateKey: Handle;
  readonly id: Buffer;
}

const ATTRIBUTE_SENSITIVE = 0x11;
const ATTRIBUTE_TYPE_INVALID = 0x12;
const OBJECTS_AT_ONCE = 64;

export function findObjects(session: Session, template: Template): readonly Handle[] {
  const { cryptoki, handle } = session;
  call("C_FindObjectsInit", () => cryptoki.C_FindObjectsInit(handle, template));
  const found: Handle[] = [];
  return thenRelease(
    () => {
      for (;;) {
        const some = call("C_FindObjects", () => cryptoki.C_FindObjects(handle, OBJECTS_AT_ONCE));
        found.push(...some);
        if (some.length === 0) return found;
      }
    },
    () => call("C_FindObjectsFinal", () => cryptoki.C_FindObjectsFinal(handle)),
  );
}

/** One attribute at a time: one that a token keeps to itself would fail the whole batch. Null: it does not say. */
export function readAttribute(session: Session, object: Handle, type: number): Buffer | null {
  try {
    const [attribute] = session.cryptoki.C_GetAttributeValue(session.handle, object, [{ type }]);
    return attribute?.value ?? null;
  } catch (error) {
    const code = codeOf(error);
    if (code === ATTRIBUTE_SENSITIVE || code === ATTRIBUTE_TYPE_INVALID) return null;
    return call("C_GetAttributeValue", () => {
      throw error;
    });
  }
}

/** Null where there is nothing under the label; a refusal where there is not exactly one pair. */
export function findKeyPair(session: Session, label: string): KeyPairObjects | null {
  const byLabel = { type: Attribute.label, value: label };
  const publicKeys = findObjects(session, [{ type: Attribute.class, value: ObjectClass.publicKey }, byLabel]);
  const privateKeys = findObjects(session, [
    { type: Attribute.class, value: ObjectClass.privateKey },
    byLabel,
  ]);
  if (publicKeys.length === 0 && privateKeys.length === 0) return null;
  const [publicKey] = publicKeys;
  const [privateKey] = privateKeys;
  const counted = `${publicKeys.length} public and ${privateKeys.length} private keys`;
  if (publicKey === undefined || privateKey === undefined || publicKeys.length + privateKeys.length !== 2) {
    throw new TokenFailure({ situation: "token/key-several", found: counted });
  }
  const id = readAttribute(session, publicKey, Attribute.id);
  const privateId = readAttribute(session, privateKey, Attribute.id);
  if (id === null || privateId === null || !id.equals(privateId)) {
    throw new TokenFailure({
      situation: "token/key-several",
      found: "a public and a private key that don't belong together",
    });
  }
  return { publicKey, privateKey, id };
}

/**
 * The one pair whose public half is this very key, under whatever label: keys that were made before this ceremony.
 * Null where no public key is it; a refusal where several are, or where not exactly one private key has its CKA_ID.
 */
export function findKeyPairOf(
  session: Session,
  scheme: Scheme,
  material: RawPublicKey,
): KeyPairObjects | null {
  const wanted = JSON.stringify(material);
  const publicKeys = findObjects(session, [
    { type: Attribute.class, value: ObjectClass.publicKey },
    { type: Attribute.keyType, value: keyTypeOf(scheme) },
  ]).filter((candidate) => JSON.stringify(tryReadPublicKey(session, candidate, scheme)) === wanted);
  const [publicKey] = publicKeys;
  if (publicKey === undefined) return null;
  const id = readAttribute(session, publicKey, Attribute.id);
  const privateKeys =
    id === null
      ? []
      : findObjects(session, [
          { type: Attribute.class, value: ObjectClass.privateKey },
          { type: Attribute.id, value: id },
        ]);
  const [privateKey] = privateKeys;
  if (id === null || privateKey === undefined || publicKeys.length + privateKeys.length !== 2) {
    throw new TokenFailure({
      situation: "token/key-several",
      found: `${publicKeys.length} public and ${privateKeys.length} private keys that are this one`,
    });
  }
  return { publicKey, privateKey, id };
}

export function readPublicKey(session: Session, publicKey: Handle, scheme: Scheme): RawPublicKey {
  const read = tryReadPublicKey(session, publicKey, scheme);
  if (read === null) throw unreadable();
  return read;
}

/** Null where the object is no public key of this scheme. */
export function tryReadPublicKey(session: Session, publicKey: Handle, scheme: Scheme): RawPublicKey | null {
  if (scheme === "rsassa-pss-sha256") {
    const modulus = readAttribute(session, publicKey, Attribute.modulus);
    const exponent = readAttribute(session, publicKey, Attribute.publicExponent);
    if (modulus === null || exponent === null) return null;
    return { kind: "rsa", modulus: unsignedHex(modulus), exponent: unsignedHex(exponent) };
  }
  const point = unwrapPoint(scheme, readAttribute(session, publicKey, Attribute.ecPoint) ?? Buffer.alloc(0));
  return point === null ? null : { kind: "point", point: Buffer.from(point).toString("hex") };
}

/** What is recorded of a private key, in the token's own words. */
export function readKeyAttributes(session: Session, privateKey: Handle): RawAttributes {
  const flag = (type: number) => {
    const value = readAttribute(session, privateKey, type);
    return value === null || value.length !== 1 ? null : value[0] !== 0;
  };
  const id = readAttribute(session, privateKey, Attribute.id);
  const mechanism = readAttribute(session, privateKey, Attribute.keyGenMechanism);
  return {
    CKA_ID: id === null ? null : id.toString("hex"),
    CKA_LOCAL: flag(Attribute.local),
    CKA_SENSITIVE: flag(Attribute.sensitive),
    CKA_EXTRACTABLE: flag(Attribute.extractable),
    CKA_ALWAYS_SENSITIVE: flag(Attribute.alwaysSensitive),
    CKA_NEVER_EXTRACTABLE: flag(Attribute.neverExtractable),
    CKA_KEY_GEN_MECHANISM: mechanism === null ? null : readUnsignedLong(mechanism),
  };
}

/** Everything under the label: whole pairs, halves, and keys that are listed but can't sign. Answers how many. */
export function destroyUnderLabel(session: Session, label: string): number {
  return destroyMatching(session, [{ type: Attribute.label, value: label }]);
}

/** The halves of one key, and no others under the same label. */
export function destroyKey(session: Session, label: string, id: Buffer): number {
  return destroyMatching(session, [
    { type: Attribute.label, value: label },
    { type: Attribute.id, value: id },
  ]);
}

function destroyMatching(session: Session, template: Template): number {
  let destroyed = 0;
  for (const kind of [ObjectClass.privateKey, ObjectClass.publicKey]) {
    const objects = findObjects(session, [{ type: Attribute.class, value: kind }, ...template]);
    for (const object of objects) {
      call("C_DestroyObject", () => session.cryptoki.C_DestroyObject(session.handle, object));
      destroyed += 1;
    }
  }
  return destroyed;
}

/** CK_ULONG, 8 bytes little-endian. Null for CK_UNAVAILABLE_INFORMATION. */
function readUnsignedLong(value: Buffer): number | null {
  if (value.length !== 8) return null;
  const number = value.readBigUInt64LE();
  return number === UNAVAILABLE ? null : Number(number);
}

function unsignedHex(number: Buffer): string {
  const start = number.findIndex((byte) => byte !== 0);
  return number.subarray(Math.max(start, 0)).toString("hex");
}

function unreadable(): TokenFailure {
  return new TokenFailure({
    situation: "token/key-unreadable",
    found: "no public key of the scheme asked for",
  });
}
