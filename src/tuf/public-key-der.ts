/** Public keys as SubjectPublicKeyInfo (RFC 5280 §4.1, RFC 3279, RFC 5480, RFC 8410) and as PKCS#1 (RFC 8017 A.1.1). */

import { Buffer } from "node:buffer";
import { CURVES, EC_PUBLIC_KEY, formOf, writeEcSpki } from "./curve-points.ts";
import {
  DerTag,
  readBytes,
  readElements,
  readSequence,
  readUnsigned,
  writeBytes,
  writeElement,
  writeUnsigned,
} from "./der.ts";
import type { KeyMaterial, SpelledKey } from "./key-material.ts";

/** Object identifiers' contents in hex. */
const ED25519 = "2b6570";
const RSA_ENCRYPTION = "2a864886f70d010101";

/**
 * Null where it is not exactly such a structure, or one of another kind of key. Curves must be named: parameters spelled
 * out can describe a curve of the writer's choice (CVE-2020-0601). An absent RSA parameter is read as NULL.
 */
export function readSpki(der: Uint8Array): SpelledKey | null {
  const [algorithm, subjectPublicKey, ...rest] = readSequence(der) ?? [];
  const key = readBytes(subjectPublicKey);
  if (algorithm?.tag !== DerTag.sequence || key === null || rest.length > 0) return null;
  const [oid, parameter, ...more] = readElements(algorithm.content) ?? [];
  if (oid?.tag !== DerTag.oid || more.length > 0) return null;
  switch (Buffer.from(oid.content).toString("hex")) {
    case ED25519:
      return parameter === undefined && key.length === 32 ? { kind: "ed25519", point: key } : null;
    case EC_PUBLIC_KEY:
      return parameter?.tag === DerTag.oid ? readNamedCurvePoint(parameter.content, key) : null;
    case RSA_ENCRYPTION: {
      const isNull = parameter?.tag === DerTag.null && parameter.content.length === 0;
      return parameter === undefined || isNull ? readPkcs1(key) : null;
    }
    default:
      return null;
  }
}

/** RSAPublicKey: a sequence of modulus and exponent. */
export function readPkcs1(der: Uint8Array): SpelledKey | null {
  const elements = readSequence(der);
  const modulus = readUnsigned(elements?.[0]);
  const exponent = readUnsigned(elements?.[1]);
  if (elements?.length !== 2 || modulus === null || exponent === null) return null;
  return { kind: "rsa", modulus, exponent };
}

/** The one spelling that we write: named curve, uncompressed point, NULL parameter for RSA. */
export function writeSpki(material: KeyMaterial): Uint8Array {
  switch (material.kind) {
    case "ed25519":
      return spki([oid(ED25519)], material.point);
    case "ecdsa":
      return writeEcSpki(material.curve, material.point);
    case "rsa": {
      const key = writeElement(
        DerTag.sequence,
        writeUnsigned(material.modulus),
        writeUnsigned(material.exponent),
      );
      return spki([oid(RSA_ENCRYPTION), writeElement(DerTag.null)], key);
    }
    default:
      return material satisfies never;
  }
}

function readNamedCurvePoint(curveOid: Uint8Array, point: Uint8Array): SpelledKey | null {
  const hex = Buffer.from(curveOid).toString("hex");
  for (const curve of ["P-256", "P-384", "P-521"] as const) {
    if (CURVES[curve].oid === hex)
      return formOf(curve, point) === null ? null : { kind: "ecdsa", curve, point };
  }
  return null;
}

function oid(contentHex: string): Uint8Array {
  return writeElement(DerTag.oid, Buffer.from(contentHex, "hex"));
}

function spki(algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array {
  return writeElement(DerTag.sequence, writeElement(DerTag.sequence, ...algorithm), writeBytes(key));
}
