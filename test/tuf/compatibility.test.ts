/** The compatibility report says of each trap what its clients did when they were asked, and why. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata, MetadataKind } from "@tufjs/models";
import { LIMITS } from "../../src/tuf/client-table.ts";
import { CLIENTS, type ClientId } from "../../src/tuf/clients.ts";
import { type ClientReport, reportCompatibility } from "../../src/tuf/compatibility.ts";
import type { ReadableDocument } from "../../src/tuf/documents.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { CLIENT_TRAPS } from "../support/client-traps.ts";

const OLD_VERSION_ONLY: ClientId = "rust-tuf";

function read(documents: ReadonlyMap<string, Uint8Array>, change = (text: string) => text) {
  const read = new Map<string, ReadableDocument>();
  for (const [role, bytes] of documents) {
    const document = readDocument(new TextEncoder().encode(change(new TextDecoder().decode(bytes))));
    assert.ok(document.kind !== "unreadable");
    read.set(role, document);
  }
  return read;
}

/** As the client was asked: rust-tuf about documents of the one version that it reads. */
function reportsOn(documents: ReadonlyMap<string, Uint8Array>): readonly ClientReport[] {
  const old = read(documents, (text) => text.replaceAll('"spec_version":"1.0.31"', '"spec_version":"1.0"'));
  const [now, before] = [reportCompatibility(read(documents)), reportCompatibility(old)];
  return now.map((report, index) =>
    report.client === OLD_VERSION_ONLY ? (before[index] ?? report) : report,
  );
}

/** The clients were asked for the documents that are there, not for those of other roles. */
function refuses({ reasons }: ClientReport, documents: ReadonlyMap<string, Uint8Array>): boolean {
  return reasons.some(({ role }) => role === null || documents.has(role));
}

for (const { what, documents, refusedBy } of CLIENT_TRAPS) {
  test(`${what}: ${refusedBy.length === 0 ? "read by all" : `not read by ${refusedBy.join(", ")}`}`, () => {
    const refusing = reportsOn(documents).filter((report) => refuses(report, documents));
    assert.deepEqual(new Set(refusing.map(({ client }) => client)), new Set(refusedBy));
  });

  test(`${what}: the tuf-js that is installed agrees`, () => {
    assert.equal(isReadByTufJs(documents), !refusedBy.includes("tuf-js"));
  });
}

