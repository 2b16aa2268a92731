/** Making a key and signing with it, on a token that somebody has logged in to. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { DeviceProfile } from "../../ceremony/devices/profile.ts";
import type { Scheme } from "../../tuf/types.ts";
import type { Handle, KeyPair, MechanismCall, Template } from "./addon.ts";
import { Attribute, ObjectClass } from "./cryptoki.ts";
import {
  curveSpellingsOf,
  type KeyPairRequest,
  makeTemplates,
  type Signing,
  waysToSign,
} from "./mechanisms.ts";
import { call, translate } from "./module.ts";
import {
  destroyUnderLabel,
  findKeyPair,
  findKeyPairOf,
  findObjects,
  type KeyPairObjects,
  readKeyAttributes,
  readPublicKey,
  type Session,
} from "./objects.ts";
import type { Calls, FoundKey, MadeKey, RawPublicKey } from "./protocol.ts";
import { TokenFailure } from "./situations.ts";

/** Room for the signature of an RSA key of 8,192 bits. */
const SIGNATURE_BYTES = 1024;
const MECHANISM_INVALID = 0x70;
/** Return values by which tokens refuse a spelling of the curve: ATTRIBUTE_VALUE_INVALID, DOMAIN_PARAMS, CURVE. */
const CURVE_REFUSALS: ReadonlySet<number | undefined> = new Set([0x13, 0x130, 0x140]);

/** Never adopts what is there: sweeps the label, makes the pair, finds it again, signs with what was found. */
export async function generateKey(
  session: Session,
  profile: DeviceProfile,
  request: Calls["generate"]["request"],
): Promise<MadeKey> {
  const swept = destroyUnderLabel(session, request.label);
  const id = chooseId(session, profile);
  await generateKeyPair(session, { ...request, profile, id });
  const pair = requirePair(session, request.label);
  if (!pair.id.equals(id)) {
    throw new TokenFailure({
      situation: "token/key-other",
      found: "another CKA_ID than the one that was asked for",
    });
  }
  const signature = await signWith(
    session,
    pair.privateKey,
    request.scheme,
    Buffer.from(request.possession, "hex"),
  );
  return {
    material: readPublicKey(session, pair.publicKey, request.scheme),
    attributes: readKeyAttributes(session, pair.privateKey),
    signature: signature.toString("hex"),
    swept,
  };
}

export function findKey(session: Session, label: string, scheme: Scheme): FoundKey | null {
  const pair = findKeyPair(session, label);
  if (pair === null) return null;
  return {
    material: readPublicKey(session, pair.publicKey, scheme),
    attributes: readKeyAttributes(session, pair.privateKey),
  };
}

export async function signPayload(
  session: Session,
  request: Calls["sign"]["request"],
): Promise<Calls["sign"]["answer"]> {
  const { label, scheme, material } = request;
  const pair = label === null ? requirePairOf(session, scheme, material) : requirePair(session, label);
  const held = readPublicKey(session, pair.publicKey, scheme);
  if (JSON.stringify(held) !== JSON.stringify(material)) {
    throw new TokenFailure({ situation: "token/key-other", found: "another public key" });
  }
  const payload = Buffer.from(request.payload, "hex");
  const signature = await signWith(session, pair.privateKey, scheme, payload);
  return { signature: signature.toString("hex") };
}

function requirePair(session: Session, label: string): KeyPairObjects {
  const pair = findKeyPair(session, label);
  if (pair === null) throw new TokenFailure({ situation: "token/key-missing", found: "none" });
  return pair;
}

export function requirePairOf(session: Session, scheme: Scheme, material: RawPublicKey): KeyPairObjects {
  const pair = findKeyPairOf(session, scheme, material);
  if (pair === null)
    throw new TokenFailure({ situation: "token/key-missing", found: "no key with this public part" });
  return pair;
}

/** Random, and in use by no other object: one module overwrites the older key when an id is used twice. */
function chooseId(session: Session, profile: DeviceProfile): Buffer {
  for (;;) {
    const id = randomBytes(profile.idBytes);
    const isReserved = id.every((byte) => byte === 0) || id.every((byte) => byte === 0xff);
    if (!isReserved && !isInUse(session, id)) return id;
  }
}

export function isInUse(session: Session, id: Buffer): boolean {
  return [ObjectClass.privateKey, ObjectClass.publicKey].some((kind) => {
    const template = [
      { type: Attribute.class, value: kind },
      { type: Attribute.id, value: id },
    ];
    return findObjects(session, template).length > 0;
  });
}

async function generateKeyPair(
  session: Session,
  request: Omit<KeyPairRequest, "curveSpelling">,
): Promise<void> {
  const spellings = [...curveSpellingsOf(request.scheme, request.profile)];
  for (;;) {
    const curveSpelling = spellings.shift();
    if (curveSpelling === undefined) throw new Error("a device profile without a spelling for its curves");
    try {
      await makePair(session, { ...request, curveSpelling });
      return;
    } catch (error) {
      const isRefusal = error instanceof TokenFailure && CURVE_REFUSALS.has(error.failure.code);
      if (!isRefusal || spellings.length === 0) throw error;
    }
  }
}

async function makePair(session: Session, request: KeyPairRequest): Promise<KeyPair> {
  const { mechanism, publicTemplate, privateTemplate } = makeTemplates(request);
  return await generatePair(session, mechanism, publicTemplate, privateTemplate);
}

export async function generatePair(
  session: Session,
  mechanism: MechanismCall,
  publicTemplate: Template,
  privateTemplate: Template,
): Promise<KeyPair> {
  return await callback<KeyPair>("C_GenerateKeyPair", (done) =>
    session.cryptoki.C_GenerateKeyPairCallback(
      session.handle,
      mechanism,
      publicTemplate,
      privateTemplate,
      done,
    ),
  );
}

export async function signWith(
  session: Session,
  key: Handle,
  scheme: Scheme,
  payload: Uint8Array,
): Promise<Buffer> {
  const { cryptoki, handle } = session;
  const data = beginSigning(session, key, waysToSign(scheme, payload));
  const signature = Buffer.alloc(SIGNATURE_BYTES);
  const length = await callback<number>("C_Sign", (done) =>
    cryptoki.C_SignCallback(handle, data, signature, done),
  );
  // The addon keeps only the address while its thread works: this mention keeps the data alive until now.
  data.fill(0);
  return signature.subarray(0, length);
}

/** Answers what to sign, after C_SignInit by the first way that the token knows. */
function beginSigning({ cryptoki, handle }: Session, key: Handle, ways: readonly Signing[]): Buffer {
  const [way, ...others] = ways;
  if (way === undefined) throw new Error("a scheme without a mechanism");
  try {
    call("C_SignInit", () => cryptoki.C_SignInit(handle, way.mechanism, key));
    return way.data;
  } catch (error) {
    const isUnknown = error instanceof TokenFailure && error.failure.code === MECHANISM_INVALID;
    if (!isUnknown || others.length === 0) throw error;
    return beginSigning({ cryptoki, handle }, key, others);
  }
}

function callback<T>(
  name: string,
  start: (done: (error: Error | null, value: T | null) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call(name, () =>
      start((error, value) => {
        if (error !== null) reject(translate(name, error));
        else if (value === null) reject(new Error(`${name} gave neither a value nor an error`));
        else resolve(value);
      }),
    );
  });
}
