/** Certificates in files, as the makers' tools write them, and which of all that there are have to do with a key. */
import { Buffer } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { MOST_CERTIFICATE_BYTES, MOST_CERTIFICATES } from "../ceremony/attestation/certificate.ts";
import { relevantCertificates } from "../ceremony/attestation/judge.ts";
import type { AttestationProfile } from "../ceremony/devices/profile.ts";
import { CeremonyError } from "../errors.ts";
import { readPem } from "../tuf/pem.ts";
import { quote } from "../tuf/quote.ts";

const EXTENSIONS = /\.(?:pem|crt|cer|der)$/i;
/** In PEM a file may have many. */
const MOST_FILE_BYTES = 4 * MOST_CERTIFICATE_BYTES;
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Base64 of DER. Throws `attestation/none` where there is not one, `attestation/file` for a file that is none.
 * @param folder the machine file's `attestations`: what is directly in it is for every key
 */
export function findCertificates(
  key: string,
  profile: AttestationProfile,
  onToken: readonly Uint8Array[],
  folder: string | null,
): readonly string[] {
  const inFiles = folder === null ? [] : [folder, join(folder, key)].flatMap(readFolder);
  const all = relevantCertificates([...onToken, ...inFiles], profile);
  const [...texts] = new Set(all.map((der) => Buffer.from(der).toString("base64")));
  if (texts.length > 0 && texts.length <= MOST_CERTIFICATES) return texts;
  const place = folder === null ? "`attestations` of the machine file" : quote(join(folder, key), 200);
  throw new CeremonyError({
    code: texts.length === 0 ? "attestation/none" : "attestation/several",
    exit: "device",
    expected: `the certificates of ${key}: ${profile.onToken ? "on its token, or " : ""}files in ${place}`,
    found: texts.length === 0 ? "none" : `${texts.length}, more than ${MOST_CERTIFICATES}`,
    remedy: `Make them: ${profile.commands.join("; ")}. Files end in .pem, .crt, .cer or .der.`,
  });
}

/** A folder that is not there has none. */
function readFolder(folder: string): readonly Uint8Array[] {
  return list(folder)
    .filter((name) => EXTENSIONS.test(name))
    .flatMap((name) => readCertificateFile(join(folder, name)));
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

/** DER, or any number of PEM blocks. Throws `attestation/file`. */
export function readCertificateFile(path: string): readonly Uint8Array[] {
  const bytes = readSmall(path);
  if (bytes[0] === 0x30) return [bytes];
  const blocks = bytes.toString("latin1").match(PEM_BLOCK) ?? [];
  const read = blocks.map((block) => readPem(`${block}\n`));
  if (read.length === 0 || read.includes(null)) throw refuse(path, "neither DER nor PEM of certificates");
  return read.flatMap((block) => (block === null ? [] : [block.bytes]));
}

function readSmall(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > MOST_FILE_BYTES) throw refuse(path, `${size} bytes, more than ${MOST_FILE_BYTES}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && !(error instanceof CeremonyError))
      throw refuse(
        path,
        String(error.code),
        error.code === "ENOENT" ? "Correct the file's name." : undefined,
      );
    throw error;
  }
}

const NO_CERTIFICATES = "Take that file away, or write it anew by the maker's tool.";

function refuse(path: string, found: string, remedy = NO_CERTIFICATES): CeremonyError {
  return new CeremonyError({
    code: "attestation/file",
    exit: "refused",
    expected: "certificates in DER or PEM",
    found: `${quote(path, 200)}: ${found}`,
    remedy,
  });
}
