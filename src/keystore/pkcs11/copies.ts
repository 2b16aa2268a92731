/**
 * A key's way to a second token, of which nobody sees anything but wrapped bytes.
 *
 * The second token makes an RSA pair, the *transport key*, whose private half stays in it. The first token makes an AES
 * key, wraps it by the transport key (CKM_RSA_PKCS_OAEP) and the private key by the AES key (CKM_AES_KEY_WRAP_PAD or
 * CKM_AES_KEY_WRAP, RFC 5649 and 3394), and then calls its key not extractable for ever. PKCS#11 2.40 §5.13, §2.1.8, §2.14.
 */
import { Buffer } from "node:buffer";
import type { Scheme } from "../../tuf/types.ts";
import type { Handle, MechanismCall, Template } from "./addon.ts";
import {
  Attribute,
  KeyType,
  MaskGeneration,
  Mechanism,
  ObjectClass,
  RSA_OAEP_PARAMETER,
} from "./cryptoki.ts";
import { curveParametersOf, keyTypeOf, RSA_EXPONENT } from "./mechanisms.ts";
import { call } from "./module.ts";
import { destroyUnderLabel, findObjects, readAttribute, readKeyAttributes, type Session } from "./objects.ts";
import { generatePair, isInUse, requirePairOf, signWith } from "./operations.ts";
import type { Calls, RawPublicKey, RsaNumbers, WrappedKey } from "./protocol.ts";
import { thenRelease } from "./release.ts";
import { TokenFailure } from "./situations.ts";

const TRANSPORT_BITS = 3072;
const WRAPPED_BYTES = 16_384;
/** SHA-1, because soft tokens have OAEP with nothing else; OAEP does not rest on its collision resistance (RFC 8017 §7.1). */
const OAEP: MechanismCall = {
  mechanism: Mechanism.rsaOaep,
  parameter: {
    type: RSA_OAEP_PARAMETER,
    hashAlg: Mechanism.sha1,
    mgf: MaskGeneration.sha1,
    source: 1,
    sourceData: Buffer.alloc(0),
  },
};
/** The padded one first: the other takes only what is a multiple of eight bytes long. */
const WRAPPINGS = { AES_KEY_WRAP_PAD: Mechanism.aesKeyWrapPad, AES_KEY_WRAP: Mechanism.aesKeyWrap } as const;

/** Whatever was under the label before is destroyed: nobody can have a use for a transport key that did not arrive. */
export async function makeTransportKey(session: Session, label: string): Promise<RsaNumbers> {
  destroyUnderLabel(session, label);
  const common: Template = [
    { type: Attribute.token, value: true },
    { type: Attribute.label, value: label },
    { type: Attribute.keyType, value: KeyType.rsa },
  ];
  const { publicKey } = await generatePair(
    session,
    { mechanism: Mechanism.rsaKeyPairGen },
    [
      ...common,
      { type: Attribute.wrap, value: true },
      { type: Attribute.modulusBits, value: TRANSPORT_BITS },
      { type: Attribute.publicExponent, value: RSA_EXPONENT },
    ],
    [
      ...common,
      { type: Attribute.private, value: true },
      { type: Attribute.sensitive, value: true },
      { type: Attribute.extractable, value: false },
      { type: Attribute.unwrap, value: true },
      { type: Attribute.sign, value: false },
    ],
  );
  const modulus = requireAttribute(session, publicKey, Attribute.modulus);
  const exponent = requireAttribute(session, publicKey, Attribute.publicExponent);
  return { modulus: modulus.toString("hex"), exponent: exponent.toString("hex") };
}

/** For all second tokens at once: afterwards the first one lets the key go no more, and that is tried. */
export function wrapKey(session: Session, request: Calls["wrap"]["request"]): Calls["wrap"]["answer"] {
  const { scheme, material, transports } = request;
  const { privateKey } = requirePairOf(session, scheme, material);
  requireExtractable(session, privateKey);
  const copies = transports.map((transport) => wrapFor(session, privateKey, transport));
  call("C_SetAttributeValue", () =>
    session.cryptoki.C_SetAttributeValue(session.handle, privateKey, [
      { type: Attribute.extractable, value: false },
    ]),
  );
  return { copies, attributes: readKeyAttributes(session, privateKey) };
}

/** The pair as the second token has it now, with a signature by it. Half a key that a killed attempt left is destroyed first. */
export async function unwrapKey(
  session: Session,
  request: Calls["unwrap"]["request"],
): Promise<Calls["unwrap"]["answer"]> {
  const { transportLabel, label, scheme, material, copy } = request;
  const id = Buffer.from(request.id, "hex");
  const swept = destroyUnderLabel(session, label);
  requireFreeId(session, id);
  const [transport] = findObjects(session, [
    { type: Attribute.class, value: ObjectClass.privateKey },
    { type: Attribute.label, value: transportLabel },
  ]);
  if (transport === undefined)
    throw new TokenFailure({ situation: "token/key-missing", found: "no transport key of this backup" });
  const { cryptoki, handle } = session;
  const aes = call("C_UnwrapKey", () =>
    cryptoki.C_UnwrapKey(handle, OAEP, transport, Buffer.from(copy.wrappedAes, "hex"), [
      { type: Attribute.class, value: ObjectClass.secretKey },
      { type: Attribute.keyType, value: KeyType.aes },
      ...secret(false),
      { type: Attribute.unwrap, value: true },
    ]),
  );
  const common: Template = [
    { type: Attribute.token, value: true },
    { type: Attribute.keyType, value: keyTypeOf(scheme) },
    { type: Attribute.id, value: id },
    { type: Attribute.label, value: label },
  ];
  const privateKey = call("C_UnwrapKey", () =>
    cryptoki.C_UnwrapKey(
      handle,
      { mechanism: WRAPPINGS[copy.wrapping] },
      aes,
      Buffer.from(copy.wrappedKey, "hex"),
      [
        { type: Attribute.class, value: ObjectClass.privateKey },
        ...common,
        { type: Attribute.private, value: true },
        { type: Attribute.sensitive, value: true },
        { type: Attribute.extractable, value: false },
        { type: Attribute.sign, value: true },
      ],
    ),
  );
  const signature = await signWith(session, privateKey, scheme, Buffer.from(request.payload, "hex"));
  call("C_CreateObject", () =>
    cryptoki.C_CreateObject(handle, [
      { type: Attribute.class, value: ObjectClass.publicKey },
      ...common,
      { type: Attribute.verify, value: true },
      ...publicNumbers(scheme, material),
    ]),
  );
  return {
    signature: signature.toString("hex"),
    attributes: readKeyAttributes(session, privateKey),
    swept,
  };
}

