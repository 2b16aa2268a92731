/** Our own public keys: one exact spelling for each, checked before it goes into anything that is signed. */

import { Buffer } from "node:buffer";
import { CeremonyError } from "../errors.ts";
import { canonicalBytes } from "./canonical.ts";
import { type KeyMaterial, readSpelledKey } from "./key-material.ts";
import { keyIdOf, keyObject, type ParsedKey, parseKeyObject } from "./keys.ts";
import { readPem, writePem } from "./pem.ts";
import { readSpki, writeSpki } from "./public-key-der.ts";
import { quote } from "./quote.ts";
import { type JsonValue, type PublicKey, SCHEMES, type Scheme } from "./types.ts";

const KEYTYPES: Readonly<Record<Scheme, PublicKey["keytype"]>> = {
  ed25519: "ed25519",
  "ecdsa-sha2-nistp256": "ecdsa",
  "ecdsa-sha2-nistp384": "ecdsa",
  "rsassa-pss-sha256": "rsa",
};

/** `pem` is one SPKI block ("PUBLIC KEY"). Throws CeremonyError `key/not-a-public-pem`, `key/unfit`. */
export function publicKeyFromPem(pem: string, scheme: Scheme): PublicKey {
  const block = readPem(pem);
  const spelled = block?.label === "PUBLIC KEY" ? readSpki(block.bytes) : null;
  const material = spelled === null ? null : readSpelledKey(spelled);
  if (material === null) {
    const isPrivate = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem);
    const other = block === null ? "something else" : `a block ${quote(block.label)} that is no such key`;
    throw new CeremonyError({
      code: "key/not-a-public-pem",
      exit: "refused",
      expected: 'one PEM block "PUBLIC KEY" of an Ed25519, P-256, P-384 or RSA key, and nothing around it',
      found: isPrivate ? `a private key${block === null ? "" : ` (${quote(block.label)})`}` : other,
      remedy: isPrivate
        ? "Write its public key (openssl pkey -in PRIVATE.pem -pubout -out PUBLIC.pem), and take the private key away."
        : "Write the public key (openssl pkey -in PRIVATE.pem -pubout -out PUBLIC.pem).",
    });
  }
  return publicKeyFromMaterial(material, scheme);
}

/** From what a token or a library says of a key. Throws CeremonyError `key/unfit` where scheme and key don't go together. */
export function publicKeyFromMaterial(material: KeyMaterial, scheme: Scheme): PublicKey {
  const encoded =
    material.kind === "ed25519"
      ? Buffer.from(material.point).toString("hex")
      : writePem({ label: "PUBLIC KEY", bytes: writeSpki(material) });
  const key: PublicKey = { keytype: KEYTYPES[scheme], scheme, public: encoded };
  const { problem } = parseKeyObject(keyObject(key));
  if (problem !== undefined) {
    throw new CeremonyError({
      code: "key/unfit",
      exit: "refused",
      expected: `a sound public key for scheme ${scheme}`,
      found: `another (${problem.text})`,
      remedy: "Give the key its own scheme in the script, or use another key.",
    });
  }
  return key;
}

/**
 * A key object that is spelled exactly as we would have: no field more, our keytype, our PEM.
 * Throws CeremonyError `key/not-our-spelling`.
 */
export function strictPublicKey(value: JsonValue): PublicKey {
  const parsed = parseKeyObject(value);
  const key = ourSpelling(parsed);
  if (key !== null && Buffer.compare(canonicalBytes(keyObject(key)), canonicalBytes(value)) === 0) return key;
  throw new CeremonyError({
    code: "key/not-our-spelling",
    exit: "refused",
    expected: "a key object of keytype, scheme and keyval.public only, spelled as this tool spells it",
    found: parsed.problem?.text ?? `another spelling of the key with keyid ${parsed.computedKeyId}`,
    remedy: "Take the public key from its PEM again.",
  });
}

/** The key as we would spell it; null where it is of no scheme of ours, or can't be read. */
function ourSpelling({ scheme, verification }: ParsedKey): PublicKey | null {
  const ours = SCHEMES.find((known) => known === scheme);
  return ours === undefined || verification === null ? null : publicKeyFromMaterial(verification, ours);
}

/** Whether a key object that was read is spelled exactly as we spell keys: its keyid is the one that we would give it. */
export function isOurSpelling(parsed: ParsedKey): boolean {
  const key = ourSpelling(parsed);
  return key !== null && keyIdOf(keyObject(key)) === parsed.computedKeyId;
}
