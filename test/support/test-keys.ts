/** Fresh key pairs of every scheme, made and used with OpenSSL. */
import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { keyObject, type ParsedKey, parseKeyObject } from "../../src/tuf/keys.ts";
import { publicKeyFromPem } from "../../src/tuf/public-keys.ts";
import type { PublicKey, Scheme } from "../../src/tuf/types.ts";

export interface TestKey {
  readonly scheme: Scheme;
  readonly publicKey: PublicKey;
  readonly parsed: ParsedKey;
  /** SubjectPublicKeyInfo in PEM, as OpenSSL writes it. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  /** In lower-case hex; RSA-PSS with `saltLength` bytes of salt, 32 unless told. */
  readonly sign: (payload: Uint8Array, saltLength?: number) => string;
}

export function makeTestKey(scheme: Scheme): TestKey {
  const { publicKey, privateKey } = generate(scheme);
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const ours = publicKeyFromPem(pem, scheme);
  return {
    scheme,
    pem,
    publicKey: ours,
    parsed: parseKeyObject(keyObject(ours)),
    privateKey,
    sign: (payload, saltLength = 32) => signWith(scheme, privateKey, payload, saltLength).toString("hex"),
  };
}

function generate(scheme: Scheme): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (scheme) {
    case "ed25519":
      return generateKeyPairSync("ed25519");
    case "ecdsa-sha2-nistp256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case "ecdsa-sha2-nistp384":
      return generateKeyPairSync("ec", { namedCurve: "P-384" });
    case "rsassa-pss-sha256":
      return generateKeyPairSync("rsa", { modulusLength: 2048 });
    default:
      return scheme satisfies never;
  }
}

function signWith(scheme: Scheme, key: KeyObject, payload: Uint8Array, saltLength: number): Buffer {
  switch (scheme) {
    case "ed25519":
      return sign(null, payload, key);
    case "ecdsa-sha2-nistp256":
      return sign("sha256", payload, key);
    case "ecdsa-sha2-nistp384":
      return sign("sha384", payload, key);
    case "rsassa-pss-sha256":
      return sign("sha256", payload, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    default:
      return scheme satisfies never;
  }
}
