/** What is on tokens: mechanisms and keys, for people who look before they use one. Nobody has to be logged in. */
import { Buffer } from "node:buffer";
import type { Scheme } from "../../tuf/types.ts";
import type { Cryptoki, Handle } from "./addon.ts";
import { Attribute, KeyType, ObjectClass, SessionFlag } from "./cryptoki.ts";
import { call } from "./module.ts";
import { findObjects, readAttribute, readKeyAttributes, type Session, tryReadPublicKey } from "./objects.ts";
import type { KeySurvey, SurveyedKey, TokenSurvey } from "./protocol.ts";
import { thenRelease } from "./release.ts";
import { closeSession } from "./session.ts";
import { TokenFailure } from "./situations.ts";
import { listTokens } from "./token.ts";

/** A token holds tens of keys; whoever has more of them on it wants another tool. */
const MOST_KEYS = 256;
const MOST_MECHANISMS = 1024;
const LONGEST_LABEL = 64;
const LONGEST_ID_BYTES = 64;

export function surveyTokens(cryptoki: Cryptoki): readonly TokenSurvey[] {
  return listTokens(cryptoki).map(({ slot, info }) => ({
    info,
    mechanisms: listMechanisms(cryptoki, slot),
    keys: info.initialised ? withSession(cryptoki, slot, surveyKeys) : { keys: [], more: 0 },
  }));
}

/** Private keys show only to somebody who is logged in; public ones to everybody, on most tokens. */
export function surveyKeys(session: Session): KeySurvey {
  const privateKeys = new Set(ofClass(session, ObjectClass.privateKey));
  const idOf = (object: Handle) => readAttribute(session, object, Attribute.id) ?? Buffer.alloc(0);
  const pairs = ofClass(session, ObjectClass.publicKey).map((publicKey) => {
    const id = idOf(publicKey);
    const privateKey = [...privateKeys].find((candidate) => idOf(candidate).equals(id)) ?? null;
    if (privateKey !== null) privateKeys.delete(privateKey);
    return { id, publicKey, privateKey };
  });
  const halves = [...privateKeys].map((privateKey) => ({
    id: idOf(privateKey),
    publicKey: null,
    privateKey,
  }));
  const all = [...pairs, ...halves];
  return {
    keys: all.slice(0, MOST_KEYS).map((pair) => describeKey(session, pair)),
    more: Math.max(0, all.length - MOST_KEYS),
  };
}

interface Halves {
  readonly id: Buffer;
  readonly publicKey: Handle | null;
  readonly privateKey: Handle | null;
}

function describeKey(session: Session, { id, publicKey, privateKey }: Halves): SurveyedKey {
  const named = publicKey ?? privateKey;
  const label = named === null ? null : readAttribute(session, named, Attribute.label);
  const scheme = publicKey === null ? null : guessScheme(session, publicKey);
  return {
    label: (label?.toString("utf8") ?? "").slice(0, LONGEST_LABEL),
    id: id.subarray(0, LONGEST_ID_BYTES).toString("hex"),
    scheme,
    material: publicKey === null || scheme === null ? null : tryReadPublicKey(session, publicKey, scheme),
    hasPublic: publicKey !== null,
    attributes: privateKey === null ? null : readKeyAttributes(session, privateKey),
  };
}

/** By type and size; whether the point is one of the curve, the parent finds out. */
function guessScheme(session: Session, publicKey: Handle): Scheme | null {
  const type = readAttribute(session, publicKey, Attribute.keyType);
  const candidates = SCHEMES_OF_TYPE.get(type === null || type.length < 4 ? -1 : type.readUInt32LE());
  return candidates?.find((scheme) => tryReadPublicKey(session, publicKey, scheme) !== null) ?? null;
}

const SCHEMES_OF_TYPE: ReadonlyMap<number, readonly Scheme[]> = new Map<number, readonly Scheme[]>([
  [KeyType.ecEdwards, ["ed25519"]],
  [KeyType.ec, ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"]],
  [KeyType.rsa, ["rsassa-pss-sha256"]],
]);

function listMechanisms(cryptoki: Cryptoki, slot: Handle): readonly number[] {
  return call("C_GetMechanismList", () => cryptoki.C_GetMechanismList(slot)).slice(0, MOST_MECHANISMS);
}

function ofClass(session: Session, kind: number): readonly Handle[] {
  return findObjects(session, [{ type: Attribute.class, value: kind }]);
}

/** Null where the token lets nobody look without a PIN. */
function withSession(
  cryptoki: Cryptoki,
  slot: Handle,
  look: (session: Session) => KeySurvey,
): KeySurvey | null {
  let handle: Handle;
  try {
    handle = call("C_OpenSession", () => cryptoki.C_OpenSession(slot, SessionFlag.serial));
  } catch (error) {
    if (error instanceof TokenFailure) return null;
    throw error;
  }
  return thenRelease(
    () => look({ cryptoki, handle }),
    () => closeSession(cryptoki, handle),
  );
}
