/**
 * Documents that differ from a plain one in one thing that some client can't read, really signed, and the clients that
 * refused them when they were asked (docs/clients.md names their versions).
 */
import assert from "node:assert/strict";
import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { ClientId } from "../../src/tuf/clients.ts";
import { isObject, parseJson } from "../../src/tuf/json.ts";
import { keyIdOf } from "../../src/tuf/keys.ts";
import { readDocument } from "../../src/tuf/read-document.ts";

type Json = Record<string, unknown>;

interface Signer {
  readonly wire: Json;
  readonly keyid: string;
  readonly sign: (payload: Uint8Array) => string;
}

export interface ClientTrap {
  readonly what: string;
  /** By role: a root alone, or with targets and with bins below them. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  /** Those that refused it; rust-tuf with `spec_version` 1.0, the others with 1.0.31. */
  readonly refusedBy: readonly ClientId[];
}

const TUF_JS: readonly ClientId[] = ["tuf-js", "tuf-js-before"];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const wireOf = (keytype: string, scheme: string, encoded: string): Json => ({
  keytype,
  scheme,
  keyval: { public: encoded },
});

function signer(wire: Json, signPayload: (payload: Uint8Array) => Buffer, keyid = hashOf(wire)): Signer {
  return { wire, keyid, sign: (payload) => signPayload(payload).toString("hex") };
}

function hashOf(wire: Json): string {
  const parsed = parseJson(bytes(JSON.stringify(wire)));
  assert.ok(isObject(parsed));
  return keyIdOf(parsed);
}

const spki = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });
const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();

function ed25519(spelling: "hex" | "upper" | "pem" = "hex"): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const hex = spki(publicKey).subarray(-32).toString("hex");
  const encoded = { hex, upper: hex.toUpperCase(), pem: pem(publicKey) }[spelling];
  return signer(wireOf("ed25519", "ed25519", encoded), (payload) => sign(null, payload, privateKey));
}

const CURVES = {
  256: ["P-256", "sha256", 65],
  384: ["P-384", "sha384", 97],
  521: ["P-521", "sha512", 133],
} as const;

function ecdsa(bits: keyof typeof CURVES, { keytype = "ecdsa", hex = false } = {}): Signer {
  const [namedCurve, hash, pointLength] = CURVES[bits];
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve });
  const encoded = hex ? spki(publicKey).subarray(-pointLength).toString("hex") : pem(publicKey);
  const wire = wireOf(keytype, `ecdsa-sha2-nistp${bits}`, encoded);
  return signer(wire, (payload) => sign(hash, payload, privateKey));
}

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });

function rsa(scheme: string, format: "spki" | "pkcs1" = "spki"): Signer {
  const encoded = RSA.publicKey.export({ type: format, format: "pem" }).toString();
  const hash = /sha\d+$/.exec(scheme)?.[0] ?? "";
  const options = scheme.startsWith("rsassa-pss")
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(hash.slice(3)) / 8 }
    : {};
  return signer(wireOf("rsa", scheme, encoded), (payload) =>
    sign(hash, payload, { key: RSA.privateKey, ...options }),
  );
}

const ONE = ed25519();
const OTHER = ed25519();

/** `change` works on the text of the signed part, before it is signed. */
function signed(content: Json, signers: readonly Signer[], change = (text: string) => text): Uint8Array {
  const text = change(JSON.stringify(content));
  const document = readDocument(bytes(`{"signed":${text},"signatures":[]}`));
  assert.ok(document.kind !== "unreadable", text);
  const signatures = signers.map(({ keyid, sign: by }) => ({ keyid, sig: by(document.payload) }));
  return bytes(`{"signed":${text},"signatures":${JSON.stringify(signatures)}}`);
}

interface RootOptions {
  readonly root?: readonly Signer[];
  readonly signers?: readonly Signer[];
  readonly targets?: Signer;
  readonly change?: (text: string) => string;
  readonly edit?: (content: Json) => void;
}

