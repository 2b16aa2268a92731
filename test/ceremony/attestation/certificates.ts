/** Made-up certificates, byte by byte, so that each can be wrong in one way. */
import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { DerTag, writeBytes, writeElement, writeUnsigned } from "../../../src/tuf/der.ts";

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function makePair(curve = "prime256v1"): Pair {
  return generateKeyPairSync("ec", { namedCurve: curve });
}

export interface MadeExtension {
  readonly oid: string;
  readonly value: Uint8Array;
  readonly critical?: boolean;
}

export interface CertificateSpec {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  /** `YYYYMMDDHHMMSSZ` */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly extensions?: readonly MadeExtension[];
  /** The signature algorithm that stands inside, if another than outside. */
  readonly innerAlgorithm?: string;
  readonly version?: 1 | 3;
}

const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const OCTET_STRING = 0x04;
const BOOLEAN = 0x01;
const SET = 0x31;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;

export function makeCertificate(spec: CertificateSpec): Buffer {
  const { subject, issuer, publicKey, signer, extensions = [], version = 3 } = spec;
  const { notBefore = "20170101000000Z", notAfter = "20711005000000Z" } = spec;
  const time = (text: string) => writeElement(GENERALIZED_TIME, Buffer.from(text));
  const tbs = sequence(
    ...(version === 3 ? [writeElement(0xa0, writeUnsigned(2n))] : []),
    writeUnsigned(4711n),
    algorithm(spec.innerAlgorithm ?? ECDSA_SHA256),
    name(issuer),
    sequence(time(notBefore), time(notAfter)),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length === 0 ? [] : [writeElement(0xa3, sequence(...extensions.map(writeExtension)))]),
  );
  return Buffer.from(sequence(tbs, algorithm(ECDSA_SHA256), writeBytes(sign("sha256", tbs, signer))));
}

export function authority(pathLength: number | null = null, isAuthority = true): MadeExtension {
  const length = pathLength === null ? [] : [writeUnsigned(BigInt(pathLength))];
  const flag = isAuthority ? [writeElement(BOOLEAN, Uint8Array.of(0xff))] : [];
  return { oid: "2.5.29.19", critical: true, value: sequence(...flag, ...length) };
}

export function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

export function sequence(...contents: readonly Uint8Array[]): Uint8Array {
  return writeElement(DerTag.sequence, ...contents);
}

function algorithm(id: string): Uint8Array {
  return sequence(oid(id));
}

function name(common: string): Uint8Array {
  return sequence(
    writeElement(SET, sequence(oid("2.5.4.3"), writeElement(UTF8_STRING, Buffer.from(common)))),
  );
}

function writeExtension({ oid: id, value, critical = false }: MadeExtension): Uint8Array {
  const flag = critical ? [writeElement(BOOLEAN, Uint8Array.of(0xff))] : [];
  return sequence(oid(id), ...flag, writeElement(OCTET_STRING, value));
}

function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return writeElement(DerTag.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): readonly number[] {
  const digits = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift(128 + (left % 128));
  return digits;
}
