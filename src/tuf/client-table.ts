/**
 * What each client (clients.ts) can't read: one row for a limit. docs/clients.md prints both tables; compatibility.ts asks
 * them.
 *
 * Every limit was measured: documents that differ in this one thing were given to the client itself, in the versions
 * that stand here, on Node 26.10.0, CPython 3.11.7, Go 1.26.8 and Rust 1.95.0, Linux. What no client reads, and no
 * document may hold, is left to the rules (rule-table.ts): this table is about where clients differ.
 */

import { CLIENT_LIMITS } from "./chain.ts";
import {
  anyOf,
  delegatedRolesWithMore,
  expiresAfterJiff,
  expiresBeforeYear1000,
  expiresNotAsGoWrites,
  expiresNotAsToughWrites,
  expiresNotExact,
  type FindInDocument,
  hasNoPublic,
  hasOtherKeyId,
  hasOtherKeytype,
  hasOtherRustKeyId,
  hasOtherScheme,
  type IsUnread,
  integersBeyond64Bits,
  integersNotAsDoubles,
  isEd25519Pem,
  isHexPoint,
  isMissing,
  isPkcs1Pem,
  isUpperCaseEd25519,
  keysThat,
  largerThan,
  lineFeeds,
  namesOrderedByUtf16,
  namesOrderedWithQuotes,
  noConsistentSnapshot,
  notNormalised,
  otherRoles,
  rolesWithoutPaths,
  signaturesNotHex,
  signersNotHex,
  signersOfEveryObject,
  specVersionOtherThan,
  succinctRoles,
  targetsWithoutSha256,
} from "./client-limits.ts";
import type { ClientId } from "./clients.ts";

interface LimitText<Id extends string = string> {
  readonly id: Id;
  readonly clients: readonly ClientId[];
  /** What they can't read. */
  readonly what: string;
  /** Why, and what follows. */
  readonly why: string;
  readonly source: string;
}

/**
 * - `refuses-document`: the whole document, where this is anywhere in it;
 * - `finds-no-target`: reads the document, and looks for what it delegates in the wrong place;
 * - `refuses-role`: every document of a role that has such a key, whoever signed it;
 * - `ignores-key`: signatures of such a key count for nothing, the others count.
 */
type LimitRow<Id extends string = string> = LimitText<Id> &
  (
    | { readonly effect: "refuses-document" | "finds-no-target"; readonly find: FindInDocument }
    | { readonly effect: "refuses-role" | "ignores-key"; readonly isUnread: IsUnread }
  );

type Says = readonly [what: string, why: string, source: string];

const row = <Id extends string>(id: Id, clients: readonly ClientId[], [what, why, source]: Says) =>
  ({ id, clients, what, why, source }) as const;

const refusesDocument = <Id extends string>(
  id: Id,
  clients: readonly ClientId[],
  find: FindInDocument,
  ...says: Says
) => ({ ...row(id, clients, says), effect: "refuses-document", find }) as const satisfies LimitRow;

const findsNoTarget = <Id extends string>(
  id: Id,
  clients: readonly ClientId[],
  find: FindInDocument,
  ...says: Says
) => ({ ...row(id, clients, says), effect: "finds-no-target", find }) as const satisfies LimitRow;

const refusesRole = <Id extends string>(
  id: Id,
  clients: readonly ClientId[],
  isUnread: IsUnread,
  ...says: Says
) => ({ ...row(id, clients, says), effect: "refuses-role", isUnread }) as const satisfies LimitRow;

const ignoresKey = <Id extends string>(
  id: Id,
  clients: readonly ClientId[],
  isUnread: IsUnread,
  ...says: Says
) => ({ ...row(id, clients, says), effect: "ignores-key", isUnread }) as const satisfies LimitRow;

const JAVASCRIPT: readonly ClientId[] = ["tuf-js", "tuf-js-before"];

const PYTHON_SCHEMES = [
  "ed25519/ed25519",
  "ecdsa/ecdsa-sha2-nistp256",
  "ecdsa/ecdsa-sha2-nistp384",
  "ecdsa/ecdsa-sha2-nistp521",
  "ecdsa-sha2-nistp256/ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384/ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521/ecdsa-sha2-nistp521",
  "rsa/rsassa-pss-sha256",
  "rsa/rsassa-pss-sha384",
  "rsa/rsassa-pss-sha512",
  "rsa/rsa-pkcs1v15-sha256",
  "rsa/rsa-pkcs1v15-sha384",
  "rsa/rsa-pkcs1v15-sha512",
  "rsa/pgp+rsa-pkcsv1.5",
  "dsa/pgp+dsa-fips-180-2",
  "eddsa/pgp+eddsa-ed25519",
  "ml-dsa/ml-dsa-44/1",
  "ml-dsa/ml-dsa-65/1",
  "ml-dsa/ml-dsa-87/1",
] as const;