function root(options: RootOptions = {}): Uint8Array {
  const { root: own = [ONE], signers = own, targets = OTHER, change, edit } = options;
  const role = (...of: readonly Signer[]): Json => ({ keyids: of.map(({ keyid }) => keyid), threshold: 1 });
  const content: Json = {
    _type: "root",
    spec_version: "1.0.31",
    consistent_snapshot: true,
    version: 1,
    expires: "2030-01-01T00:00:00Z",
    keys: Object.fromEntries([...own, targets, OTHER].map(({ keyid, wire }) => [keyid, wire])),
    roles: { root: role(...own), targets: role(targets), snapshot: role(OTHER), timestamp: role(OTHER) },
  };
  edit?.(content);
  return signed(content, signers, change);
}

function targets(edit: (content: Json) => void, signers: readonly Signer[] = [OTHER]): Uint8Array {
  const content: Json = {
    _type: "targets",
    spec_version: "1.0.31",
    version: 1,
    expires: "2030-01-01T00:00:00Z",
    targets: {},
  };
  edit(content);
  return signed(content, signers);
}

const delegating =
  (key: Signer, more: Json = {}, keys: Json = {}) =>
  (content: Json): void => {
    const role = {
      name: "bins",
      keyids: [key.keyid],
      threshold: 1,
      terminating: false,
      paths: ["*"],
      ...more,
    };
    content["delegations"] = { keys: { [key.keyid]: key.wire, ...keys }, roles: [role] };
  };

const trap = (
  what: string,
  documents: Uint8Array | Readonly<Record<string, Uint8Array>>,
  ...refusedBy: readonly ClientId[]
): ClientTrap => {
  const named = documents instanceof Uint8Array ? { root: documents } : { root: root(), ...documents };
  return { what, documents: new Map(Object.entries(named)), refusedBy };
};

const named = (keyid: string): Signer => ({ ...ONE, keyid });
const saying = (member: string, value: unknown) => (content: Json) => {
  content[member] = value;
};
const delegatingTo = (key: Signer) => ({ targets: targets(delegating(key)), bins: targets(() => {}, [key]) });
const naming = (role: string, keyids: readonly string[]) => (content: Json) => {
  content["roles"] = { ...Object(content["roles"]), [role]: { keyids, threshold: 1 } };
};
const foreign = (wire: Json): Signer => signer(wire, () => Buffer.alloc(64));
const signedBy = (key: Signer): Uint8Array => root({ root: [key] });
/** Both are keys of root, one signature is needed. */
const besides = (key: Signer, signers: readonly Signer[] = [ONE]): Uint8Array =>
  root({ root: [key, ONE], signers });
const holding = (key: Signer): Uint8Array => root({ targets: key });
const expiring = (expires: string): Uint8Array => root({ edit: saying("expires", expires) });
const counting = (digits: string): Uint8Array =>
  root({ edit: saying("x", 0), change: (text) => text.replace('"x":0', `"x":${digits}`) });
const withSignature = (keyid: string, sig: string): Uint8Array => {
  const document = JSON.parse(new TextDecoder().decode(root()));
  return bytes(JSON.stringify({ ...document, signatures: [...document.signatures, { keyid, sig }] }));
};

const IDENTITY: Json = { keytype: "sigstore-oidc", scheme: "Fulcio", keyval: { identity: "a", issuer: "b" } };
const ALIAS = { keytype: "ecdsa-sha2-nistp384" } as const;

