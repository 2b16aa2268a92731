import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { Metadata, MetadataKind } from "@tufjs/models";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { composeRoot, composeTargets, type RootContent, type TargetsContent } from "../../src/tuf/compose.ts";
import type { DelegatedRole } from "../../src/tuf/documents.ts";
import { hashBins, succinctRoles } from "../../src/tuf/hash-bins.ts";
import { object } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import { isUtcSecond, type JsonObject, type UtcSecond } from "../../src/tuf/types.ts";
import { makeTestKey, type TestKey } from "../support/test-keys.ts";

const [a, b] = [makeTestKey("ed25519"), makeTestKey("ecdsa-sha2-nistp256")];
const idOf = ({ publicKey }: TestKey) => keyIdOf(keyObject(publicKey));
const both = { keyids: [idOf(b), idOf(a)], threshold: 2 };
const one = { keyids: [idOf(a)], threshold: 1 };

function utc(text: string): UtcSecond {
  assert.ok(isUtcSecond(text));
  return text;
}

const common = { version: 3, expires: utc("2027-12-04T00:00:00Z"), rehearsal: false };

const root: RootContent = {
  ...common,
  keys: [a.publicKey, b.publicKey],
  roles: { root: both, targets: both, snapshot: one, timestamp: one },
};
const targets: TargetsContent = { ...common, targets: object([]), delegations: null };
const bin: DelegatedRole = { ...one, name: "x", terminating: true, paths: ["x/*"], pathHashPrefixes: null };

/** The file as another program sees it. */
function plain(signed: JsonObject): unknown {
  return JSON.parse(Buffer.from(serializeDocument(signed, [], "compact")).toString("utf8")).signed;
}

function withDelegations(delegations: TargetsContent["delegations"]): unknown {
  return plain(composeTargets({ ...targets, delegations }));
}

test("root: exactly these members", () => {
  const wire = (key: TestKey) => {
    const { keytype, scheme, public: encoded } = key.publicKey;
    return { keytype, scheme, keyval: { public: encoded } };
  };
  assert.deepEqual(plain(composeRoot(root)), {
    _type: "root",
    consistent_snapshot: true,
    expires: "2027-12-04T00:00:00Z",
    keys: { [idOf(a)]: wire(a), [idOf(b)]: wire(b) },
    roles: { root: both, targets: both, snapshot: one, timestamp: one },
    spec_version: "1.0.31",
    version: 3,
  });
});

test("the order in which keys are given does not matter, that of keyids in a role does", () => {
  const turned = { ...root, keys: root.keys.toReversed() };
  assert.deepEqual([...composeRoot(turned)], [...composeRoot(root)]);
  const reordered = { ...root.roles, root: { ...both, keyids: both.keyids.toReversed() } };
  assert.notDeepEqual(
    canonicalBytes(composeRoot({ ...root, roles: reordered })),
    canonicalBytes(composeRoot(root)),
  );
});

test("targets: delegations only where there are any", () => {
  const empty = {
    _type: "targets",
    expires: "2027-12-04T00:00:00Z",
    spec_version: "1.0.31",
    targets: {},
    version: 3,
  };
  assert.deepEqual(withDelegations(null), empty);
  const keys = {
    [idOf(a)]: { keytype: "ed25519", scheme: "ed25519", keyval: { public: a.publicKey.public } },
  };
  assert.deepEqual(withDelegations({ keys: [a.publicKey], roles: [bin] }), {
    ...empty,
    delegations: { keys, roles: [{ ...one, name: "x", paths: ["x/*"], terminating: true }] },
  });
  const bins = { ...one, count: 2, name: "bin" };
  const [low, high] = [
    ["0", "1", "2", "3", "4", "5", "6", "7"],
    ["8", "9", "a", "b", "c", "d", "e", "f"],
  ];
  assert.deepEqual(withDelegations({ keys: [a.publicKey], roles: hashBins(bins) }), {
    ...empty,
    delegations: {
      keys,
      roles: [
        { ...one, name: "bin-0", path_hash_prefixes: low, terminating: false },
        { ...one, name: "bin-1", path_hash_prefixes: high, terminating: false },
      ],
    },
  });
  assert.deepEqual(withDelegations({ keys: [a.publicKey], succinctRoles: succinctRoles(bins) }), {
    ...empty,
    delegations: { keys, succinct_roles: { ...one, bit_length: 1, name_prefix: "bin" } },
  });
});