function isReadByTufJs(documents: ReadonlyMap<string, Uint8Array>): boolean {
  const text = (role: string): string => new TextDecoder().decode(documents.get(role));
  try {
    const root = Metadata.fromJSON(MetadataKind.Root, JSON.parse(text("root")));
    root.verifyDelegate("root", root);
    if (!documents.has("targets")) return true;
    const targets = Metadata.fromJSON(MetadataKind.Targets, JSON.parse(text("targets")));
    root.verifyDelegate("targets", targets);
    if (!documents.has("bins")) return true;
    targets.verifyDelegate("bins", Metadata.fromJSON(MetadataKind.Targets, JSON.parse(text("bins"))));
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function trapOf(what: string): ReadonlyMap<string, Uint8Array> {
  const trap = CLIENT_TRAPS.find((candidate) => candidate.what === what);
  assert.ok(trap, what);
  return trap.documents;
}

function reportOf(client: ClientId, documents: ReadonlyMap<string, ReadableDocument>): ClientReport {
  const report = reportCompatibility(documents).find((candidate) => candidate.client === client);
  assert.ok(report);
  return report;
}

test("every limit is met by a trap, but for those about the size of files", () => {
  const met = CLIENT_TRAPS.flatMap(({ documents }) =>
    reportsOn(documents).flatMap(({ reasons, remarks }) => [...reasons, ...remarks]),
  );
  const ids = new Set<string>(met.map(({ limit }) => limit));
  const unmet = LIMITS.map(({ id }) => id).filter((id) => !ids.has(id));
  assert.deepEqual(unmet, ["client/spec-version", "client/size", "client/tough-size"]);
});

test("rust-tuf takes spec_version 1.0 and 1.0.0 and nothing that this tool writes", () => {
  for (const [version, reads] of [
    ["1.0", true],
    ["1.0.0", true],
    ["1.0.31", false],
    ["1.1", false],
  ] as const) {
    const documents = read(trapOf("plain"), (text) => text.replace("1.0.31", version));
    const { reads: found, reasons } = reportOf("rust-tuf", documents);
    assert.equal(found, reads, version);
    assert.deepEqual(
      reasons.flatMap(({ sights }) => sights.map(({ where }) => where)),
      reads ? [] : ["/signed/spec_version"],
    );
  }
});

test("sizes at which clients stop: the largest file is read, one byte more is not", () => {
  const [root] = Array.from(read(trapOf("plain")).values());
  assert.ok(root);
  const ofSize = (sizeBytes: number) => new Map([["root", { ...root, sizeBytes }]]);
  for (const [client, limit] of [
    ["python-tuf", 512_000],
    ["go-tuf", 512_000],
    ["tuf-js", 512_000],
    ["tough", 1_048_576],
  ] as const) {
    assert.equal(reportOf(client, ofSize(limit)).reads, true);
    assert.equal(reportOf(client, ofSize(limit + 1)).reads, false);
  }
});

test("a key whose signatures don't count is a reason where it is needed, a remark where others are enough", () => {
  const needed = reportOf("tuf-js-before", read(trapOf("P-384 signs")));
  assert.equal(needed.reads, false);
  assert.deepEqual(needed.remarks, []);
  const [reason, ...more] = needed.reasons;
  assert.deepEqual(more, []);
  assert.deepEqual(
    [reason?.limit, reason?.effect, reason?.document, reason?.role, reason?.counts],
    ["client/one-hash", "ignores-key", "root", "root", { valid: 0, threshold: 1 }],
  );
  assert.match(reason?.sights[0]?.where ?? "", /^\/signed\/keys\/[0-9a-f]{64}$/);
  assert.equal(reason?.sights[0]?.found, '"ecdsa", "ecdsa-sha2-nistp384"');

  // Only the other one has signed: nothing is missing, and the key is still named.
  const enough = reportOf("tuf-js-before", read(trapOf("P-384, another signs")));
  assert.equal(enough.reads, true);
  assert.deepEqual(
    enough.remarks.map(({ limit, counts }) => [limit, counts]),
    [["client/one-hash", { valid: 1, threshold: 1 }]],
  );
});

test("the role of a document that is not there is asked as if every key signed", () => {
  const { reads, reasons } = reportOf("tuf-js-before", read(trapOf("P-384 is another role's")));
  assert.equal(reads, false);
  assert.deepEqual(
    reasons.map(({ document, role }) => [document, role]),
    [["root", "targets"]],
  );
});

test("limits of one client add up: each leaves a signature out, together too many", () => {
  const text = new TextDecoder().decode(trapOf("P-521 signs").get("root"));
  const pkcs1 = new TextDecoder().decode(trapOf("RSA in PKCS#1 PEM signs").get("root"));
  const { signed } = JSON.parse(text);
  const other = JSON.parse(pkcs1).signed;
  const [first, second] = [signed.roles.root.keyids[0], other.roles.root.keyids[0]];
  const [plain] = signed.roles.snapshot.keyids;
  signed.keys = { ...signed.keys, ...other.keys };
  const reportWith = (threshold: number): ClientReport => {
    signed.roles.root = { keyids: [first, second, plain], threshold };
    const bytes = new TextEncoder().encode(JSON.stringify({ signed, signatures: [] }));
    return reportOf("tuf-js", read(new Map([["root", bytes]])));
  };
  assert.equal(reportWith(1).reads, true);
  const { reasons } = reportWith(2);
  assert.deepEqual(
    new Set(reasons.map(({ limit }) => limit)),
    new Set(["client/javascript-schemes", "client/pkcs1"]),
  );
  assert.ok(reasons.every(({ counts }) => counts?.valid === 1));
});

test("roles with the same keys are told once, and of many places the first five", () => {
  const bins = JSON.parse(new TextDecoder().decode(trapOf("a delegation by hash prefixes").get("targets")));
  const [role] = bins.signed.delegations.roles;
  bins.signed.delegations.roles = Array.from({ length: 300 }, (_, index) => ({
    ...role,
    name: `bin-${index}`,
  }));
  const key = bins.signed.delegations.keys[role.keyids[0]];
  key.keytype = "ecdsa";
  key.scheme = "ecdsa-sha2-nistp521";
  const documents = read(new Map([["bins", new TextEncoder().encode(JSON.stringify(bins))]]));
  const uncounted = reportOf("go-tuf", documents).reasons.find(({ role }) => role !== null);
  assert.deepEqual([uncounted?.role, uncounted?.moreRoles], ["bin-0", 299]);
  const unread = reportOf("rust-tuf", documents).reasons.find(
    ({ limit }) => limit === "client/hash-prefixes",
  );
  assert.deepEqual([unread?.sights.length, unread?.places], [5, 300]);
});

test("snapshot and timestamp are asked for what all metadata has", () => {
  for (const type of ["snapshot", "timestamp"]) {
    const signed = {
      _type: type,
      spec_version: "1.0.31",
      version: 1,
      expires: "2030-01-01T00:00:00.5Z",
      meta: {},
    };
    const bytes = new TextEncoder().encode(JSON.stringify({ signed, signatures: [] }));
    const reports = reportCompatibility(read(new Map([[type, bytes]])));
    const refusing = reports.filter(({ reads }) => !reads).map(({ client }) => client);
    assert.deepEqual(refusing, ["python-tuf", "tough", "rust-tuf"]);
  }
});

test("no documents: every client reads nothing, and none refuses it", () => {
  assert.deepEqual(
    reportCompatibility(new Map()).map(({ client, reads }) => [client, reads]),
    CLIENTS.map(({ id }) => [id, true]),
  );
});

test("ids are unique, each begins with client/, and each limit is of a client that is listed", () => {
  assert.equal(new Set(LIMITS.map(({ id }) => id)).size, LIMITS.length);
  const known = new Set<string>(CLIENTS.map(({ id }) => id));
  for (const { id, clients } of LIMITS) {
    assert.match(id, /^client\/[a-z0-9-]+$/);
    assert.ok(clients.length > 0 && clients.every((client) => known.has(client)), id);
  }
});
