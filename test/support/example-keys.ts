/**
 * The keys of the example repository whose previous metadata lies in ceremony-scripts/previous/. They are worth nothing:
 * everybody can compute them from their names, which is how tests can hold the next ceremony with them.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { publicKeyFromPem } from "../../src/tuf/public-keys.ts";
import type { PublicKey } from "../../src/tuf/types.ts";

export interface ExampleKey {
  readonly name: string;
  readonly publicKey: PublicKey;
  readonly privateKey: KeyObject;
  /** 64 bytes in lower-case hex. */
  readonly sign: (payload: Uint8Array) => string;
}

/** PKCS#8 of an Ed25519 key up to its 32 bytes (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Ed25519: RFC 8410's private key is the SHA-256 of `tuf-ceremony example key NAME`. */
export function exampleKey(name: string): ExampleKey {
  const seed = createHash("sha256").update(`tuf-ceremony example key ${name}`).digest();
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const pem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  return {
    name,
    publicKey: publicKeyFromPem(pem, "ed25519"),
    privateKey,
    sign: (payload) => sign(null, payload, privateKey).toString("hex"),
  };
}