test("targets that were there before are carried over", () => {
  const carried = object([["a.txt", object([["length", 2n ** 60n]])]]);
  const signed = composeTargets({ ...targets, targets: carried });
  assert.match(
    Buffer.from(canonicalBytes(signed)).toString("utf8"),
    /"a\.txt":\{"length":1152921504606846976\}/,
  );
});

test("tuf-js reads what is composed, verifies it, and refuses a rehearsal", () => {
  const read = (signed: JsonObject, kind: MetadataKind.Root | MetadataKind.Targets) => {
    const signatures = [a, b].map((key) => ({ keyid: idOf(key), sig: key.sign(canonicalBytes(signed)) }));
    const bytes = serializeDocument(signed, signatures, "indented");
    const data = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return kind === MetadataKind.Root ? Metadata.fromJSON(kind, data) : Metadata.fromJSON(kind, data);
  };
  const theirs = read(composeRoot(root), MetadataKind.Root);
  theirs.verifyDelegate("root", theirs);
  const roles = hashBins({ ...one, count: 16, name: "bin-n" });
  const signed = composeTargets({ ...targets, delegations: { keys: [a.publicKey], roles } });
  theirs.verifyDelegate("targets", read(signed, MetadataKind.Targets));
  assert.throws(() => read(composeRoot({ ...root, rehearsal: true }), MetadataKind.Root));
  assert.throws(() => read(composeTargets({ ...targets, rehearsal: true }), MetadataKind.Targets));
});

test("a rehearsal says so in the signed part", () => {
  assert.equal(composeRoot({ ...root, rehearsal: true }).get("_type"), "rehearsal-root");
  assert.equal(composeTargets({ ...targets, rehearsal: true }).get("_type"), "rehearsal-targets");
});

const stranger = idOf(makeTestKey("ed25519"));
const rootWith = (role: typeof one) => () => composeRoot({ ...root, roles: { ...root.roles, root: role } });
const targetsWith =
  (...roles: readonly DelegatedRole[]) =>
  () =>
    composeTargets({ ...targets, delegations: { keys: [a.publicKey], roles } });

const mistakes: Readonly<Record<string, () => JsonObject>> = {
  "version 0": () => composeRoot({ ...root, version: 0 }),
  "version 1.5": () => composeTargets({ ...targets, version: 1.5 }),
  "one key twice": () => composeRoot({ ...root, keys: [a.publicKey, b.publicKey, a.publicKey] }),
  "a keyid without a key": rootWith({ keyids: [stranger], threshold: 1 }),
  "a keyid twice": rootWith({ keyids: [idOf(a), idOf(a)], threshold: 2 }),
  "threshold 0": rootWith({ ...one, threshold: 0 }),
  "a threshold above the keys": rootWith({ ...one, threshold: 2 }),
  "a role without keys": rootWith({ keyids: [], threshold: 1 }),
  "two delegated roles of one name": targetsWith(bin, bin),
  "neither paths nor prefixes": targetsWith({ ...bin, paths: null }),
  "paths and prefixes": targetsWith({ ...bin, pathHashPrefixes: ["0"] }),
  "a delegated role with a stranger's key": targetsWith({ ...bin, keyids: [stranger] }),
};

for (const [name, compose] of Object.entries(mistakes)) {
  test(`never composed: ${name}`, () => assert.throws(compose, TypeError));
}
