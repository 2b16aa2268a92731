/**
 * Keys for signing that are the same in every run, and signatures that are: no chance is left in a case but its own.
 * They are made from public words and protect nothing.
 */
import { Buffer } from "node:buffer";
import {
  constants,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type ECDH,
  type KeyObject,
  sign,
} from "node:crypto";
import { p256, p384, p521 } from "@noble/curves/nist.js";

export interface FuzzKey {
  readonly keytype: "ed25519" | "ecdsa" | "rsa";
  readonly scheme: string;
  /** As the specification spells it: hex for Ed25519, else a PEM. */
  readonly encoded: string;
  /** Lower-case hex; the same for the same payload. */
  readonly sign: (payload: Uint8Array) => string;
}

function digest(algorithm: string, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function ed25519(name: string): FuzzKey {
  // RFC 8410 §7: the version, the algorithm, and an octet string within an octet string.
  const pkcs8 = Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    digest("sha256", name),
  ]);
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return {
    keytype: "ed25519",
    scheme: "ed25519",
    encoded: Buffer.from(x, "base64url").toString("hex"),
    sign: (payload) => sign(null, payload, key).toString("hex"),
  };
}

interface Curve {
  readonly openssl: string;
  readonly scheme: string;
  readonly hash: string;
  readonly bytes: number;
  readonly order: bigint;
}

const CURVES: Readonly<Record<"P-256" | "P-384" | "P-521", Curve>> = {
  "P-256": {
    openssl: "prime256v1",
    scheme: "ecdsa-sha2-nistp256",
    hash: "sha256",
    bytes: 32,
    order: p256.Point.Fn.ORDER,
  },
  "P-384": {
    openssl: "secp384r1",
    scheme: "ecdsa-sha2-nistp384",
    hash: "sha384",
    bytes: 48,
    order: p384.Point.Fn.ORDER,
  },
  "P-521": {
    openssl: "secp521r1",
    scheme: "ecdsa-sha2-nistp521",
    hash: "sha512",
    bytes: 66,
    order: p521.Point.Fn.ORDER,
  },
};

function ecdsa(name: keyof typeof CURVES, words: string): FuzzKey {
  const curve = CURVES[name];
  const secret = scalar(curve, words);
  const point = toPoint(curve, secret);
  const half = (point.length - 1) / 2;
  const jwk = {
    kty: "EC",
    crv: name,
    x: point.subarray(1, 1 + half).toString("base64url"),
    y: point.subarray(1 + half).toString("base64url"),
  };
  return {
    keytype: "ecdsa",
    scheme: curve.scheme,
    encoded: pemOf(createPublicKey({ key: jwk, format: "jwk" })),
    sign: (payload) => signEcdsa(curve, secret, payload),
  };
}

/** FIPS 186-5 §6.4.1 with a nonce that is no secret: OpenSSL's own differs each time. */
function signEcdsa(curve: Curve, secret: bigint, payload: Uint8Array): string {
  const { order, hash, bytes } = curve;
  const nonce = scalar(curve, "nonce", Buffer.from(secret.toString(16)), payload);
  const r = numberOf(toPoint(curve, nonce).subarray(1, 1 + bytes)) % order;
  const z = numberOf(digest(hash, payload));
  const s = (invert(nonce, order) * (z + r * secret)) % order;
  const numbers = derInteger(r) + derInteger(s);
  return `30${derLength(numbers.length / 2)}${numbers}`;
}

function scalar({ order }: Curve, ...parts: readonly (string | Uint8Array)[]): bigint {
  const wide = Buffer.concat([digest("sha512", "a", ...parts), digest("sha512", "b", ...parts)]);
  return (numberOf(wide) % (order - 1n)) + 1n;
}

const ecdhOf = new Map<string, ECDH>();

/** Uncompressed (SEC 1 §2.3.3). */
function toPoint({ openssl, bytes }: Curve, secret: bigint): Buffer {
  const ecdh = ecdhOf.get(openssl) ?? createECDH(openssl);
  ecdhOf.set(openssl, ecdh);
  ecdh.setPrivateKey(Buffer.from(secret.toString(16).padStart(bytes * 2, "0"), "hex"));
  return ecdh.getPublicKey();
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function invert(number: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n];
  while (a !== 0n) {
    const quotient = b / a;
    [a, b, x, y] = [b - quotient * a, a, y - quotient * x, x];
  }
  return ((y % modulus) + modulus) % modulus;
}

function derInteger(number: bigint): string {
  const hex = number.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const positive = Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even;
  return `02${derLength(positive.length / 2)}${positive}`;
}

function derLength(length: number): string {
  const hex = length.toString(16).padStart(2, "0");
  return length < 0x80 ? hex : `81${hex}`;
}

/** Primes are what follows a hash, by so many: searching for them takes seconds, finding them again nothing. */
function rsaPrime(words: string, offset: bigint): bigint {
  const wide = Buffer.concat([digest("sha512", `${words} 0`), digest("sha512", `${words} 1`)]);
  return (numberOf(wide) | (3n << 1022n) | 1n) + offset;
}

function rsa(name: string, offsets: readonly [bigint, bigint]): KeyObject {
  const exponent = 65537n;
  const [p, q] = [rsaPrime(`${name} p`, offsets[0]), rsaPrime(`${name} q`, offsets[1])];
  const secret = invert(exponent, (p - 1n) * (q - 1n));
  const encode = (number: bigint): string => {
    const hex = number.toString(16);
    return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
  };
  const jwk = {
    kty: "RSA",
    n: encode(p * q),
    e: encode(exponent),
    d: encode(secret),
    p: encode(p),
    q: encode(q),
    dp: encode(secret % (p - 1n)),
    dq: encode(secret % (q - 1n)),
    qi: encode(invert(q, p)),
  };
  return createPrivateKey({ key: jwk, format: "jwk" });
}

const RSA_KEYS: readonly KeyObject[] = [rsa("RSA 0", [100n, 1558n]), rsa("RSA 1", [4n, 952n])];

/** Without a salt, which is chance: a salt of any length is read. */
const pss = (key: KeyObject, hash: string): FuzzKey["sign"] => {
  const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 };
  return (payload) => sign(hash, payload, options).toString("hex");
};

function rsaKey(key: KeyObject, scheme: string, make: FuzzKey["sign"]): FuzzKey {
  return { keytype: "rsa", scheme, encoded: pemOf(createPublicKey(key)), sign: make };
}

export const RSA: readonly FuzzKey[] = RSA_KEYS.flatMap((key) => [
  rsaKey(key, "rsassa-pss-sha256", pss(key, "sha256")),
  rsaKey(key, "rsassa-pss-sha512", pss(key, "sha512")),
  rsaKey(key, "rsa-pkcs1v15-sha256", (payload) => sign("sha256", payload, key).toString("hex")),
]);

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

export const ED25519: readonly FuzzKey[] = Array.from({ length: 12 }, (_, index) =>
  ed25519(`ed25519 ${index}`),
);
export const P256: readonly FuzzKey[] = Array.from({ length: 6 }, (_, index) =>
  ecdsa("P-256", `P-256 ${index}`),
);
export const P384: readonly FuzzKey[] = Array.from({ length: 2 }, (_, index) =>
  ecdsa("P-384", `P-384 ${index}`),
);
export const P521: readonly FuzzKey[] = [ecdsa("P-521", "P-521")];
