/**
 * From a TUF scheme to PKCS#11: key types, templates, mechanisms, and what is handed to C_Sign.
 *
 * The templates are the ones that every module tried so far accepted; what one device wants besides is in its profile.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { CurveSpelling, DeviceProfile } from "../../ceremony/devices/profile.ts";
import type { Scheme } from "../../tuf/types.ts";
import type { AttributeValue, MechanismCall, Template } from "./addon.ts";
import { Attribute, KeyType, MaskGeneration, Mechanism, RSA_PSS_PARAMETER } from "./cryptoki.ts";

/** EC_PARAMS: DER of the curve's name (PKCS#11 3.0 §2.3.5) or of its object identifier. */
const EDWARDS_BY_NAME = Buffer.from("130c656477617264733235353139", "hex");
const EDWARDS_BY_OID = Buffer.from("06032b6570", "hex");
const P256_BY_OID = Buffer.from("06082a8648ce3d030107", "hex");
const P384_BY_OID = Buffer.from("06052b81040022", "hex");
/** 65537, big-endian. */
export const RSA_EXPONENT = Buffer.from("010001", "hex");

interface KeyPairTemplates {
  readonly mechanism: MechanismCall;
  readonly publicTemplate: Template;
  readonly privateTemplate: Template;
}

export interface KeyPairRequest {
  readonly scheme: Scheme;
  readonly label: string;
  readonly id: Buffer;
  readonly curveSpelling: CurveSpelling;
  readonly rsaBits: number;
  /** It shall be copied to other tokens, and is not extractable any more after that. */
  readonly wrappable: boolean;
  readonly profile: DeviceProfile;
}

export function makeTemplates(request: KeyPairRequest): KeyPairTemplates {
  const { scheme, label, id, profile } = request;
  const common: Template = [
    { type: Attribute.token, value: true },
    { type: Attribute.id, value: id },
    { type: Attribute.label, value: label },
    { type: Attribute.keyType, value: keyTypeOf(scheme) },
  ];
  return {
    mechanism: { mechanism: keyPairMechanismOf(scheme) },
    publicTemplate: [...common, { type: Attribute.verify, value: true }, ...parametersOf(request)],
    privateTemplate: [
      ...common,
      { type: Attribute.private, value: true },
      { type: Attribute.sensitive, value: true }, // SoftHSM's default is false
      { type: Attribute.extractable, value: request.wrappable },
      { type: Attribute.sign, value: true },
      ...attributesOf(profile),
    ],
  };
}

function attributesOf({ privateAttributes }: DeviceProfile): Template {
  const { CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE, CKA_ALWAYS_AUTHENTICATE } = privateAttributes;
  const wanted = [
    { type: Attribute.modifiable, value: CKA_MODIFIABLE },
    { type: Attribute.copyable, value: CKA_COPYABLE },
    { type: Attribute.destroyable, value: CKA_DESTROYABLE },
    { type: Attribute.alwaysAuthenticate, value: CKA_ALWAYS_AUTHENTICATE },
  ];
  return wanted.flatMap(({ type, value }) => (value === undefined ? [] : [{ type, value }]));
}

/** Only Ed25519 has two spellings; for the others there is nothing to try again. */
export function curveSpellingsOf(scheme: Scheme, profile: DeviceProfile): readonly CurveSpelling[] {
  return scheme === "ed25519" ? profile.curveSpellings : ["oid"];
}

export function keyTypeOf(scheme: Scheme): number {
  switch (scheme) {
    case "ed25519":
      return KeyType.ecEdwards;
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384":
      return KeyType.ec;
    case "rsassa-pss-sha256":
      return KeyType.rsa;
    default:
      return scheme satisfies never;
  }
}

export interface Signing {
  readonly mechanism: MechanismCall;
  /** What C_Sign gets: the payload for Ed25519 and RSA, its digest for ECDSA (raw CKM_ECDSA is what every token has). */
  readonly data: Buffer;
}

/**
 * Tried in this order; the next one only where the token has not the mechanism: some hash for RSA-PSS themselves, and
 * p11-kit's remoting passes on only what needs no hashing.
 */
export function waysToSign(scheme: Scheme, payload: Uint8Array): readonly Signing[] {
  const digest = (algorithm: "sha256" | "sha384") => createHash(algorithm).update(payload).digest();
  switch (scheme) {
    case "ed25519":
      return [{ mechanism: { mechanism: Mechanism.eddsa }, data: Buffer.from(payload) }];
    case "ecdsa-sha2-nistp256":
      return [{ mechanism: { mechanism: Mechanism.ecdsa }, data: digest("sha256") }];
    case "ecdsa-sha2-nistp384":
      return [{ mechanism: { mechanism: Mechanism.ecdsa }, data: digest("sha384") }];
    case "rsassa-pss-sha256": {
      const parameter = {
        type: RSA_PSS_PARAMETER,
        hashAlg: Mechanism.sha256,
        mgf: MaskGeneration.sha256,
        saltLen: 32,
      };
      return [
        { mechanism: { mechanism: Mechanism.sha256RsaPss, parameter }, data: Buffer.from(payload) },
        { mechanism: { mechanism: Mechanism.rsaPss, parameter }, data: digest("sha256") },
      ];
    }
    default:
      return scheme satisfies never;
  }
}

function keyPairMechanismOf(scheme: Scheme): number {
  switch (scheme) {
    case "ed25519":
      return Mechanism.ecEdwardsKeyPairGen;
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384":
      return Mechanism.ecKeyPairGen;
    case "rsassa-pss-sha256":
      return Mechanism.rsaKeyPairGen;
    default:
      return scheme satisfies never;
  }
}

export function curveParametersOf(scheme: "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384"): Buffer {
  return scheme === "ecdsa-sha2-nistp256" ? P256_BY_OID : P384_BY_OID;
}

function parametersOf(request: KeyPairRequest): readonly AttributeValue[] {
  switch (request.scheme) {
    case "ed25519": {
      const value = request.curveSpelling === "name" ? EDWARDS_BY_NAME : EDWARDS_BY_OID;
      return [{ type: Attribute.ecParams, value }];
    }
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384":
      return [{ type: Attribute.ecParams, value: curveParametersOf(request.scheme) }];
    case "rsassa-pss-sha256":
      return [
        { type: Attribute.modulusBits, value: request.rsaBits },
        { type: Attribute.publicExponent, value: RSA_EXPONENT },
      ];
    default:
      return request.scheme satisfies never;
  }
}
