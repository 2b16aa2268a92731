/**
 * The attestation of a key: is it accepted, and what is the evidence for each part? Pure, so that an audit judges again.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { nameMaterial, readSpelledKey } from "../../tuf/key-material.ts";
import { keyIdOf, keyObject, parseKeyObject } from "../../tuf/keys.ts";
import { readSpki } from "../../tuf/public-key-der.ts";
import { publicKeyFromMaterial } from "../../tuf/public-keys.ts";
import { quote } from "../../tuf/quote.ts";
import type { PublicKey, UtcSecond } from "../../tuf/types.ts";
import type { AttestationProfile } from "../devices/profile.ts";
import type { AttestationRequirement } from "../script.ts";
import { type Certificate, MOST_CERTIFICATES, readCertificate } from "./certificate.ts";
import { findChain, mayStandAbove } from "./chain.ts";
import { PIV_STATEMENT } from "./piv-statement.ts";
import { SHIPPED_ROOTS, type ShippedRoot } from "./roots.ts";
import { ABSENT, judged, type Part, type StatementFormat, UNREADABLE } from "./statement.ts";
import { YUBIHSM_STATEMENT } from "./yubihsm-statement.ts";

export interface AttestationCase {
  readonly profile: AttestationProfile;
  /** DER, in whatever order: of the key, of its device, of their authorities. Roots of ours need not be there. */
  readonly certificates: readonly Uint8Array[];
  readonly publicKey: PublicKey;
  readonly serial: string;
  readonly requirement: AttestationRequirement;
  readonly at: UtcSecond;
}

export interface Judgement {
  /** Every part does. */
  readonly holds: boolean;
  /** All that fails is a certificate that is not there: of whoever signed another one. */
  readonly isIncomplete: boolean;
  readonly parts: readonly Part[];
  /** From the key's certificate up, as far as its chain was found. */
  readonly chain: readonly Certificate[];
}

const FORMATS: Readonly<Record<AttestationProfile["format"], StatementFormat>> = {
  yubihsm: YUBIHSM_STATEMENT,
  piv: PIV_STATEMENT,
};

export function judgeAttestation(attestation: AttestationCase): Judgement {
  const { profile, publicKey, serial, requirement } = attestation;
  const format = FORMATS[profile.format];
  const { read, problem } = readAll(attestation.certificates);
  const leaf = problem === null ? chooseStatement(read, format, publicKey) : null;
  if (leaf === null) {
    const found = problem ?? (read.length === 0 ? ABSENT : read.map(({ subject }) => subject).join(", "));
    const parts = [judged("certificate", false, profile.format, found)];
    return { holds: false, isIncomplete: false, parts, chain: [] };
  }
  const pool = [...read, ...shippedRoots()];
  const { chain, problem: broken } = findChain(
    leaf,
    pool,
    new Set(requirement.roots),
    new Date(attestation.at),
  ); // hex, compared only
  const names = chain.map(({ subject }) => subject).join(" < ");
  const wanted = {
    scheme: publicKey.scheme,
    serial,
    requirement: { ...requirement, firmware: requirement.firmware ?? profile.leastFirmware },
  };
  const value = (oid: string) => leaf.extensions.find((extension) => extension.oid === oid)?.value ?? null;
  const parts = [
    judged("certificate", true, profile.format, leaf.subject),
    judged(
      "chain",
      broken === null,
      requirement.roots.join(" "),
      broken === null ? names : `${names}; ${broken.code} ${broken.about}`,
    ),
    judgeKey(leaf, publicKey),
    ...format.judge(value, wanted),
    judgeExtensions(chain, leaf, format),
  ];
  const failing = parts.filter(({ holds }) => !holds);
  const isIncomplete = broken?.code === "issuer-missing" && failing.length === 1;
  return { holds: failing.length === 0, isIncomplete, parts, chain };
}

let shipped: readonly Certificate[] | null = null;

function shippedRoots(): readonly Certificate[] {
  shipped ??= SHIPPED_ROOTS.map(readRoot);
  return shipped;
}

function readRoot({ name, sha256, der }: ShippedRoot): Certificate {
  const result = readCertificate(Buffer.from(der, "base64"));
  if ("problem" in result || result.certificate.sha256 !== sha256)
    throw new TypeError(`the root ${name} of this program is damaged`);
  return result.certificate;
}

