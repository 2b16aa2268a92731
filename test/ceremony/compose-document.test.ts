import assert from "node:assert/strict";
import { test } from "node:test";
import { composeDocument, documentKeys } from "../../src/ceremony/compose-document.ts";
import { CeremonyError } from "../../src/errors.ts";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import type { PublicKey } from "../../src/tuf/types.ts";
import { exampleKey } from "../support/example-keys.ts";
import { edit, exampleText, planOf } from "../support/scripts.ts";

const minimal = exampleText("minimal");
const plan = planOf(minimal);

function keysOf({ keys }: ReturnType<typeof planOf>): Map<string, PublicKey> {
  return new Map([...keys].map(([name, { known }]) => [name, known ?? exampleKey(name).publicKey]));
}

function text(of: ReturnType<typeof planOf>, role: string, rehearsal = false): string {
  return Buffer.from(canonicalBytes(composeDocument(of, role, keysOf(of), rehearsal))).toString();
}

test("which keys must be known for each document", () => {
  assert.deepEqual(documentKeys(plan, "root"), [
    "root-ada",
    "root-grace",
    "root-admin",
    "targets-1",
    "online",
  ]);
  assert.deepEqual(documentKeys(plan, "targets"), ["bins-1"]);
  assert.deepEqual(documentKeys(plan, "bins"), ["online"]);
});

for (const role of ["root", "targets", "bins"]) {
  test(`${role} is not composed while one of its keys is unknown`, () => {
    for (const name of documentKeys(plan, role)) {
      const keys = keysOf(plan);
      keys.delete(name);
      assert.throws(
        () => composeDocument(plan, role, keys, false),
        (error) => error instanceof CeremonyError && error.code === "compose/key-unknown",
      );
    }
  });
}

test("what a rehearsal composes can't pass for real", () => {
  assert.match(text(plan, "root", true), /"_type":"rehearsal-root"/);
  assert.match(text(plan, "bins", true), /"_type":"rehearsal-targets"/);
});

test("a delegated role without paths is trusted for every path, in a way that all clients read", () => {
  assert.match(text(plan, "targets"), /"path_hash_prefixes":\["0","1",.*"f"\],"terminating":false/);
  const some = planOf(
    edit(minimal, "    hash_bins:", '    paths: ["a/*", "b/*"]\n    terminating: true\n    hash_bins:'),
  );
  assert.match(text(some, "targets"), /"paths":\["a\/\*","b\/\*"\],"terminating":true/);
});

test("succinct bins are one line", () => {
  const succinct = planOf(edit(minimal, "count: 16,", "succinct: true, count: 16,"));
  assert.match(text(succinct, "bins"), /"succinct_roles":\{"bit_length":4,/);
});

test("targets may delegate to bins itself", () => {
  const start = minimal.indexOf("  bins:\n");
  const hashBins = minimal.slice(minimal.indexOf("    hash_bins"), minimal.indexOf("  snapshot:"));
  const direct = minimal
    .replace(minimal.slice(start, minimal.indexOf("  snapshot:")), "")
    .replace("    delegates: [bins]\n", hashBins)
    .replace("  bins-1: { scheme: ed25519, store: one-time }\n", "");
  const of = planOf(direct);
  assert.match(text(of, "targets"), /"name":"bin-f"/);
  assert.equal(of.documents[0]?.style, "compact");
});

test("targets of the previous version are carried over", () => {
  const renewal = planOf(exampleText("renew"));
  const before = renewal.previous.get("targets");
  assert.ok(before);
  const entry = new Map([["length", 3]]);
  const signed = new Map(before.signed).set("targets", new Map([["file.txt", entry]]));
  const changed = { ...renewal, previous: new Map(renewal.previous).set("targets", { ...before, signed }) };
  assert.match(text(changed, "targets"), /"targets":\{"file.txt":\{"length":3\}\}/);
});
