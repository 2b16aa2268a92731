/** One case or more for every rule that reading a single document can break; and what is read where nothing is wrong. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { object } from "../../src/tuf/json.ts";
import { lintDocument } from "../../src/tuf/lint.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { RULES } from "../../src/tuf/rule-table.ts";
import type { RuleId } from "../../src/tuf/rules.ts";
import type { JsonValue } from "../../src/tuf/types.ts";
import {
  ADA,
  GRACE,
  json,
  keyIdOfTestKey,
  ONLINE,
  replaceAt,
  type SampleRoot,
  sampleRoot,
  sampleTargets,
} from "../support/sample-metadata.ts";
import { makeTestKey } from "../support/test-keys.ts";

const ADA_ID = keyIdOfTestKey(ADA);
const KEY_OF_ADA = ["keys", ADA_ID];

/** A root with one member of `signed` replaced, and signed like that. */
function rootWith(
  path: readonly (string | number)[],
  value: JsonValue | undefined,
  more: Partial<SampleRoot> = {},
) {
  return sampleRoot({ ...more, edit: (signed) => replaceAt(signed, path, value) });
}

function tampered(search: string | RegExp, replacement: string) {
  return sampleRoot({ tamper: (text) => text.replace(search, replacement) });
}

function targetsWith(delegations: string) {
  return sampleTargets({ edit: (signed) => replaceAt(signed, ["delegations"], json(delegations)) });
}

/** A snapshot or a timestamp, which has everything that all metadata has, and this. */
function online(type: string, meta: string) {
  const edit = (signed: JsonValue) =>
    replaceAt(replaceAt(replaceAt(signed, ["targets"], undefined), ["_type"], type), ["meta"], json(meta));
  return sampleTargets({ edit });
}

const bytes = (text: string) => new TextEncoder().encode(text);
const delegated = (role: string) => targetsWith(`{"keys": {}, "roles": [${role}]}`);
const BIN = `"keyids": ["k"], "threshold": 1, "terminating": false`;
const p521 = `-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n`;
const p256 = makeTestKey("ecdsa-sha2-nistp256");
const keyJson = (keytype: string, scheme: string, encoded: string) =>
  object([
    ["keytype", keytype],
    ["scheme", scheme],
    ["keyval", object([["public", encoded]])],
  ]);

