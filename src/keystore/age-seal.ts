/**
 * A private key under a passphrase: the file's format (age-encryption.org/v1, one scrypt stanza, not armoured).
 *
 * Inside is a line `# <label>` and the key as PKCS#8 PEM, so that `age --decrypt FILE | openssl pkey` reads it in ten years.
 */
import { Buffer } from "node:buffer";
import { Decrypter, Encrypter, type Stanza } from "age-encryption";
import { CeremonyError } from "../errors.ts";
import type { PublicKey, Scheme } from "../tuf/types.ts";
import { readSoftwareKey, type SoftwareKey } from "./software-key.ts";

/** The base-2 logarithm of scrypt's N: about a second for us, and for whoever guesses, per guess. age reads up to 22. */
export const SCRYPT_WORK_FACTOR = 18;

export async function sealKey(
  key: SoftwareKey,
  label: string,
  passphrase: Uint8Array,
  workFactor: number,
): Promise<Uint8Array> {
  const pem = key.exportPem();
  const content = Buffer.concat([Buffer.from(`# ${label}\n`, "utf8"), pem]);
  try {
    const encrypter = new Encrypter();
    encrypter.setPassphrase(Buffer.from(passphrase).toString("utf8"));
    encrypter.setScryptWorkFactor(workFactor);
    return await encrypter.encrypt(content);
  } finally {
    pem.fill(0);
    content.fill(0);
  }
}

/**
 * The key of a file. Refuses with `age/wrong-passphrase`, `age/damaged` or `age/other-key`. Every byte is authenticated,
 * but a damaged stanza can't be told from a wrong passphrase.
 * @param name the file's name, for messages
 */
export async function unsealKey(
  file: Uint8Array,
  name: string,
  passphrase: Uint8Array,
  publicKey: PublicKey,
): Promise<SoftwareKey> {
  const key = await unsealAnyKey(file, name, passphrase, publicKey.scheme);
  if (key.publicKey.public === publicKey.public) return key;
  key.wipe();
  throw otherKey(name, "another key");
}

/** The same where nobody has the public key on record yet: any key of the scheme, or of any scheme where it is null. */
export async function unsealAnyKey(
  file: Uint8Array,
  name: string,
  passphrase: Uint8Array,
  scheme: Scheme | null,
): Promise<SoftwareKey> {
  return (await unsealLabelled(file, name, passphrase, scheme)).key;
}

/** With the label that it was sealed under; empty where a file of somebody else's making has none. */
export async function unsealLabelled(
  file: Uint8Array,
  name: string,
  passphrase: Uint8Array,
  scheme: Scheme | null,
): Promise<{ readonly key: SoftwareKey; readonly label: string }> {
  const content = await decrypt(file, name, passphrase);
  try {
    const key = readSoftwareKey(content, scheme);
    if (key !== null) return { key, label: readLabel(content) };
    throw otherKey(name, `no ${scheme ?? "private key of a scheme that TUF has"}`);
  } finally {
    content.fill(0);
  }
}

function readLabel(content: Uint8Array): string {
  const end = content.indexOf(0x0a);
  const line = Buffer.from(content.subarray(0, Math.max(end, 0))).toString("utf8");
  return line.startsWith("# ") ? line.slice(2) : "";
}

function otherKey(name: string, found: string): CeremonyError {
  return new CeremonyError({
    code: "age/other-key",
    exit: "refused",
    expected: `the key that is asked for in ${name}`,
    found,
    remedy: "Look for the right medium: this file belongs to something else.",
  });
}

async function decrypt(file: Uint8Array, name: string, passphrase: Uint8Array): Promise<Uint8Array> {
  let triedInVain = false;
  const decrypter = new Decrypter();
  decrypter.addPassphrase(Buffer.from(passphrase).toString("utf8"));
  // Asked only after the passphrase opened nothing in a header that could be read. The library says it in prose alone.
  decrypter.addIdentity({
    unwrapFileKey: (stanzas: readonly Stanza[]) => {
      triedInVain = stanzas.some(({ args }) => args[0] === "scrypt");
      return null;
    },
  });
  try {
    return await decrypter.decrypt(file);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw triedInVain ? wrongPassphrase(name) : damaged(name);
  }
}

function wrongPassphrase(name: string): CeremonyError {
  return new CeremonyError({
    code: "age/wrong-passphrase",
    exit: "refused",
    expected: `the passphrase of ${name}`,
    found: "one that doesn't open it",
    remedy: "Type it again. If it is certainly right, this copy is damaged: use the other one.",
  });
}

function damaged(name: string): CeremonyError {
  return new CeremonyError({
    code: "age/damaged",
    exit: "device",
    expected: `${name} to be a whole age file with a passphrase`,
    found: "bytes that are not, or not as they were written",
    remedy: "Use the other copy, and replace this one.",
  });
}
