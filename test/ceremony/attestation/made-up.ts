/** Made-up devices of a made-up maker: what theirs say is what Yubico's would, but for what a test changes. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { type Judgement, judgeAttestation } from "../../../src/ceremony/attestation/judge.ts";
import { DEVICES } from "../../../src/ceremony/devices/index.ts";
import type { AttestationProfile } from "../../../src/ceremony/devices/profile.ts";
import type { AttestationRequirement } from "../../../src/ceremony/script.ts";
import { publicKeyFromPem } from "../../../src/tuf/public-keys.ts";
import type { PublicKey, Sha256Hex, UtcSecond } from "../../../src/tuf/types.ts";
import {
  authority,
  type CertificateSpec,
  type MadeExtension,
  makeCertificate,
  makePair,
} from "./certificates.ts";

const HSM_ARC = "1.3.6.1.4.1.41482.4";
const PIV_ARC = "1.3.6.1.4.1.41482.3";
const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

/** Serial 13200461, origin `generated`, domain 1, sign-ecdsa, object 3, `tuf-root`. */
export const HSM_STATEMENT: Readonly<Record<string, string>> = {
  [`${HSM_ARC}.1`]: "04 03 02 04 00",
  [`${HSM_ARC}.2`]: "02 04 00 c9 6c 4d",
  [`${HSM_ARC}.3`]: "03 02 00 01",
  [`${HSM_ARC}.4`]: "03 03 00 00 01",
  [`${HSM_ARC}.5`]: "03 09 00 00 00 00 00 00 00 00 80",
  [`${HSM_ARC}.6`]: "02 01 03",
  [`${HSM_ARC}.9`]: "0c 08 74 75 66 2d 72 6f 6f 74",
};

/** Firmware 5.7.0, serial 13078778, PIN always, touch always. */
export const PIV_STATEMENT: Readonly<Record<string, string>> = {
  [`${PIV_ARC}.3`]: "05 07 00",
  [`${PIV_ARC}.7`]: "02 04 00 c7 90 fa",
  [`${PIV_ARC}.8`]: "03 02",
  [`${PIV_ARC}.9`]: "01",
};

export function extensionsOf(statement: Readonly<Record<string, string>>): readonly MadeExtension[] {
  return Object.entries(statement).map(([oid, digits]) => ({ oid, value: hex(digits) }));
}

type Change = Partial<Omit<CertificateSpec, "publicKey" | "signer">>;

export interface Changes {
  /** Of the statement: new content by the last number of its OID; null: left out. */
  readonly statement?: Readonly<Record<string, string | null>>;
  readonly more?: readonly MadeExtension[];
  readonly leaf?: Change;
  readonly device?: Change;
  readonly root?: Change;
}

export class MadeUpDevice {
  readonly format: AttestationProfile["format"];
  readonly key = makePair();
  readonly root: Buffer;
  readonly device: Buffer;
  readonly leaf: Buffer;
  readonly #changes: Changes;
  readonly devicePair = makePair();
  readonly rootPair = makePair();

  constructor(format: AttestationProfile["format"], changes: Changes = {}) {
    this.format = format;
    const root = "Made-up Root CA";
    const device = format === "yubihsm" ? "YubiHSM Attestation (13200461)" : "Yubico PIV Attestation";
    this.root = makeCertificate({
      subject: root,
      issuer: root,
      publicKey: this.rootPair.publicKey,
      signer: this.rootPair.privateKey,
      extensions: [authority()],
      ...changes.root,
    });
    this.device = makeCertificate({
      subject: device,
      issuer: root,
      publicKey: this.devicePair.publicKey,
      signer: this.rootPair.privateKey,
      extensions: [authority(0)],
      ...changes.device,
    });
    this.#changes = changes;
    this.leaf = this.#attest(this.key.publicKey);
  }

  /** Of a key that was made elsewhere, as if it had been made here. */
  certificatesFor(
    { scheme, public: encoded }: PublicKey,
    changes: Changes = this.#changes,
  ): readonly Buffer[] {
    const der = encoded.startsWith("-")
      ? encoded
      : { key: ed25519Spki(encoded), format: "der" as const, type: "spki" as const };
    assert.ok(scheme === "ed25519" || encoded.startsWith("-"));
    return [this.#attest(createPublicKey(der), changes), this.device, this.root];
  }

  #attest(publicKey: KeyObject, { statement = {}, more = [], leaf }: Changes = this.#changes): Buffer {
    const isHsm = this.format === "yubihsm";
    return makeCertificate({
      subject: isHsm ? "YubiHSM Attestation id:0x0003" : "YubiKey PIV Attestation 9c",
      issuer: isHsm ? "YubiHSM Attestation (13200461)" : "Yubico PIV Attestation",
      publicKey,
      signer: this.devicePair.privateKey,
      extensions: [...extensionsOf(this.#statement(statement)), ...more],
      ...leaf,
    });
  }

  get certificates(): readonly Buffer[] {
    return [this.leaf, this.device, this.root];
  }

  get publicKey(): PublicKey {
    const pem = this.key.publicKey.export({ type: "spki", format: "pem" }).toString();
    return publicKeyFromPem(pem, "ecdsa-sha2-nistp256");
  }

  get serial(): string {
    return this.format === "yubihsm" ? "0013200461" : "13078778";
  }

  get requirement(): AttestationRequirement {
    return { roots: [digestOf(this.root)], firmware: null, domains: null, pin: null, touch: null };
  }

  judge(
    asked: {
      readonly certificates?: readonly Uint8Array[];
      readonly publicKey?: PublicKey;
      readonly serial?: string;
      readonly requirement?: Partial<AttestationRequirement>;
      readonly at?: string;
    } = {},
  ): Judgement {
    return judgeAttestation({
      profile: profileOf(this.format),
      certificates: asked.certificates ?? this.certificates,
      publicKey: asked.publicKey ?? this.publicKey,
      serial: asked.serial ?? this.serial,
      requirement: { ...this.requirement, ...asked.requirement },
      at: (asked.at ?? "2026-12-04T10:00:00Z") as UtcSecond, // tests write it so
    });
  }

  #statement(changed: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
    const [arc, whole] = this.format === "yubihsm" ? [HSM_ARC, HSM_STATEMENT] : [PIV_ARC, PIV_STATEMENT];
    const wanted = { ...whole };
    for (const [number, digits] of Object.entries(changed)) {
      if (digits === null) delete wanted[`${arc}.${number}`];
      else wanted[`${arc}.${number}`] = digits;
    }
    return wanted;
  }
}

/** The parts that do not hold, as `part: found`. */
export function failing({ parts }: Judgement): readonly string[] {
  return parts.filter(({ holds }) => !holds).map(({ part, found }) => `${part}: ${found}`);
}

export function digestOf(der: Uint8Array): Sha256Hex {
  return createHash("sha256").update(der).digest("hex") as Sha256Hex; // 64 hex digits
}

export function profileOf(format: AttestationProfile["format"]): AttestationProfile {
  const profile = DEVICES.get(format === "yubihsm" ? "yubihsm2" : "yubikey")?.attestation;
  if (profile === undefined || profile === null) throw new TypeError("such a device attests");
  return profile;
}

/** RFC 8410: what comes before the 32 bytes of the point. */
function ed25519Spki(point: string): Buffer {
  return Buffer.from(`302a300506032b6570032100${point}`, "hex");
}