// biome-ignore format: a table is read by its rows
export const CLIENT_TRAPS: readonly ClientTrap[] = [
  trap("plain", root()),
  trap("P-256 signs", signedBy(ecdsa(256)), "rust-tuf"),
  trap("P-256 of the old keytype signs", signedBy(ecdsa(256, { keytype: "ecdsa-sha2-nistp256" })), "rust-tuf"),
  trap("P-256 as a point in hex signs", signedBy(ecdsa(256, { hex: true })), "python-tuf", "go-tuf", "rust-tuf"),
  trap("P-256 as a point in hex is another role's", holding(ecdsa(256, { hex: true }))),
  trap("P-256 as a point in hex, another signs", besides(ecdsa(256, { hex: true })), "go-tuf"),
  trap("P-384 signs", signedBy(ecdsa(384)), "tuf-js-before", "tough", "rust-tuf"),
  trap("P-384 is another role's", holding(ecdsa(384)), "tough", "rust-tuf"),
  trap("P-384, another signs", besides(ecdsa(384)), "tough", "rust-tuf"),
  trap("P-384 of the old keytype signs", signedBy(ecdsa(384, ALIAS)), "go-tuf", "tuf-js-before", "tough", "rust-tuf"),
  trap("P-384 of the old keytype, another signs", besides(ecdsa(384, ALIAS)), "go-tuf", "tough", "rust-tuf"),
  trap("P-384 as a point in hex signs", signedBy(ecdsa(384, { hex: true })), "python-tuf", "go-tuf", "tuf-js-before", "tough", "rust-tuf"),
  trap("P-521 signs", signedBy(ecdsa(521)), "go-tuf", ...TUF_JS, "tough", "rust-tuf"),
  trap("RSA-PSS with SHA-256 signs", signedBy(rsa("rsassa-pss-sha256")), "rust-tuf"),
  trap("RSA-PSS with SHA-384 signs", signedBy(rsa("rsassa-pss-sha384")), "go-tuf", "tuf-js-before", "tough", "rust-tuf"),
  trap("RSA-PSS with SHA-512 signs", signedBy(rsa("rsassa-pss-sha512")), "go-tuf", "tuf-js-before", "tough", "rust-tuf"),
  trap("RSA PKCS#1 v1.5 signs", signedBy(rsa("rsa-pkcs1v15-sha256")), "go-tuf", ...TUF_JS, "tough", "rust-tuf"),
  trap("RSA in PKCS#1 PEM signs", signedBy(rsa("rsassa-pss-sha256", "pkcs1")), ...TUF_JS, "tough", "rust-tuf"),
  trap("Ed25519 in PEM signs", signedBy(ed25519("pem")), "python-tuf", "go-tuf", "tough", "rust-tuf"),
  trap("Ed25519 in upper-case hex signs", signedBy(ed25519("upper")), "rust-tuf"),
  trap("ML-DSA is another role's", holding(foreign(wireOf("ml-dsa", "ml-dsa-65/1", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"))), "tough", "rust-tuf"),
  trap("a keytype from elsewhere is another role's", holding(foreign(wireOf("xyz", "xyz", "00"))), "python-tuf", "tough"),
  trap("a keytype from elsewhere, another signs", besides(foreign(wireOf("xyz", "xyz", "00"))), "python-tuf", "go-tuf", "tough"),
  trap("an identity of Sigstore", { targets: targets(delegating(OTHER, {}, { [hashOf(IDENTITY)]: IDENTITY })) }, "python-tuf", "go-tuf", "tough", "rust-tuf"),

  trap("a keyid that is no hash", signedBy(named("ab".repeat(32))), "tough", "rust-tuf"),
  trap("a keyid in upper-case hex", signedBy(named(ONE.keyid.toUpperCase())), "rust-tuf"),
  trap("a keyid that is a word", signedBy(named("alice")), "tough", "rust-tuf"),
  trap("a keyid that every object of JavaScript has", signedBy(named("constructor")), ...TUF_JS, "tough", "rust-tuf"),
  trap("a keyid without a key", root({ edit: naming("root", [ONE.keyid, "ef".repeat(32)]) }), "go-tuf"),
  trap("an extra field that is part of the keyid", signedBy(signer({ ...ONE.wire, "x-owner": "@a" }, (payload) => Buffer.from(ONE.sign(payload), "hex"))), "rust-tuf"),
  trap("an extra field that is not part of the keyid", signedBy({ ...ONE, wire: { ...ONE.wire, "x-owner": "@a" } }), "tough"),
  trap("keyid_hash_algorithms that are part of the keyid", signedBy(signer({ ...ONE.wire, keyid_hash_algorithms: ["sha256"] }, (payload) => Buffer.from(ONE.sign(payload), "hex")))),
  trap("a signature by a keyid that is a word", withSignature("alice", "00"), "tough", "rust-tuf"),
  trap("a signature that is no hex", withSignature(OTHER.keyid, "abc"), "go-tuf", "tough", "rust-tuf"),
  trap("a placeholder instead of a signature", withSignature(OTHER.keyid, "")),

  trap("no consistent_snapshot", root({ edit: (content) => void delete content["consistent_snapshot"] }), "go-tuf", ...TUF_JS, "tough", "rust-tuf"),
  trap("the role mirrors", root({ edit: naming("mirrors", [OTHER.keyid]) }), "python-tuf", "tough"),
  trap("an expiry with half a second", expiring("2030-01-01T00:00:00.5Z"), "python-tuf", "tough"),
  trap("an expiry with milliseconds", expiring("2030-01-01T00:00:00.123Z"), "python-tuf"),
  trap("an expiry with milliseconds that end in 0", expiring("2030-01-01T00:00:00.120Z"), "python-tuf", "go-tuf"),
  trap("an expiry with no milliseconds", expiring("2030-01-01T00:00:00.000Z"), "python-tuf", "go-tuf", "tough"),
  trap("an expiry with an offset", expiring("2030-01-01T02:00:00+02:00"), "python-tuf", "tough"),
  trap("an expiry with an offset of zero", expiring("2030-01-01T00:00:00+00:00"), "python-tuf", "go-tuf", "tough"),
  trap("an expiry before the year 1000", expiring("0999-01-01T00:00:00Z"), "python-tuf"),
  trap("the last expiry that tough reads", expiring("9999-12-30T22:00:00Z")),
  trap("an expiry one second later", expiring("9999-12-30T22:00:01Z"), "tough"),

  trap("the integer 2^53", counting("9007199254740992")),
  trap("the integer 2^53 + 1", counting("9007199254740993"), "go-tuf", ...TUF_JS),
  trap("the integer 2^60", counting("1152921504606846976"), "go-tuf", ...TUF_JS),
  trap("the integer 2^64", counting("18446744073709551616"), "go-tuf", ...TUF_JS, "tough", "rust-tuf"),
  trap("the integer 10^20", counting("100000000000000000000"), "go-tuf", "tough", "rust-tuf"),
  trap("a composed accent", root({ edit: saying("x", "\u00e9") })),
  trap("a combining accent", root({ edit: saying("x", "e\u0301") }), "tough"),
  trap("a combining accent in a name", root({ edit: saying("e\u0301", 1) }), "tough"),
  trap("a name beyond U+FFFF", root({ edit: saying("\u{1f600}", 1) })),
  trap("names beyond and just below U+FFFF", root({ edit: saying("x", { "\uff5e": 1, "\u{1f600}": 2 }) }), ...TUF_JS),
  trap("names that go on with a blank", root({ edit: saying("x", { a: 1, "a b": 2 }) }), "tough"),
  trap("names that go on with !", root({ edit: saying("x", { a: 1, "a!": 2 }) }), "tough"),

  trap("targets", { targets: targets(saying("targets", { a: { length: 1, hashes: { sha256: "ab".repeat(32) } } })) }),
  trap("a target with SHA-512 only", { targets: targets(saying("targets", { a: { length: 1, hashes: { sha512: "ab".repeat(64) } } })) }, "tough"),
  trap("a delegation", delegatingTo(ONE)),
  trap("a delegation by hash prefixes", { targets: targets(delegating(ONE, { paths: undefined, path_hash_prefixes: ["00"] })) }, "go-tuf", "rust-tuf"),
  trap("a delegated role with a member more", { targets: targets(delegating(ONE, { "x-a": 1 })) }, "tough"),
  trap("succinct roles", { targets: targets(saying("delegations", { keys: { [ONE.keyid]: ONE.wire }, succinct_roles: { keyids: [ONE.keyid], threshold: 1, bit_length: 4, name_prefix: "bin" } })) }, "tough", "rust-tuf"),
  trap("a delegation to P-384", delegatingTo(ecdsa(384)), "tuf-js-before", "tough", "rust-tuf"),
];
