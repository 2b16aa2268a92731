/**
 * Private keys in this process: made, used, let go. Nothing here outlives the process unless somebody exports it.
 *
 * Ed25519 is @noble/ed25519 over 32 secret bytes that are zeroed on `wipe`. The other schemes are OpenSSL's keys, which
 * `wipe` lets go of: OpenSSL cleanses them when they are collected. What either library keeps on its stack or in copies
 * of its own can't be reached from here: that is why real keys are only made in short-lived child processes.
 */
import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  constants as rsa,
  sign,
} from "node:crypto";
import { getPublicKey, hashes, sign as signEd25519, utils } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import type { PublicKey, Scheme } from "../tuf/types.ts";

hashes.sha512 = sha512;

export interface SoftwareKey {
  readonly publicKey: PublicKey;
  /** Lower-case hex: 64 bytes for Ed25519, DER for ECDSA (SHA-256 on P-256, SHA-384 on P-384), RSA-PSS with SHA-256, MGF1-SHA-256 and salt 32. */
  sign(payload: Uint8Array): string;
  /** PKCS#8 as PEM (RFC 7468 §10), unencrypted. The caller zeroes it. */
  exportPem(): Uint8Array;
  /** The key can't be used any more; safe to call twice. */
  wipe(): void;
}

const RSA_BITS = 3072;
const PSS_SALT_BYTES = 32;
/** PrivateKeyInfo of RFC 8410 §7 up to the 32 bytes of the key. */
const ED25519_PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const ED25519_SECRET_BYTES = 32;

/** A new key. RSA has 3,072 bits and takes up to a second, in which the process does nothing else. */
export function makeSoftwareKey(scheme: Scheme): SoftwareKey {
  switch (scheme) {
    case "ed25519":
      return ed25519Key(utils.randomSecretKey());
    case "ecdsa-sha2-nistp256":
      return opensslKey(scheme, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
    case "ecdsa-sha2-nistp384":
      return opensslKey(scheme, generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey);
    case "rsassa-pss-sha256":
      return opensslKey(scheme, generateKeyPairSync("rsa", { modulusLength: RSA_BITS }).privateKey);
    default:
      return scheme satisfies never;
  }
}

/** The key of an exported PEM; null where it is none, or is of another kind than the scheme says. A null scheme: any. */
export function readSoftwareKey(pem: Uint8Array, wanted: Scheme | null): SoftwareKey | null {
  const key = readPrivateKey(pem);
  const scheme = key === null ? null : kindOf(key);
  if (key === null || scheme === null || (wanted !== null && scheme !== wanted)) return null;
  if (scheme !== "ed25519") return opensslKey(scheme, key);
  const der = key.export({ format: "der", type: "pkcs8" });
  if (!der.subarray(0, ED25519_PKCS8_PREFIX.length).equals(ED25519_PKCS8_PREFIX)) return null;
  const secret = Uint8Array.from(der.subarray(ED25519_PKCS8_PREFIX.length));
  der.fill(0);
  return secret.length === ED25519_SECRET_BYTES ? ed25519Key(secret) : null;
}

function ed25519Key(secret: Uint8Array): SoftwareKey {
  let wiped = false;
  const usable = () => {
    if (wiped) throw new Error("the key was wiped");
    return secret;
  };
  return {
    publicKey: {
      keytype: "ed25519",
      scheme: "ed25519",
      public: Buffer.from(getPublicKey(secret)).toString("hex"),
    },
    sign: (payload) => Buffer.from(signEd25519(payload, usable())).toString("hex"),
    exportPem: () => {
      const der = Buffer.concat([ED25519_PKCS8_PREFIX, usable()]);
      const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----\n`;
      der.fill(0);
      return Buffer.from(pem, "ascii");
    },
    wipe: () => {
      secret.fill(0);
      wiped = true;
    },
  };
}

function opensslKey(scheme: Exclude<Scheme, "ed25519">, privateKey: KeyObject): SoftwareKey {
  let held: KeyObject | null = privateKey;
  const usable = () => {
    if (held === null) throw new Error("the key was wiped");
    return held;
  };
  return {
    publicKey: {
      keytype: scheme === "rsassa-pss-sha256" ? "rsa" : "ecdsa",
      scheme,
      public: createPublicKey(privateKey).export({ format: "pem", type: "spki" }).toString(),
    },
    sign: (payload) => signWithOpenssl(scheme, usable(), payload).toString("hex"),
    exportPem: () => Buffer.from(usable().export({ format: "pem", type: "pkcs8" }).toString(), "ascii"),
    wipe: () => {
      held = null;
    },
  };
}

function signWithOpenssl(scheme: Exclude<Scheme, "ed25519">, key: KeyObject, payload: Uint8Array): Buffer {
  switch (scheme) {
    case "ecdsa-sha2-nistp256":
      return sign("sha256", payload, { key, dsaEncoding: "der" });
    case "ecdsa-sha2-nistp384":
      return sign("sha384", payload, { key, dsaEncoding: "der" });
    case "rsassa-pss-sha256":
      return sign("sha256", payload, { key, padding: rsa.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT_BYTES });
    default:
      return scheme satisfies never;
  }
}

function readPrivateKey(pem: Uint8Array): KeyObject | null {
  try {
    return createPrivateKey(Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength));
  } catch (error) {
    // OpenSSL's codes for "no private key" are many and change with its version; nothing else can fail here.
    if (error instanceof Error) return null;
    throw error;
  }
}

function kindOf(key: KeyObject): Scheme | null {
  if (key.asymmetricKeyType === "ed25519") return "ed25519";
  if (key.asymmetricKeyType === "rsa") return "rsassa-pss-sha256";
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === "prime256v1") return "ecdsa-sha2-nistp256";
  if (curve === "secp384r1") return "ecdsa-sha2-nistp384";
  return null;
}
