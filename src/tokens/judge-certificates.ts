/** Certificates in files, judged outside of a ceremony: what `token attest --verify` does. */
import { readFileSync } from "node:fs";
import { MOST_CERTIFICATES } from "../ceremony/attestation/certificate.ts";
import { type Judgement, judgeAttestation } from "../ceremony/attestation/judge.ts";
import { DEVICES } from "../ceremony/devices/index.ts";
import type { AttestationRequirement } from "../ceremony/script.ts";
import { CeremonyError } from "../errors.ts";
import { readCertificateFile } from "../live/attestation-files.ts";
import { publicKeyFromPem } from "../tuf/public-keys.ts";
import { quote } from "../tuf/quote.ts";
import { type PublicKey, SCHEMES, type UtcSecond } from "../tuf/types.ts";

export interface AttestedFiles {
  readonly certificates: readonly string[];
  /** PEM of a SubjectPublicKeyInfo. */
  readonly keyFile: string;
  readonly device: string;
  readonly serial: string;
  readonly requirement: AttestationRequirement;
  readonly at: UtcSecond;
}

/** Throws `attestation/device`, `attestation/file`, `attestation/key-file`, `key/not-a-public-pem`. */
export function judgeCertificateFiles(asked: AttestedFiles): Judgement {
  const profile = DEVICES.get(asked.device)?.attestation ?? null;
  if (profile === null) throw refuseDevice(asked.device);
  const certificates = asked.certificates.flatMap(readCertificateFile);
  if (certificates.length > MOST_CERTIFICATES) throw refuseMany(certificates.length);
  const publicKey = readPublicKey(asked.keyFile);
  const { serial, requirement, at } = asked;
  return judgeAttestation({ profile, certificates, publicKey, serial, requirement, at });
}

/** Of whichever scheme it fits: a public key fits one at most. */
function readPublicKey(path: string): PublicKey {
  const pem = readText(path);
  for (const [index, scheme] of SCHEMES.entries()) {
    try {
      return publicKeyFromPem(pem, scheme);
    } catch (error) {
      const isOther = error instanceof CeremonyError && error.code === "key/unfit";
      if (!isOther || index === SCHEMES.length - 1) throw error;
    }
  }
  throw new TypeError("there are schemes");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CeremonyError({
      code: "attestation/key-file",
      exit: "usage",
      expected: "the public key in PEM",
      found: `${quote(path, 200)}: ${String(error.code)}`,
      remedy: "Check the path.",
    });
  }
}

function refuseDevice(device: string): CeremonyError {
  const names = [...DEVICES.values()]
    .filter(({ attestation }) => attestation !== null)
    .map(({ name }) => name);
  return new CeremonyError({
    code: "attestation/device",
    exit: "usage",
    expected: `a device that attests: ${names.join(", ")}`,
    found: quote(device),
    remedy: "Others make no certificates about keys.",
  });
}

function refuseMany(count: number): CeremonyError {
  return new CeremonyError({
    code: "attestation/several",
    exit: "refused",
    expected: `at most ${MOST_CERTIFICATES} certificates`,
    found: String(count),
    remedy: "Give only those of the key, its device, and their authorities.",
  });
}