/** Those that have something to do with a key's attestation, and those that nobody can read: tokens hold others, too. */
export function relevantCertificates(
  certificates: readonly Uint8Array[],
  { format }: AttestationProfile,
): readonly Uint8Array[] {
  const read = certificates.map((der) => ({ der, result: readCertificate(der) }));
  const known = read.flatMap(({ result }) => ("certificate" in result ? [result.certificate] : []));
  const statements = known.filter((certificate) => isStatement(certificate, FORMATS[format]));
  const kept = new Set(
    statements.flatMap((leaf) => [leaf, ...mayStandAbove(leaf, known)]).map(({ sha256 }) => sha256),
  );
  const isKept = (result: ReturnType<typeof readCertificate>) =>
    "problem" in result || kept.has(result.certificate.sha256) || statements.length === 0;
  return read.filter(({ result }) => isKept(result)).map(({ der }) => der);
}

function readAll(ders: readonly Uint8Array[]): {
  readonly read: readonly Certificate[];
  readonly problem: string | null;
} {
  if (ders.length > MOST_CERTIFICATES)
    return { read: [], problem: `${ders.length} certificates, more than ${MOST_CERTIFICATES}` };
  const read: Certificate[] = [];
  for (const der of ders) {
    const result = readCertificate(der);
    if ("problem" in result) return { read, problem: `${result.sha256.slice(0, 16)}: ${result.problem}` };
    read.push(result.certificate);
  }
  return { read, problem: null };
}

function isStatement({ extensions }: Certificate, { marker }: StatementFormat): boolean {
  return extensions.some(({ oid }) => oid === marker);
}

/** The one about this key, or else the first: what it says is then shown, and that it is about another key. */
function chooseStatement(
  certificates: readonly Certificate[],
  format: StatementFormat,
  publicKey: PublicKey,
): Certificate | null {
  const statements = certificates.filter((certificate) => isStatement(certificate, format));
  return statements.find((certificate) => judgeKey(certificate, publicKey).holds) ?? statements[0] ?? null;
}

/** The attested public key is the key that goes into root, whatever its spelling. */
function judgeKey({ publicKey: spki }: Certificate, publicKey: PublicKey): Part {
  const wanted = parseKeyObject(keyObject(publicKey));
  const spelled = readSpki(spki);
  const material = spelled === null ? null : readSpelledKey(spelled);
  if (material === null) return judged("key", false, wanted.computedKeyId, UNREADABLE);
  const holds = nameMaterial(material) === wanted.material;
  return judged(
    "key",
    holds,
    wanted.computedKeyId,
    holds ? wanted.computedKeyId : nameOther(material, publicKey, spki),
  );
}

/** Its keyid if it were of the same scheme; else the digest of its SubjectPublicKeyInfo. */
function nameOther(
  material: Parameters<typeof publicKeyFromMaterial>[0],
  { scheme }: PublicKey,
  spki: Uint8Array,
): string {
  const kinds = { ed25519: "ed25519", ecdsa: "ecdsa", rsa: "rsassa" } as const;
  if (scheme.startsWith(kinds[material.kind])) {
    try {
      return keyIdOf(keyObject(publicKeyFromMaterial(material, scheme)));
    } catch (error) {
      if (!(error instanceof Error)) throw error; // another curve
    }
  }
  return `spki ${createHash("sha256").update(spki).digest("hex")}`;
}

/** RFC 5280 §4.2.1: what authorities have besides the maker's own. */
const STANDARD = ["2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35"];
/** Of Yubico's, of any product: a device's own certificate says some of it, too. */
const VENDOR_ARC = "1.3.6.1.4.1.41482.";

/** A statement with an extension that nobody here can read may say something that matters. */
function judgeExtensions(chain: readonly Certificate[], leaf: Certificate, format: StatementFormat): Part {
  const unknown = chain.flatMap((certificate) =>
    certificate.extensions
      .filter(({ oid, critical }) => {
        if (STANDARD.includes(oid)) return false;
        if (critical) return true;
        return certificate === leaf ? !format.known.has(oid) : !oid.startsWith(VENDOR_ARC);
      })
      .map(({ oid }) => oid),
  );
  const found = unknown.length === 0 ? "known" : unknown.map((oid) => quote(oid, 80)).join(" ");
  return judged("extensions", unknown.length === 0, "known", found);
}
