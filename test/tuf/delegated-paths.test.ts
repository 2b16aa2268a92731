/** Which targets belong to a role, judged beside tuf-js; and what `verify` says of the others. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DelegatedRole, SuccinctRoles } from "@tufjs/models/dist/role.js";
import fc from "fast-check";
import { coverageOf, coverageOfBin, observeStrayTargets } from "../../src/tuf/delegated-paths.ts";
import { hashBins, succinctRoles } from "../../src/tuf/hash-bins.ts";
import { object } from "../../src/tuf/json.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import type { KeyId } from "../../src/tuf/types.ts";
import { replaceAt, sampleTargets } from "../support/sample-metadata.ts";

const who = { keyids: ["k" as KeyId], threshold: 1 }; // the test's own keyid
const byPatterns = (...paths: readonly string[]) =>
  coverageOf({ name: "r", ...who, terminating: false, paths, pathHashPrefixes: null });

for (const [pattern, path, isCovered] of [
  ["targets/*.tgz", "targets/foo.tgz", true], // the specification's own examples, §4.5
  ["targets/*.tgz", "targets/foo.txt", false],
  ["targets/*.tgz", "targets/txt/foo.tgz", false],
  ["foo-version-?.tgz", "foo-version-2.tgz", true],
  ["foo-version-?.tgz", "foo-version-alpha.tgz", false],
  ["*.tgz", "foo.tgz", true],
  ["*.tgz", "targets/foo.tgz", false],
  ["*", "", true],
  ["*", "a/b", false],
  ["**", "a/b", false],
  ["*/*", "a/b", true],
  ["a*b*c", "a--b--b--c", true],
  ["a*b*c", "a--b--b--c-", false],
  ["?", "\u{1f511}", true],
  ["??", "\u{1f511}", false],
  ["a[bc]", "anything at all", true],
] as const) {
  test(`${pattern} ${isCovered ? "covers" : "does not cover"} ${JSON.stringify(path)}`, () => {
    assert.equal(byPatterns(pattern)(path), isCovered);
    assert.equal(byPatterns("nothing/of/it", pattern)(path), isCovered);
  });
}

test("patterns cover what they do for tuf-js", () => {
  const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 });
  fc.assert(
    fc.property(text("ab*?/"), text("ab/"), (pattern, path) => {
      // minimatch takes an empty part for no part
      fc.pre(!/^$|\/\/|^\/|\/$/.test(pattern) && !/^$|\/\/|^\/|\/$/.test(path));
      const theirs = new DelegatedRole({
        name: "r",
        keyIDs: ["k"],
        threshold: 1,
        terminating: false,
        paths: [pattern],
      });
      assert.equal(byPatterns(pattern)(path), theirs.isDelegatedPath(path));
    }),
    { numRuns: 2000 },
  );
});

test("bins cover what they do for tuf-js, one by one and succinct", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 10 }), (path, bitLength) => {
      const bins = { ...who, count: 2 ** bitLength, name: "bin-n" };
      const theirs = new SuccinctRoles({ keyIDs: ["k"], threshold: 1, bitLength, namePrefix: "bin-n" });
      const name = theirs.getRoleForTarget(path);
      const covering = hashBins(bins).filter((bin) => coverageOf(bin)(path));
      assert.deepEqual(
        covering.map((bin) => bin.name),
        [name],
      );
      assert.equal(coverageOfBin(succinctRoles(bins), name)(path), true);
      const other = hashBins(bins).find((bin) => bin.name !== name);
      assert.equal(coverageOfBin(succinctRoles(bins), other?.name ?? "")(path), false);
    }),
  );
});

test("as many bits as TAP 15 allows", () => {
  const role = { ...who, bitLength: 32, namePrefix: "b" };
  const theirs = new SuccinctRoles({ keyIDs: ["k"], threshold: 1, bitLength: 32, namePrefix: "b" });
  assert.equal(coverageOfBin(role, theirs.getRoleForTarget("some/path"))("some/path"), true);
});

function withTargets(...paths: readonly string[]) {
  const target = object([
    ["hashes", object([["sha256", "00".repeat(32)]])],
    ["length", 1],
  ]);
  const listed = object(paths.map((path) => [path, target]));
  return readDocument(sampleTargets({ edit: (signed) => replaceAt(signed, ["targets"], listed) }));
}

test("every target outside is told; one that any delegation covers is none of them", () => {
  const document = withTargets("a/1", "b/1", "c~d");
  const where = (...covering: Parameters<typeof observeStrayTargets>[1]) =>
    observeStrayTargets(document, covering).map((observation) => observation.where);
  assert.deepEqual(where(byPatterns("a/*")), ["/signed/targets/b~11", "/signed/targets/c~0d"]);
  assert.deepEqual(where(byPatterns("a/*"), byPatterns("b/*", "*")), []);
  assert.deepEqual(where(), [], "a top-level role has no paths");
});

test("of very many, twenty are told and the rest is counted", () => {
  const paths = Array.from({ length: 25 }, (_, index) => `stray-${index}`);
  const observed = observeStrayTargets(withTargets(...paths), [byPatterns("a/*")]);
  assert.equal(observed.length, 21);
  assert.equal(observed.at(-1)?.found, "5 more of the same");
});

test("whoever writes patterns that take for ever is told nothing, soon", () => {
  const covers = byPatterns(`*${"a".repeat(50_000)}b`);
  assert.equal(covers("a".repeat(200_000)), true);
  assert.equal(covers("c"), true, "the time is that of one delegation");
});
