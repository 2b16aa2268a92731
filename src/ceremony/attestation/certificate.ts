/**
 * X.509 certificates (RFC 5280) as attestations need them: read by a library, and then held to DER.
 *
 * A certificate is somebody else's file: nothing that it says is believed before its chain was found, and reading one
 * never throws.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { ASN1Obj, X509Certificate } from "@sigstore/core";
import { quote } from "../../tuf/quote.ts";
import type { Sha256Hex } from "../../tuf/types.ts";

/** Of one certificate in DER. Published ones of devices have about 1,300 bytes. */
export const MOST_CERTIFICATE_BYTES = 16_384;
/** That are looked at for one key: its own, its device's, and their authorities'. */
export const MOST_CERTIFICATES = 32;

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** What the extension's OCTET STRING holds. */
  readonly value: Uint8Array;
}

export interface Certificate {
  readonly der: Uint8Array;
  /** Of the DER. */
  readonly sha256: Sha256Hex;
  /** The common name, escaped, or all of the name in hex where it has none. */
  readonly subject: string;
  readonly issuer: string;
  /** DER of the Name: names are compared as bytes. */
  readonly subjectName: Uint8Array;
  readonly issuerName: Uint8Array;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** May sign certificates: basicConstraints says CA, and keyUsage, where there is one, keyCertSign. */
  readonly isAuthority: boolean;
  /** How many authorities may follow below it; null: any number. */
  readonly pathLength: number | null;
  readonly extensions: readonly Extension[];
  isSignedBy(issuer: Certificate): boolean;
}

/** `problem`: why it is none, in a few words. */
export type ReadCertificate =
  | { readonly certificate: Certificate }
  | { readonly problem: string; readonly sha256: Sha256Hex };

export function readCertificate(der: Uint8Array): ReadCertificate {
  const sha256 = createHash("sha256").update(der).digest("hex") as Sha256Hex; // 64 hex digits
  if (der.length > MOST_CERTIFICATE_BYTES) {
    return { problem: `${der.length} bytes, more than ${MOST_CERTIFICATE_BYTES}`, sha256 };
  }
  try {
    return parse(Buffer.from(der), sha256);
  } catch (error) {
    // The library has errors of several classes, and a TypeError where a part is missing.
    if (!(error instanceof Error)) throw error;
    return { problem: "no certificate in DER", sha256 };
  }
}

const SEQUENCE = 0x30;

function parse(der: Buffer<ArrayBuffer>, sha256: Sha256Hex): ReadCertificate {
  const root = ASN1Obj.parseBuffer(der);
  if (!root.toDER().equals(der)) return { problem: "an encoding that is not DER", sha256 };
  const parsed = new X509Certificate(root);
  const [tbs, outer, signature, ...more] = root.subs;
  const isShaped = root.tag.toDER() === SEQUENCE && tbs?.tag.toDER() === SEQUENCE && more.length === 0;
  if (!isShaped || signature?.tag.isBitString() !== true || signature.value[0] !== 0)
    return { problem: "another structure than a certificate's", sha256 };
  if (parsed.version !== "v3") return { problem: `version ${parsed.version}, not v3`, sha256 };
  const inner = tbs?.subs[2]?.toDER();
  if (inner === undefined || outer?.toDER().equals(inner) !== true)
    return { problem: "two signature algorithms that differ", sha256 };
  const extensions = parsed.extensions.map(readExtension);
  const twice = extensions.find(
    ({ oid }, index) => extensions.findIndex((other) => other.oid === oid) < index,
  );
  if (twice !== undefined) return { problem: `the extension ${twice.oid} twice`, sha256 };
  const [subject, issuer] = [tbs?.subs[5], tbs?.subs[3]];
  if (subject === undefined || issuer === undefined) return { problem: "no names", sha256 };
  const { publicKey, notBefore, notAfter } = parsed;
  if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime()))
    return { problem: "dates that are none", sha256 };
  const length = parsed.extBasicConstraints?.pathLenConstraint;
  return {
    certificate: {
      der,
      sha256,
      subject: nameText(subject),
      issuer: nameText(issuer),
      subjectName: subject.toDER(),
      issuerName: issuer.toDER(),
      publicKey,
      notBefore,
      notAfter,
      isAuthority: parsed.isCA,
      pathLength: length === undefined ? null : Number(length),
      extensions,
      isSignedBy: (other) => isSigned(parsed, other),
    },
  };
}

function readExtension(extension: ASN1Obj): Extension {
  const [oid, second] = extension.subs;
  const value = extension.subs.at(-1);
  if (oid === undefined || value === undefined || !value.tag.isOctetString() || extension.subs.length > 3)
    throw new RangeError("an extension of another shape");
  const critical = extension.subs.length === 3 ? second?.toBoolean() === true : false;
  return { oid: oid.toOID(), critical, value: value.value };
}

/** False also for a key or an algorithm that OpenSSL does not take. */
function isSigned(certificate: X509Certificate, issuer: Certificate): boolean {
  try {
    return certificate.verify(X509Certificate.parse(Buffer.from(issuer.der)));
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

const COMMON_NAME = "2.5.4.3";

function nameText(name: ASN1Obj): string {
  const attributes = name.subs.flatMap((set) => set.subs);
  const common = attributes.find((attribute) => attribute.subs[0]?.toOID() === COMMON_NAME)?.subs[1];
  return quote(common === undefined ? name.toDER().toString("hex") : common.value.toString("utf8"), 80);
}