function wrapFor(session: Session, privateKey: Handle, transport: RsaNumbers): WrappedKey {
  const { cryptoki, handle } = session;
  const publicKey = call("C_CreateObject", () =>
    cryptoki.C_CreateObject(handle, [
      { type: Attribute.class, value: ObjectClass.publicKey },
      { type: Attribute.keyType, value: KeyType.rsa },
      { type: Attribute.token, value: false },
      { type: Attribute.wrap, value: true },
      { type: Attribute.modulus, value: Buffer.from(transport.modulus, "hex") },
      { type: Attribute.publicExponent, value: Buffer.from(transport.exponent, "hex") },
    ]),
  );
  const aes = call("C_GenerateKey", () =>
    cryptoki.C_GenerateKey(handle, { mechanism: Mechanism.aesKeyGen }, [
      ...secret(true),
      { type: Attribute.wrap, value: true },
      { type: Attribute.valueLength, value: 32 },
    ]),
  );
  return thenRelease(
    () => {
      const wrappedAes = wrap(session, OAEP, publicKey, aes);
      const { wrapping, bytes } = wrapByFirst(session, aes, privateKey);
      return { wrappedAes: wrappedAes.toString("hex"), wrapping, wrappedKey: bytes.toString("hex") };
    },
    () => {
      for (const object of [aes, publicKey])
        call("C_DestroyObject", () => cryptoki.C_DestroyObject(handle, object));
    },
  );
}

function wrapByFirst(session: Session, aes: Handle, key: Handle) {
  const padded = { wrapping: "AES_KEY_WRAP_PAD", mechanism: Mechanism.aesKeyWrapPad } as const;
  try {
    return { wrapping: padded.wrapping, bytes: wrap(session, padded, aes, key) };
  } catch (error) {
    if (!(error instanceof TokenFailure) || error.failure.code !== MECHANISM_INVALID) throw error;
    const bytes = wrap(session, { mechanism: Mechanism.aesKeyWrap }, aes, key);
    return { wrapping: "AES_KEY_WRAP", bytes } as const;
  }
}

function wrap({ cryptoki, handle }: Session, mechanism: MechanismCall, by: Handle, key: Handle): Buffer {
  const wrapped = Buffer.alloc(WRAPPED_BYTES);
  const length = call("C_WrapKey", () => cryptoki.C_WrapKey(handle, { ...mechanism }, by, key, wrapped));
  return wrapped.subarray(0, length);
}

/** An AES key that lives as long as the session. */
function secret(extractable: boolean): Template {
  return [
    { type: Attribute.token, value: false },
    { type: Attribute.private, value: true },
    { type: Attribute.sensitive, value: true },
    { type: Attribute.extractable, value: extractable },
  ];
}

function publicNumbers(scheme: Scheme, material: RawPublicKey): Template {
  if (material.kind === "rsa") {
    return [
      { type: Attribute.modulus, value: Buffer.from(material.modulus, "hex") },
      { type: Attribute.publicExponent, value: Buffer.from(material.exponent, "hex") },
    ];
  }
  if (scheme !== "ecdsa-sha2-nistp256" && scheme !== "ecdsa-sha2-nistp384") throw refuseScheme(scheme);
  const point = Buffer.from(material.point, "hex");
  return [
    { type: Attribute.ecParams, value: curveParametersOf(scheme) },
    { type: Attribute.ecPoint, value: Buffer.concat([Buffer.from([0x04, point.length]), point]) },
  ];
}

function refuseScheme(scheme: Scheme): TokenFailure {
  return new TokenFailure({ situation: "token/key-not-wrappable", found: `${scheme}, which no token wraps` });
}

function requireExtractable(session: Session, privateKey: Handle): void {
  if (readKeyAttributes(session, privateKey)["CKA_EXTRACTABLE"] === true) return;
  throw new TokenFailure({
    situation: "token/key-not-wrappable",
    found: "one that was copied before, or never meant to be (CKA_EXTRACTABLE)",
  });
}

/** Asked before anything is written: some modules destroy the older key when an id comes twice. */
function requireFreeId(session: Session, id: Buffer): void {
  if (isInUse(session, id))
    throw new TokenFailure({ situation: "token/id-in-use", found: "another key with it" });
}

function requireAttribute(session: Session, object: Handle, type: number): Buffer {
  const value = readAttribute(session, object, type);
  if (value === null) throw new TokenFailure({ situation: "token/key-unreadable", found: "no RSA numbers" });
  return value;
}

const MECHANISM_INVALID = 0x70;
