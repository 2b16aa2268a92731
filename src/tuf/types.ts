/**
 * The words of the whole program: JSON as TUF sees it, the branded strings, keys and roles.
 *
 * Only types and the few functions that mint a brand live here. A branded value was checked once, at the boundary;
 * everything behind it may rely on its shape.
 */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 64 lower-case hex digits: the SHA-256 of something. */
export type Sha256Hex = Branded<"Sha256Hex">;
/** What a document calls a key. Ours are always 64 lower-case hex digits; in other people's documents it is any string. */
export type KeyId = Branded<"KeyId">;
/** `YYYY-MM-DDTHH:MM:SSZ`, an existing instant, UTC (TUF specification 1.0.34 §4.2). */
export type UtcSecond = Branded<"UtcSecond">;

/**
 * A JSON value as this tool reads it: objects are Maps (member names are chosen by others), integers are exact
 * (`bigint` beyond ±(2^53−1)), and there are no floats: canonical JSON has none.
 */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** The schemes this tool makes keys for. */
export type Scheme = "ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "rsassa-pss-sha256";
export const SCHEMES: readonly Scheme[] = [
  "ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "rsassa-pss-sha256",
];

/**
 * A public key exactly as a key object of ours spells it: keytype, scheme and keyval.public, nothing else.
 * `public` is 64 lower-case hex digits for ed25519, else an SPKI PEM ending in one line feed.
 */
export interface PublicKey {
  readonly keytype: "ed25519" | "ecdsa" | "rsa";
  readonly scheme: Scheme;
  readonly public: string;
}

/** Who may sign a document, and how many distinct keys must (TUF specification 1.0.34 §4.3). */
export interface RoleKeys {
  readonly keyids: readonly KeyId[];
  readonly threshold: number;
}

/** One element of `signatures`: `sig` is lower-case hex. */
export interface Signature {
  readonly keyid: KeyId;
  readonly sig: string;
}

/** What one implementation says of one signature. `cannot-verify` is not `invalid`: the scheme is not known here. */
export type SignatureVerdict = "valid" | "invalid" | "cannot-verify";

const SHA256_HEX = /^[0-9a-f]{64}$/;

export function isSha256Hex(text: string): text is Sha256Hex {
  return SHA256_HEX.test(text);
}

/** Strict: exactly `YYYY-MM-DDTHH:MM:SSZ`, a date that exists, no leap second, no year 0. */
export function isUtcSecond(text: string): text is UtcSecond {
  if (!/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return false;
  const milliseconds = Date.parse(text);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === `${text.slice(0, 19)}.000Z`;
}

/** Whole seconds since 1970-01-01T00:00:00Z. */
export function secondsOf(time: UtcSecond): number {
  return Date.parse(time) / 1000;
}