type Expected = "error" | "warning" | "-";
/** What the rule says when reading; the profile `creating` is tested with all of them below. */
type Sample = readonly [name: string, rule: RuleId, reading: Expected, file: Uint8Array];
const cases: readonly Sample[] = [
  ["an empty file", "document/json", "error", bytes("")],
  ["a byte order mark", "document/json", "error", bytes("\ufeff{}")],
  ["bytes behind the document", "document/json", "error", bytes('{"signed": {}, "signatures": []} x')],
  ["invalid UTF-8", "document/json", "error", Uint8Array.of(0x22, 0xff, 0x22)],
  [
    "two versions",
    "document/duplicate-member",
    "error",
    tampered('"version": 1', '"version": 1, "version": 2'),
  ],
  [
    "a second `signed`",
    "document/duplicate-member",
    "error",
    tampered('"signed": {', '"signed": {}, "signed": {'),
  ],
  [
    "a name spelled with an escape",
    "document/duplicate-member",
    "error",
    tampered('"version": 1', '"version": 1, "\\u0076ersion": 2'),
  ],
  [
    "one version twice",
    "document/repeated-member",
    "warning",
    tampered('"version": 1', '"version": 1, "version": 1'),
  ],
  ["version 1.0", "document/canonical", "error", tampered('"version": 1', '"version": 1.0')],
  ["version 1e0", "document/canonical", "error", tampered('"version": 1', '"version": 1e0')],
  ["version 01", "document/canonical", "error", tampered('"version": 1', '"version": 01')],
  ["threshold -0", "document/canonical", "error", tampered('"threshold": 2', '"threshold": -0')],
  [
    "a lone surrogate",
    "document/canonical",
    "error",
    tampered('"version": 1', '"version": 1, "x": "\\ud800"'),
  ],
  ["null", "document/envelope", "error", bytes("null")],
  ["a list around it", "document/envelope", "error", bytes('[{"signed": {}, "signatures": []}]')],
  ["no `signed`", "document/envelope", "error", bytes('{"signatures": []}')],
  [
    "signatures in an object",
    "document/envelope",
    "error",
    tampered(/"signatures": \[[^\]]*\]/, '"signatures": {}'),
  ],
  ["a hundred levels", "document/depth", "error", rawDepth(100)],
  ["seventeen megabytes", "document/size", "error", new Uint8Array(17 * 1024 * 1024).fill(0x20)],
  [
    "257 keyids",
    "document/count",
    "error",
    rootWith(
      ["roles", "targets", "keyids"],
      Array.from({ length: 257 }, (_, index) => `${index}`),
    ),
  ],
  ["_type Root", "document/type", "error", rootWith(["_type"], "Root")],
  ["_type mirrors", "document/type", "error", rootWith(["_type"], "mirrors")],
  ["no _type", "document/type", "error", rootWith(["_type"], undefined)],
  ["a rehearsal", "document/rehearsal", "error", rootWith(["_type"], "rehearsal-root")],
  ["spec_version 2.0.0", "document/spec-version", "error", rootWith(["spec_version"], "2.0.0")],
  ["spec_version 1", "document/spec-version", "error", rootWith(["spec_version"], "1")],
  ["spec_version 1.0.0-rc1", "document/spec-version", "error", rootWith(["spec_version"], "1.0.0-rc1")],
  [
    "spec_version 1.0.0 in Arabic digits",
    "document/spec-version",
    "error",
    rootWith(["spec_version"], "1.٠.٠"),
  ],
  ["spec_version as a number", "document/spec-version", "error", rootWith(["spec_version"], 1)],
  ["no spec_version", "document/spec-version", "error", rootWith(["spec_version"], undefined)],
  ["version 0", "document/version", "error", rootWith(["version"], 0)],
  ["version -1", "document/version", "error", rootWith(["version"], -1)],
  ["version as text", "document/version", "error", rootWith(["version"], "1")],
  ["version true", "document/version", "error", rootWith(["version"], true)],
  ["version 2^53", "document/version", "error", rootWith(["version"], 2n ** 53n)],
  ["month 13", "document/expires", "error", rootWith(["expires"], "2035-13-01T00:00:00Z")],
  ["February 30", "document/expires", "error", rootWith(["expires"], "2035-02-30T00:00:00Z")],
  ["hour 24", "document/expires", "error", rootWith(["expires"], "2035-01-01T24:00:00Z")],
  ["a leap second", "document/expires", "error", rootWith(["expires"], "2035-12-31T23:59:60Z")],
  ["a local time", "document/expires", "error", rootWith(["expires"], "2035-01-01T00:00:00")],
  ["a date alone", "document/expires", "error", rootWith(["expires"], "2035-01-01")],
  ["a blank for the T", "document/expires", "error", rootWith(["expires"], "2035-01-01 00:00:00Z")],
  ["a year of five digits", "document/expires", "error", rootWith(["expires"], "+12035-01-01T00:00:00Z")],
  ["a line feed behind it", "document/expires", "error", rootWith(["expires"], "2035-01-01T00:00:00Z\n")],
  ["never", "document/expires", "error", rootWith(["expires"], "never")],
  ["seconds since 1970", "document/expires", "error", rootWith(["expires"], 2051222400)],
  ["no expiry", "document/expires", "error", rootWith(["expires"], undefined)],
  ["a fraction", "document/expires-form", "warning", rootWith(["expires"], "2035-01-01T00:00:00.5Z")],
  ["an offset", "document/expires-form", "warning", rootWith(["expires"], "2035-01-01T00:00:00-06:00")],
  ["another field", "document/unknown-field", "-", rootWith(["x-period"], 365)],
  ["a field beside `signed`", "document/unknown-field", "-", tampered('"signed"', '"x": 1, "signed"')],
  ["a bundle in a signature", "document/unknown-field", "-", tampered('"keyid"', '"bundle": "", "keyid"')],
  ["a name that NFC changes", "document/names", "-", rootWith(["x-e\u0301"], 1)],
  ["a blank in a name", "document/names", "-", rootWith(["x period"], 1)],
  ["sig null", "signature/shape", "error", tampered(/"sig": "[^"]*"/, '"sig": null')],
  ["a signature as text", "signature/shape", "error", tampered(/"signatures": \[/, '"signatures": ["abc",')],
  ["a signature twice", "signature/duplicate-keyid", "error", sampleRoot({ signers: [ADA, GRACE, ADA] })],
  ["a placeholder", "signature/empty", "warning", tampered(/"sig": "[^"]*"/, '"sig": ""')],
  ["an odd digit", "signature/not-hex", "warning", tampered(/"sig": "./, '"sig": "')],
  ["base64", "signature/not-hex", "warning", tampered(/"sig": "[^"]*"/, '"sig": "jDFZ+w=="')],
  ["hex with a blank", "signature/not-hex", "warning", tampered(/"sig": "/, '"sig": " 0')],
  ["hex and junk", "signature/not-hex", "warning", tampered(/"sig": "/, '"sig": "zz')],
  ["upper-case hex", "signature/upper-case", "warning", tampered(/"sig": "../, '"sig": "AB')],
  ["a key as text", "key/shape", "error", rootWith(KEY_OF_ADA, "key")],
  ["a key without a scheme", "key/shape", "error", rootWith([...KEY_OF_ADA, "scheme"], undefined)],
  [
    "a key without its public part",
    "key/shape",
    "error",
    rootWith([...KEY_OF_ADA, "keyval", "public"], undefined),
  ],
  [
    "a key of another scheme, with other parts",
    "key/unknown-scheme",
    "warning",
    rootWith(
      KEY_OF_ADA,
      json('{"keytype": "sigstore-oidc", "scheme": "Fulcio", "keyval": {"identity": "ada", "issuer": "x"}}'),
    ),
  ],
  ["a short key", "key/encoding", "error", rootWith([...KEY_OF_ADA, "keyval", "public"], "abcd")],
  [
    "a broken PEM",
    "key/encoding",
    "error",
    rootWith(KEY_OF_ADA, keyJson("ecdsa", "ecdsa-sha2-nistp256", p521)),
  ],
  [
    "a P-256 key for P-384",
    "key/mismatch",
    "error",
    rootWith(KEY_OF_ADA, keyJson("ecdsa", "ecdsa-sha2-nistp384", p256.pem)),
  ],
  [
    "the identity",
    "key/weak",
    "error",
    rootWith([...KEY_OF_ADA, "keyval", "public"], `01${"00".repeat(31)}`),
  ],
  [
    "a broken key that no role uses",
    "key/unusable-unused",
    "warning",
    rootWith(["keys", "left-over"], keyJson("ed25519", "ed25519", "abcd")),
  ],
  [
    "a scheme of next year",
    "key/unknown-scheme",
    "warning",
    rootWith([...KEY_OF_ADA, "scheme"], "ml-dsa-65/1"),
  ],
  ["ECDSA on P-521", "key/scheme-of-few", "-", rootWith([...KEY_OF_ADA, "scheme"], "ecdsa-sha2-nistp521")],
  ["P-384", "key/p384", "-", sampleRoot({ keys: [ADA, GRACE, makeTestKey("ecdsa-sha2-nistp384")] })],
  [
    "a keyid of our own",
    "key/keyid",
    "warning",
    rootWith(["keys", "ada"], keyJson("ed25519", "ed25519", ADA.publicKey.public)),
  ],
  ["securesystemslib's keyid", "key/keyid-partial", "warning", rootWith([...KEY_OF_ADA, "x-owner"], "@ada")],
  [
    "a key in upper case",
    "key/spelling",
    "warning",
    rootWith([...KEY_OF_ADA, "keyval", "public"], ADA.publicKey.public.toUpperCase()),
  ],
  [
    "the keytype of 2022",
    "key/spelling",
    "warning",
    rootWith(KEY_OF_ADA, keyJson("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", p256.pem)),
  ],
  [
    "a field in a key",
    "key/extra-field",
    "-",
    rootWith([...KEY_OF_ADA, "keyid_hash_algorithms"], ["sha256"]),
  ],
  ["a private key", "key/private", "error", rootWith([...KEY_OF_ADA, "keyval", "private"], "abcd")],
  ["one beside keyval", "key/private", "error", rootWith([...KEY_OF_ADA, "private"], "abcd")],
  [
    "one in an object",
    "key/private",
    "error",
    rootWith([...KEY_OF_ADA, "keyval", "privateKey"], json('{"d": 1}')),
  ],
  [
    "one in PEM, wherever it is",
    "key/private",
    "error",
    rootWith(["notes"], "-----BEGIN EC PRIVATE KEY-----\nMHc="),
  ],
  ["no role timestamp", "role/missing", "error", rootWith(["roles", "timestamp"], undefined)],
  [
    "a role mirrors",
    "role/unexpected",
    "warning",
    rootWith(["roles", "mirrors"], json('{"keyids": [], "threshold": 1}')),
  ],
  ["a role as text", "role/shape", "error", rootWith(["roles", "targets"], "ada")],
  ["keyids as an object", "role/shape", "error", rootWith(["roles", "targets", "keyids"], json("{}"))],
  ["a number as a keyid", "role/shape", "error", rootWith(["roles", "targets", "keyids"], [1])],
  ["threshold 0", "role/threshold", "error", rootWith(["roles", "timestamp", "threshold"], 0)],
  ["threshold true", "role/threshold", "error", rootWith(["roles", "root", "threshold"], true)],
  ['threshold "2"', "role/threshold", "error", rootWith(["roles", "root", "threshold"], "2")],
  ["threshold of 30 digits", "role/threshold", "error", rootWith(["roles", "root", "threshold"], 10n ** 30n)],
  ["a keyid twice", "role/duplicate-keyid", "error", rootWith(["roles", "root", "keyids"], [ADA_ID, ADA_ID])],
  [
    "a keyid without key",
    "role/dangling-keyid",
    "warning",
    rootWith(["roles", "targets", "keyids"], [ADA_ID, "none"]),
  ],
  ["3 of 1", "role/threshold-above-keys", "warning", rootWith(["roles", "snapshot", "threshold"], 3)],
  [
    "one key under two keyids",
    "role/same-key-twice",
    "warning",
    sampleRoot({
      edit: (signed) => {
        const key = keyJson("ed25519", "ed25519", ADA.publicKey.public.toUpperCase());
        const named = replaceAt(signed, ["keys", "ada"], key);
        return replaceAt(named, ["roles", "root", "keyids"], [ADA_ID, "ada"]);
      },
    }),
  ],
  ["a field in a role", "role/extra-field", "-", rootWith(["roles", "root", "x-period"], 1)],
  ["no keys", "root/keys", "error", rootWith(["keys"], undefined)],
  ["roles as a list", "root/keys", "error", rootWith(["roles"], [])],
  [
    "consistent_snapshot as text",
    "root/consistent-snapshot",
    "error",
    rootWith(["consistent_snapshot"], "true"),
  ],
  [
    "no consistent_snapshot",
    "root/consistent-snapshot-missing",
    "warning",
    rootWith(["consistent_snapshot"], undefined),
  ],
  [
    "consistent_snapshot false",
    "root/consistent-snapshot-off",
    "-",
    rootWith(["consistent_snapshot"], false),
  ],
  ["1 of 3", "root/threshold-one", "-", sampleRoot({ threshold: 1 })],
  ["2 of 2", "root/no-spare-key", "-", sampleRoot({ keys: [ADA, GRACE] })],
  [
    "a key without a role",
    "root/unused-key",
    "-",
    rootWith(["keys", "x"], keyJson("ed25519", "ed25519", GRACE.publicKey.public)),
  ],
  [
    "targets as a list",
    "targets/shape",
    "error",
    sampleTargets({ edit: (s) => replaceAt(s, ["targets"], []) }),
  ],
  [
    "a target without hashes",
    "targets/shape",
    "error",
    sampleTargets({ edit: (s) => replaceAt(s, ["targets"], json('{"a": {"length": 1, "hashes": {}}}')) }),
  ],
  ...[
    '{"sha256": 1}',
    '{"sha256": ""}',
    '{"sha256": "abc"}',
    '{"sha256": "xy"}',
    '{"sha256": null}',
    '{"sha256": "00", "sha512": []}',
    "[]",
  ].map((hashes): Sample => {
    const targets = json(`{"a": {"length": 1, "hashes": ${hashes}}}`);
    const edit = (signed: JsonValue) => replaceAt(signed, ["targets"], targets);
    return [`a target with the hashes ${hashes}`, "targets/shape", "error", sampleTargets({ edit })];
  }),
  ...[
    "[]",
    "null",
    '{"snapshot.json": 1}',
    '{"snapshot.json": {}}',
    '{"snapshot.json": {"version": 0}}',
    '{"snapshot.json": {"version": "1"}}',
    '{"snapshot.json": {"version": true}}',
    '{"snapshot.json": {"version": 1, "length": -1}}',
    '{"snapshot.json": {"version": 1, "hashes": {}}}',
    '{"snapshot.json": {"version": 1, "hashes": {"sha256": "x"}}}',
  ].flatMap((meta): readonly Sample[] => [
    [`a snapshot with the meta ${meta}`, "meta/shape", "error", online("snapshot", meta)],
    [`a timestamp with the meta ${meta}`, "meta/shape", "error", online("timestamp", meta)],
  ]),
  ["a timestamp of nothing", "meta/shape", "error", online("timestamp", "{}")],
  [
    "a timestamp of more than the snapshot",
    "meta/shape",
    "error",
    online("timestamp", '{"snapshot.json": {"version": 1}, "root.json": {"version": 1}}'),
  ],
  ["delegations as a list", "delegation/shape", "error", targetsWith("[]")],
  ["neither roles nor succinct_roles", "delegation/shape", "error", targetsWith('{"keys": {}}')],
  [
    "both roles and succinct_roles",
    "delegation/shape",
    "error",
    targetsWith(`{"keys": {}, "roles": [], "succinct_roles": {${BIN}, "bit_length": 1, "name_prefix": "b"}}`),
  ],
  [
    "33 bits of bins",
    "delegation/shape",
    "error",
    targetsWith(
      '{"keys": {}, "succinct_roles": {"keyids": [], "threshold": 1, "bit_length": 33, "name_prefix": "b"}}',
    ),
  ],
  [
    "terminating as text",
    "delegation/shape",
    "error",
    delegated('{"name": "a", "keyids": [], "threshold": 1, "terminating": "no", "paths": []}'),
  ],
  ["neither paths nor prefixes", "delegation/paths", "error", delegated(`{"name": "a", ${BIN}}`)],
  [
    "paths and prefixes",
    "delegation/paths",
    "error",
    delegated(`{"name": "a", ${BIN}, "paths": [], "path_hash_prefixes": []}`),
  ],
  [
    "a prefix in upper case",
    "delegation/prefix",
    "error",
    delegated(`{"name": "a", ${BIN}, "path_hash_prefixes": ["A0"]}`),
  ],
  ["a delegation to root", "delegation/name", "error", delegated(`{"name": "root", ${BIN}, "paths": ["*"]}`)],
  ["a delegation to nobody", "delegation/name", "error", delegated(`{"name": "", ${BIN}, "paths": ["*"]}`)],
  [
    "two delegations of one name",
    "delegation/duplicate-name",
    "error",
    delegated(`{"name": "a", ${BIN}, "paths": ["*"]}, {"name": "a", ${BIN}, "paths": ["b"]}`),
  ],
  [
    "overlapping bins",
    "delegation/bins-overlap",
    "warning",
    delegated(
      `{"name": "a", ${BIN}, "path_hash_prefixes": ["0"]}, {"name": "b", ${BIN}, "path_hash_prefixes": ["0a"]}`,
    ),
  ],
  [
    "bins with a gap",
    "delegation/bins-gap",
    "warning",
    delegated(`{"name": "a", ${BIN}, "path_hash_prefixes": ["0"]}`),
  ],
];

function rawDepth(depth: number): Uint8Array {
  return bytes(`{"signatures": [], "signed": ${"[".repeat(depth)}${"]".repeat(depth)}}`);
}

for (const [name, rule, reading, file] of cases) {
  test(`${rule}: ${name}`, () => {
    const found = readDocument(file).findings.filter((finding) => finding.rule === rule);
    assert.equal(found[0]?.severity ?? "-", reading);
    const strict = lintDocument(file).filter((finding) => finding.rule === rule);
    const expected = RULES.find(({ id }) => id === rule)?.creating;
    assert.equal(strict[0]?.severity, expected);
    assert.ok(expected === "error" || expected === "warning");
  });
}

/** Rules that need more than one document, or signatures that are verified: chain.test.ts and delegation-chain.test.ts. */
const ELSEWHERE =
  /^(?:chain|trust|threshold)\/|^key\/keyid-reused$|^signature\/(?:not-a-signer|invalid|same-key|cannot-verify|opinions-differ)$/;

test("every rule about a single document has a case", () => {
  const tested = new Set(cases.map(([, rule]) => rule));
  const untested = RULES.filter(({ id }) => !tested.has(id) && !ELSEWHERE.test(id)).map(({ id }) => id);
  assert.deepEqual(untested, []);
});

test("a rule's id is its own", () => {
  assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
});

test("what we make breaks no rule", () => {
  assert.deepEqual(lintDocument(sampleRoot()), []);
  assert.deepEqual(lintDocument(sampleTargets()), []);
});

test("a root is read in full", () => {
  const root = readDocument(sampleRoot());
  assert.ok(root.kind === "root");
  assert.equal(root.version, 1);
  assert.equal(root.expires?.text, "2030-01-01T00:00:00Z");
  assert.equal(root.specVersion, "1.0.31");
  assert.equal(root.consistentSnapshot, true);
  assert.deepEqual([...root.roles.keys()].sort(), ["root", "snapshot", "targets", "timestamp"]);
  assert.equal(root.roles.get("root")?.threshold, 2);
  assert.equal(root.keys.get(keyIdOfTestKey(ONLINE))?.verifiable, true);
  assert.equal(root.signatures.length, 3);
  assert.deepEqual(root.findings, []);
});

test("snapshot and timestamp describe other metadata, with or without lengths and hashes", () => {
  const targets = '"targets.json": {"version": 1, "length": 0, "hashes": {"sha256": "00FF"}, "more": []}';
  assert.deepEqual(readDocument(online("snapshot", `{${targets}, "a.json": {"version": 7}}`)).findings, []);
  assert.deepEqual(readDocument(online("snapshot", "{}")).findings, []);
  assert.deepEqual(readDocument(online("timestamp", '{"snapshot.json": {"version": 7}}')).findings, []);
});

test("of a broken document the rest is read all the same", () => {
  const root = readDocument(rootWith(["version"], 0));
  assert.ok(root.kind === "root");
  assert.equal(root.version, null);
  assert.equal(root.roles.get("root")?.keyids.length, 3);
});

test("names of Object's own properties are names like any other", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    const role = json('{"keyids": [], "threshold": 1}');
    const root = readDocument(rootWith(["roles", name], role));
    assert.ok(root.kind === "root");
    assert.equal(root.roles.get(name)?.threshold, 1);
    const none = readDocument(sampleRoot());
    assert.ok(none.kind === "root");
    assert.equal(none.roles.get(name), undefined);
  }
});

test("a thousand mistakes of one kind are told as twenty and a number", () => {
  const roles = Array.from({ length: 1000 }, (_, index) => [`none-${index}`, null] as const);
  const findings = readDocument(rootWith(["roles"], object(roles))).findings;
  const misshapen = findings.filter(({ rule }) => rule === "role/shape");
  assert.equal(misshapen.length, 21);
  assert.equal(misshapen.at(-1)?.found, "980 more of the same");
});

test("text of the document is in a finding only as printable ASCII", () => {
  const evil = "\u001b[2J\u202eevil";
  for (const path of [
    ["expires"],
    ["version"],
    ["_type"],
    ["spec_version"],
    ["roles", evil],
    ["keys", evil],
  ]) {
    for (const finding of readDocument(rootWith(path, evil)).findings)
      assert.match(finding.text, /^[ -~§]*$/);
  }
});