const SCHEMES_OF_ALL = [
  "ed25519/ed25519",
  "ecdsa/ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp256/ecdsa-sha2-nistp256",
  "rsa/rsassa-pss-sha256",
] as const;

const P384 = ["ecdsa/ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384/ecdsa-sha2-nistp384"] as const;
const PSS_OF_LONG_HASHES = ["rsa/rsassa-pss-sha384", "rsa/rsassa-pss-sha512"] as const;

// biome-ignore format: a table is read by its rows
const ROWS = [
  // Schemes
  refusesDocument("client/keytype", ["python-tuf"], keysThat(hasOtherScheme(...PYTHON_SCHEMES)),
    "a key, used or not, of another keytype and scheme than securesystemslib's",
    "It parses every key of a document and stops at the first that it does not know.",
    "measured; securesystemslib 1.6.0, signer/__init__.py"),
  refusesDocument("client/few-schemes", ["tough"], keysThat(hasOtherScheme(...SCHEMES_OF_ALL)),
    "a key, used or not, that is not ed25519, ecdsa-sha2-nistp256 or rsassa-pss-sha256",
    "Its parser knows these three only: one other key anywhere, on P-384 for example, and the whole document is refused.",
    "measured; tough 0.24.0, schema/key.rs"),
  ignoresKey("client/one-hash", ["tuf-js-before"], hasOtherScheme(...SCHEMES_OF_ALL),
    "signatures of schemes with another hash than SHA-256: P-384, P-521, rsassa-pss-sha384 and -sha512",
    "It verified every ECDSA and RSA signature with SHA-256; tuf-js 6.0.2 (@tufjs/models 5.0.2) takes the scheme's hash.",
    "measured with @tufjs/models 1.0.4, 2.0.0, 2.0.1, 3.0.0, 3.0.1, 4.0.0, 4.1.0, 4.1.1, 5.0.0 and 5.0.2"),
  ignoresKey("client/javascript-schemes", ["tuf-js"],
    hasOtherScheme(...SCHEMES_OF_ALL, ...P384, ...PSS_OF_LONG_HASHES),
    "signatures of P-521, RSA PKCS#1 v1.5, ML-DSA and whatever else it does not know",
    "It verifies ed25519, P-256, P-384 and RSA-PSS; it reads other keys, and their signatures are no signatures.",
    "measured; @tufjs/models 5.0.2, utils/key.js"),
  refusesRole("client/go-keytype", ["go-tuf"],
    hasOtherKeytype("ed25519", "ecdsa", "ecdsa-sha2-nistp256", "rsa"),
    "a role with a key whose keytype is not ed25519, ecdsa, ecdsa-sha2-nistp256 or rsa",
    "It reads every key of a role before it counts; one that it can't read ends that, whoever else has signed.",
    "measured; go-tuf 2.4.2, metadata/keys.go and VerifyDelegate"),
  ignoresKey("client/go-schemes", ["go-tuf"],
    hasOtherScheme(...SCHEMES_OF_ALL, "ecdsa/ecdsa-sha2-nistp384"),
    "signatures of P-521, rsassa-pss-sha384 and -sha512, RSA PKCS#1 v1.5",
    "It verifies whatever is not P-384 or ed25519 with SHA-256, and RSA with PSS.",
    "measured; go-tuf 2.4.2, VerifyDelegate"),
  ignoresKey("client/ed25519-only", ["rust-tuf"], hasOtherScheme("ed25519/ed25519"),
    "signatures of everything but ed25519",
    "It verifies ed25519 and nothing else.",
    "measured; tuf 0.3.0-beta14, crypto.rs"),

  // How a key is spelled
  ignoresKey("client/hex-point", ["python-tuf"], isHexPoint,
    "signatures of keys on elliptic curves that are spelled as a point in hex, as older roots have them",
    "It reads keys on elliptic curves as PEM only.",
    "measured"),
  refusesRole("client/go-hex-point", ["go-tuf"], isHexPoint,
    "a role with a key on an elliptic curve that is spelled as a point in hex",
    "It reads keys on elliptic curves as PEM only, and one that it can't read ends the counting.",
    "measured; go-tuf 2.4.2, metadata/keys.go"),
  ignoresKey("client/ed25519-pem", ["python-tuf"], isEd25519Pem,
    "signatures of Ed25519 keys that are spelled as PEM",
    "It reads Ed25519 keys as 64 hex digits only.",
    "measured"),
  refusesRole("client/go-ed25519-pem", ["go-tuf"], isEd25519Pem,
    "a role with an Ed25519 key that is spelled as PEM",
    "It reads Ed25519 keys as hex only, and one that it can't read ends the counting.",
    "measured; go-tuf 2.4.2, metadata/keys.go"),
  ignoresKey("client/pkcs1", JAVASCRIPT, isPkcs1Pem,
    "signatures of RSA keys in PKCS#1 PEM",
    "It reads RSA keys as PEM that begins with BEGIN PUBLIC KEY only.",
    "measured; @tufjs/models, utils/key.js"),
  refusesDocument("client/key-spelling", ["tough"], keysThat(anyOf(isPkcs1Pem, isEd25519Pem)),
    "a key, used or not, in PKCS#1 PEM, or an Ed25519 key in PEM",
    "It decodes every key while it parses: RSA as SubjectPublicKeyInfo, Ed25519 as hex.",
    "measured; tough 0.24.0, schema/spki.rs"),
  refusesDocument("client/rust-key-spelling", ["rust-tuf"],
    keysThat(anyOf(isEd25519Pem, isUpperCaseEd25519)),
    "an Ed25519 key, used or not, in PEM or in upper-case hex",
    "It decodes every key while it parses, and takes lower-case hex only.",
    "measured; tuf 0.3.0-beta14, crypto.rs"),
  refusesDocument("client/no-public", ["go-tuf", "rust-tuf"], keysThat(hasNoPublic),
    "a key, used or not, without keyval.public, as Sigstore's identities have it",
    "go-tuf verifies what it writes itself, and there it writes one; rust-tuf requires it.",
    "measured"),

  // Keyids
  refusesDocument("client/keyid", ["tough"], keysThat(hasOtherKeyId),
    "a key, used or not, whose keyid is not the SHA-256 of the whole key object",
    "The specification says that clients MUST verify it; tough is the one that does.",
    "measured; tough 0.24.0, schema/de.rs"),
  ignoresKey("client/rust-keyid", ["rust-tuf"], hasOtherRustKeyId,
    "signatures of a key whose keyid is not the SHA-256 of its keytype, scheme, keyval.public and keyid_hash_algorithms",
    "It passes over keys with another keyid, as TUF 0.9 had them.",
    "measured; tuf 0.3.0-beta14, pouf/pouf1/shims.rs"),
  refusesDocument("client/javascript-keyid", JAVASCRIPT, signersOfEveryObject,
    "a signature by a keyid that is a property of every object in JavaScript, like `constructor`",
    "They keep signatures in a plain object, which seems to have one of that name already; tuf-js before 3.0.1 did not ask.",
    "measured"),
  refusesRole("client/missing-key", ["go-tuf"], isMissing,
    "a role with a keyid for which there is no key",
    "A keyid without a key ends the counting.",
    "measured; go-tuf 2.4.2, VerifyDelegate"),
  refusesDocument("client/signer-hex", ["tough", "rust-tuf"], signersNotHex,
    "a signature, counted or not, by a keyid that is no hex",
    "Keyids are decoded while it parses.",
    "measured"),
  refusesDocument("client/signature-hex", ["go-tuf", "tough", "rust-tuf"], signaturesNotHex,
    "a signature, counted or not, that is no hex",
    "Signatures are decoded while it parses.",
    "measured"),

  // Members
  refusesDocument("client/spec-version", ["rust-tuf"], specVersionOtherThan("1.0", "1.0.0"),
    "another spec_version than 1.0 or 1.0.0",
    "It takes the texts 1.0 and 1.0.0 only. This tool writes 1.0.31, so rust-tuf reads nothing that it makes.",
    "measured; tuf 0.3.0-beta14, pouf/pouf1/shims.rs"),
  refusesDocument("client/consistent-snapshot", ["go-tuf", ...JAVASCRIPT, "tough", "rust-tuf"],
    noConsistentSnapshot,
    "a root without consistent_snapshot",
    "They require consistent_snapshot, which the specification leaves optional; go-tuf writes it into what it verifies.",
    "measured"),
  refusesDocument("client/roles", ["python-tuf", "tough"], otherRoles,
    "a root with another role than root, targets, snapshot and timestamp, such as `mirrors`",
    "They know the four roles that the specification requires, and refuse any other.",
    "measured"),
  refusesDocument("client/expires-form", ["python-tuf"], expiresNotExact,
    "a date of expiry with a fraction or an offset",
    "It reads dates as YYYY-MM-DDTHH:MM:SSZ only.",
    "measured"),
  refusesDocument("client/go-expires", ["go-tuf"], expiresNotAsGoWrites,
    "a date of expiry whose fraction ends in 0, or with an offset of zero instead of Z",
    "It verifies what it writes itself, and it writes dates in the shortest form.",
    "measured"),
  refusesDocument("client/tough-expires", ["tough"], expiresNotAsToughWrites,
    "a date of expiry with an offset, or with a fraction that is not the shortest of 3, 6 or 9 digits",
    "It verifies what it writes itself.",
    "measured; tough 0.24.0, schema/ser.rs"),
  refusesDocument("client/early-year", ["python-tuf"], expiresBeforeYear1000,
    "a date of expiry before the year 1000",
    "It verifies what it writes itself, and strftime leaves out leading zeros on Linux.",
    "measured"),
  refusesDocument("client/late-year", ["tough"], expiresAfterJiff,
    "a date of expiry after 9999-12-30T22:00:00Z",
    "No later date fits in the type that it has for dates.",
    "measured"),
  refusesDocument("client/size", ["python-tuf", "go-tuf", ...JAVASCRIPT], largerThan(CLIENT_LIMITS),
    "a root of more than 512,000 bytes, targets of more than 5,000,000",
    "They stop the download there, unless they are told otherwise.",
    "read: python-tuf 7.0.1 ngclient/config.py, go-tuf 2.4.2 config.go, tuf-js 6.0.2 config.js"),
  refusesDocument("client/tough-size", ["tough"],
    largerThan({ rootBytes: 1024 * 1024, targetsBytes: 10 * 1024 * 1024 }),
    "a root of more than 1 MiB, targets of more than 10 MiB",
    "It stops the download there, unless it is told otherwise.",
    "read: tough 0.24.0, lib.rs"),

  // Targets and delegations
  refusesDocument("client/succinct-roles", ["tough", "rust-tuf"], succinctRoles,
    "succinct_roles (TAP 15)",
    "They know delegations by a list of roles only.",
    "measured"),
  refusesDocument("client/hash-prefixes", ["rust-tuf"], rolesWithoutPaths,
    "a delegated role with path_hash_prefixes, as hash bins have them",
    "It knows delegated roles by `paths` only.",
    "measured"),
  findsNoTarget("client/go-hash-prefixes", ["go-tuf"], rolesWithoutPaths,
    "a delegated role with path_hash_prefixes, as hash bins have them",
    "It compares them with the hash in base64 instead of hex, and so finds no target in any bin; succinct_roles are read well.",
    "measured; theupdateframework/go-tuf#783, merged in September 2026 and in no release up to 2.4.2"),
  refusesDocument("client/delegated-role-members", ["tough"], delegatedRolesWithMore,
    "a delegated role with members beyond the specification's",
    "It verifies what it writes itself, and there it drops them; elsewhere it keeps them.",
    "measured"),
  refusesDocument("client/sha256", ["tough"], targetsWithoutSha256,
    "a target without a sha256 among its hashes",
    "It requires a sha256 of every target.",
    "measured; tough 0.24.0, schema/mod.rs"),

  // The canonical form
  refusesDocument("client/large-integers", ["go-tuf", ...JAVASCRIPT], integersNotAsDoubles,
    "an integer of more digits than a double keeps: some from 2^53 on, in either direction, and in the end all",
    "They read integers as doubles, so that the signed bytes are others.",
    "measured"),
  refusesDocument("client/64-bits", ["go-tuf", "tough", "rust-tuf"], integersBeyond64Bits,
    "an integer below -2^63, or of 2^64 and more",
    "Their integers have 64 bits.",
    "measured"),
  refusesDocument("client/tuf-js-non-bmp-names", JAVASCRIPT, namesOrderedByUtf16,
    "names in one object of which one has a character beyond U+FFFF and the other one of U+E000 to U+FFFF",
    "It sorts by UTF-16 code units, so that the signed bytes are others.",
    "measured"),
  refusesDocument("client/normal-form", ["tough"], notNormalised,
    "text that is not in Unicode's normal form C, such as e with a combining acute accent",
    "It normalises before it verifies, so that the signed bytes are others.",
    "measured; olpc-cjson 0.1.4"),
  refusesDocument("client/quoted-order", ["tough"], namesOrderedWithQuotes,
    "names in one object of which one goes on, with a blank or !, where the other ends: `a` and `a b`",
    "It sorts names with their quotation marks, so that the signed bytes are others.",
    "measured; olpc-cjson 0.1.4"),
  refusesDocument("client/line-feeds", ["rust-tuf"], lineFeeds,
    "a line feed in any text: every PEM, so every key that is not ed25519, used or not",
    "Its canonical form escapes line feeds, so that the signed bytes are others.",
    "measured"),
] as const satisfies readonly LimitRow[];

export type LimitId = (typeof ROWS)[number]["id"];
export type Limit = LimitRow<LimitId>;
/** In the order in which a report tells them. */
export const LIMITS: readonly Limit[] = ROWS;
