/** What timestamp says of snapshot, and snapshot of what hangs below targets. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { CLIENT_LIMITS } from "../../src/tuf/chain.ts";
import { verifyDelegated } from "../../src/tuf/delegation-chain.ts";
import { object } from "../../src/tuf/json.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { JsonValue } from "../../src/tuf/types.ts";
import { json, keyIdOfTestKey, ONLINE, sampleRoot, sampleTargets, utc } from "../support/sample-metadata.ts";

const targets = sampleTargets();
const TARGETS = {
  version: 1,
  length: targets.length,
  hashes: { sha256: hash("sha256"), sha512: hash("sha512") },
};

function hash(algorithm: string): string {
  return createHash(algorithm).update(targets).digest("hex");
}

function online(kind: "snapshot" | "timestamp", version: number, meta: object): Uint8Array {
  const signed = object([
    ["_type", kind],
    ["spec_version", "1.0.34"],
    ["version", version],
    ["expires", "2030-01-01T00:00:00Z"],
    ["meta", json(JSON.stringify(meta))],
  ]);
  const sig = ONLINE.sign(canonicalBytes(signed));
  const signatures: JsonValue = [
    object([
      ["keyid", keyIdOfTestKey(ONLINE)],
      ["sig", sig],
    ]),
  ];
  return canonicalBytes(
    object([
      ["signed", signed],
      ["signatures", signatures],
    ]),
  );
}

/** The errors, by role. */
function judge(files: Readonly<Record<string, Uint8Array>>): readonly string[] {
  const root = readDocument(sampleRoot());
  assert.ok(root.kind === "root");
  const named = Object.entries(files).map(([name, bytes]) => ({
    name,
    bytes,
    document: readDocument(bytes),
  }));
  const options = {
    at: utc("2026-11-21T00:00:00Z"),
    secondOpinion: null,
    limits: CLIENT_LIMITS,
    rehearsal: false,
  };
  return verifyDelegated(root, named, options).flatMap(({ name, findings, isAccepted }) => {
    const errors = findings.filter(({ severity }) => severity === "error");
    assert.equal(isAccepted, errors.length === 0);
    return errors.map(({ rule, text }) => `${name}: ${rule}: ${text.replace(/.*found /, "")}`);
  });
}

const snapshot = (described: object) => online("snapshot", 3, { "targets.json": described });
const timestamp = online("timestamp", 9, { "snapshot.json": { version: 3 } });

describe("a timestamp", () => {
  it("is refused where it is larger than clients read", () => {
    const padded = (bytes: number) => {
      const spaces = new Uint8Array(bytes - timestamp.length).fill(0x20);
      return new Uint8Array([...timestamp, ...spaces]);
    };
    assert.deepEqual(judge({ timestamp: padded(16_384) }), []);
    assert.deepEqual(judge({ timestamp: padded(16_385) }), [
      "timestamp: document/size: 16385 bytes, more than 16384",
    ]);
  });
});

describe("a listed document", () => {
  it("is what is listed", () => {
    assert.deepEqual(judge({ timestamp, snapshot: snapshot(TARGETS), targets }), []);
    assert.deepEqual(judge({ timestamp, snapshot: snapshot({ version: 1 }), targets }), []);
    const upper = { version: 1, hashes: { sha256: TARGETS.hashes.sha256.toUpperCase(), blake3: "00" } };
    assert.deepEqual(judge({ snapshot: snapshot(upper), targets }), [], "unknown algorithms are passed over");
  });

  it("has the version that is listed", () => {
    assert.deepEqual(judge({ snapshot: snapshot({ version: 2 }), targets }), [
      "targets: trust/listed-version: version 1, listed is 2",
    ]);
    const later = online("timestamp", 9, { "snapshot.json": { version: 4 } });
    assert.deepEqual(judge({ timestamp: later, snapshot: snapshot(TARGETS), targets }), [
      "snapshot: trust/listed-version: version 3, listed is 4",
    ]);
  });

  it("has the length and the hashes that are listed", () => {
    const of = (change: object) => judge({ snapshot: snapshot({ ...TARGETS, ...change }), targets });
    assert.deepEqual(of({ length: targets.length + 1 }), [
      `targets: trust/listed-content: ${targets.length} bytes, not ${targets.length + 1}`,
    ]);
    assert.deepEqual(of({ hashes: { ...TARGETS.hashes, sha512: "00".repeat(64) } }), [
      "targets: trust/listed-content: another sha512",
    ]);
  });

  it("is listed at all", () => {
    assert.deepEqual(judge({ snapshot: online("snapshot", 3, {}), targets }), [
      'targets: trust/not-listed: no "targets.json"',
    ]);
  });

  it("is not compared with a list that was refused, or is not there", () => {
    const expired = new TextEncoder().encode(
      new TextDecoder().decode(snapshot({ version: 2 })).replace("2030", "2031"),
    );
    assert.deepEqual(judge({ snapshot: expired, targets }), [
      "snapshot: threshold/delegator: 0 of 1, 1 keys",
    ]);
    assert.deepEqual(judge({ timestamp, targets }), []);
  });
});
