/** Changes by name, and the promise that no difference goes untold. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Change } from "../../src/tuf/changes.ts";
import { diffDocuments } from "../../src/tuf/diff.ts";
import { hashBins, succinctRoles } from "../../src/tuf/hash-bins.ts";
import { isArray, isObject } from "../../src/tuf/json.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { JsonObject, JsonValue } from "../../src/tuf/types.ts";
import {
  ADA,
  EVE,
  GRACE,
  json,
  keyIdOfTestKey,
  LINUS,
  ONLINE,
  replaceAt,
  sampleRoot,
  sampleTargets,
  utc,
} from "../support/sample-metadata.ts";

function diff(before: Uint8Array | null, after: Uint8Array): readonly Change[] {
  return diffDocuments(before === null ? null : readDocument(before), readDocument(after));
}

const key = (of: typeof ADA) => ({ keyid: keyIdOfTestKey(of), scheme: "ed25519" });
const edited = (path: readonly (string | number)[], value: JsonValue | undefined) =>
  sampleRoot({ edit: (signed) => replaceAt(signed, path, value) });

test("nothing changed, nothing to tell; who signed is no change", () => {
  assert.deepEqual(diff(sampleRoot(), sampleRoot({ signers: [ADA] })), []);
});

test("a rotation: version, expiry, threshold, who comes and who goes", () => {
  const after = sampleRoot({
    version: 2,
    expires: utc("2031-01-01T00:00:00Z"),
    keys: [ADA, GRACE, EVE],
    threshold: 3,
  });
  assert.deepEqual(diff(sampleRoot(), after), [
    { kind: "field", field: "version", role: "", before: "1", after: "2" },
    {
      kind: "field",
      field: "expires",
      role: "",
      before: "2030-01-01T00:00:00Z",
      after: "2031-01-01T00:00:00Z",
    },
    { kind: "threshold", role: "root", before: 2, after: 3 },
    { kind: "signer-added", role: "root", key: key(EVE) },
    { kind: "signer-removed", role: "root", key: key(LINUS) },
    { kind: "signer-added", role: "targets", key: key(EVE) },
    { kind: "signer-removed", role: "targets", key: key(LINUS) },
  ]);
});

test("a key under a new keyid is not a new key", () => {
  const signed = (name: string) => (root: JsonObject) => {
    const keyJson = json(
      `{"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "${ADA.publicKey.public}"}}`,
    );
    return replaceAt(replaceAt(root, ["keys", name], keyJson), ["roles", "snapshot", "keyids"], [name]);
  };
  assert.deepEqual(diff(sampleRoot({ edit: signed("ada") }), sampleRoot({ edit: signed("lovelace") })), [
    { kind: "keyid", role: "snapshot", before: "ada", after: "lovelace" },
  ]);
});

test("a first document is all new", () => {
  const changes = diff(null, sampleRoot());
  const roles = changes.filter(({ kind }) => kind === "role-added");
  assert.equal(roles.length, 4);
  assert.deepEqual(
    roles.find((change) => change.kind === "role-added" && change.role === "timestamp"),
    { kind: "role-added", role: "timestamp", threshold: 1, keys: [key(ONLINE)] },
  );
});

const single: readonly (readonly [name: string, file: Uint8Array, change: Change])[] = [
  [
    "a role is gone",
    edited(["roles", "timestamp"], undefined),
    { kind: "role-removed", role: "timestamp", threshold: 1, keys: [key(ONLINE)] },
  ],
  [
    "another field",
    edited(["x-period"], 365),
    { kind: "other", where: "/signed/x-period", before: null, after: "365" },
  ],
  [
    "another field in a role",
    edited(["roles", "root", "x"], true),
    { kind: "other", where: "/signed/roles/root/x", before: null, after: "true" },
  ],
  [
    "another field in a key",
    edited(["keys", keyIdOfTestKey(ADA), "x"], "@ada"),
    { kind: "other", where: `/signed/keys/${keyIdOfTestKey(ADA)}/x`, before: null, after: '"@ada"' },
  ],
  [
    "a threshold that is none",
    edited(["roles", "root", "threshold"], 0),
    { kind: "other", where: "/signed/roles/root/threshold", before: "2", after: "0" },
  ],
  [
    "consistent_snapshot",
    edited(["consistent_snapshot"], false),
    { kind: "field", field: "consistent_snapshot", role: "", before: "true", after: "false" },
  ],
  [
    "the order of keyids",
    edited(["roles", "root", "keyids"], [LINUS, ADA, GRACE].map(keyIdOfTestKey)),
    { kind: "order", where: "/signed/roles/root/keyids" },
  ],
];
for (const [name, file, change] of single) {
  test(`told: ${name}`, () => {
    const changes = diff(sampleRoot(), file);
    assert.ok(
      changes.some((found) => JSON.stringify(found) === JSON.stringify(change)),
      JSON.stringify(changes),
    );
  });
}

test("documents that can't be compared are called that", () => {
  assert.deepEqual(diff(sampleRoot(), sampleTargets()), [
    { kind: "document", before: "root", after: "targets" },
  ]);
  assert.deepEqual(diff(sampleRoot(), new Uint8Array()), [
    { kind: "document", before: "root", after: "unreadable" },
  ]);
  assert.deepEqual(diff(sampleRoot(), edited(["_type"], "rehearsal-root")), [
    { kind: "document", before: "root", after: "rehearsal-root" },
  ]);
});

const byOnline = { keyids: [keyIdOfTestKey(ONLINE)], threshold: 1 };
const listed = (count: number) =>
  sampleTargets({
    delegations: { keys: [ONLINE.publicKey], roles: hashBins({ count, name: "bin-n", ...byOnline }) },
  });

test("thousands of hash bins are one change", () => {
  const changes = diff(listed(1024), listed(2048));
  const set = { namePrefix: "bin-n", form: "listed", threshold: 1, keys: [key(ONLINE)] } as const;
  assert.deepEqual(changes, [
    { kind: "bins", before: [{ ...set, count: 1024 }], after: [{ ...set, count: 2048 }] },
  ]);
});

test("succinct bins are told from listed ones", () => {
  const delegations = {
    keys: [ONLINE.publicKey],
    succinctRoles: succinctRoles({ count: 1024, name: "bin-n", ...byOnline }),
  };
  const [change, ...more] = diff(listed(1024), sampleTargets({ delegations }));
  assert.deepEqual(more, []);
  assert.ok(change?.kind === "bins");
  assert.deepEqual([change.before[0]?.form, change.after[0]?.form], ["listed", "succinct"]);
});

test("one bin that differs does not hide among the others", () => {
  const after = sampleTargets({
    delegations: {
      keys: [ONLINE.publicKey, EVE.publicKey],
      roles: hashBins({ count: 16, name: "bin-n", ...byOnline }).map((role) =>
        role.name === "bin-n-7" ? { ...role, keyids: [keyIdOfTestKey(EVE)] } : role,
      ),
    },
  });
  const changes = diff(listed(16), after);
  const bin = changes.find((change) => change.kind === "role-added" && change.role === "bin-n-7");
  assert.deepEqual(bin, { kind: "role-added", role: "bin-n-7", threshold: 1, keys: [key(EVE)] });
});

test("whatever differs in the signed part, something is told", () => {
  const bases = [
    sampleRoot(),
    listed(4),
    sampleTargets({
      delegations: {
        keys: [EVE.publicKey],
        roles: [
          {
            name: "a",
            keyids: [keyIdOfTestKey(EVE)],
            threshold: 1,
            terminating: true,
            paths: ["*", "b"],
            pathHashPrefixes: null,
          },
          {
            name: "b",
            keyids: [keyIdOfTestKey(EVE)],
            threshold: 1,
            terminating: true,
            paths: ["c"],
            pathHashPrefixes: null,
          },
        ],
      },
    }),
  ].map((file) => readDocument(file));
  const replacement = fc.constantFrom<JsonValue | undefined>(
    undefined,
    null,
    0,
    7,
    "x",
    true,
    [],
    ["x"],
    new Map(),
  );
  fc.assert(
    fc.property(fc.nat(bases.length - 1), fc.nat(), replacement, (which, seed, value) => {
      const base = bases[which];
      assert.ok(base !== undefined && base.kind !== "unreadable");
      const places = listPlaces(base.signed);
      const place = places[seed % places.length] ?? [];
      const make = base.kind === "root" ? sampleRoot : sampleTargets;
      const changed = readDocument(make({ edit: () => replaceAt(base.signed, place, value) }));
      const isSame = changed.kind !== "unreadable" && Buffer.compare(base.payload, changed.payload) === 0;
      assert.equal(diffDocuments(base, changed).length === 0, isSame, place.join("/"));
      assert.equal(diffDocuments(changed, base).length === 0, isSame, place.join("/"));
    }),
    { numRuns: 500 },
  );
});

/** Every member and element, by its path. */
function listPlaces(value: JsonValue): readonly (readonly (string | number)[])[] {
  const steps = isObject(value)
    ? [...value]
    : isArray(value)
      ? [...value.entries()]
      : ([] as readonly (readonly [string | number, JsonValue])[]);
  return steps.flatMap(([step, member]) => [[step], ...listPlaces(member).map((path) => [step, ...path])]);
}
