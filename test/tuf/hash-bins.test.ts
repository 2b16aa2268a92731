import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { SuccinctRoles } from "@tufjs/models/dist/role.js";
import fc from "fast-check";
import { binName, binOf, hashBins, succinctRoles } from "../../src/tuf/hash-bins.ts";
import type { KeyId } from "../../src/tuf/types.ts";

const role = { name: "bin-n", keyids: ["k" as KeyId], threshold: 1 }; // the test's own keyid

const counts = Array.from({ length: 17 }, (_, exponent) => 2 ** exponent);
const hashOf = (path: string): string => createHash("sha256").update(path).digest("hex");

test("PEP 458: 16,384 bins, four digits, four prefixes each", () => {
  const bins = hashBins({ ...role, count: 16384 });
  assert.equal(bins.length, 16384);
  const last = { name: "bin-n-3fff", pathHashPrefixes: ["fffc", "fffd", "fffe", "ffff"] };
  assert.deepEqual(bins[0], {
    name: "bin-n-0000",
    keyids: ["k"],
    threshold: 1,
    terminating: false,
    paths: null,
    pathHashPrefixes: ["0000", "0001", "0002", "0003"],
  });
  assert.deepEqual(bins.at(-1), { ...bins[0], ...last });
});

/** The formulas of python-tuf's example for hash bins, written down again: digits, number of prefixes, size, low to high. */
test("the shares are those of python-tuf", () => {
  for (const count of counts) {
    const digits = (count - 1).toString(16).length;
    const size = Math.floor(16 ** digits / count);
    const expected: string[][] = [];
    for (let low = 0; low < 16 ** digits; low += size) {
      expected.push(Array.from({ length: size }, (_, at) => (low + at).toString(16).padStart(digits, "0")));
    }
    const bins = hashBins({ ...role, count });
    assert.deepEqual(
      bins.map((bin) => bin.pathHashPrefixes),
      expected,
    );
    assert.equal(new Set(bins.map(({ name }) => name)).size, count);
  }
});

test("every path falls into exactly one bin, and binOf names it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...counts.slice(0, 11)), (path, count) => {
      const hash = hashOf(path);
      const matching = hashBins({ ...role, count }).filter(({ pathHashPrefixes }) =>
        pathHashPrefixes?.some((prefix) => hash.startsWith(prefix)),
      );
      assert.deepEqual(
        matching.map(({ name }) => name),
        [binName("bin-n", count, binOf(hash, count))],
      );
    }),
  );
});

test("succinct roles mean the same bins, as tuf-js reads them", () => {
  for (const count of counts.slice(1)) {
    const { bitLength, namePrefix } = succinctRoles({ ...role, count });
    const theirs = new SuccinctRoles({ keyIDs: ["k"], threshold: 1, bitLength, namePrefix });
    assert.deepEqual(
      [...theirs.getRoles()],
      hashBins({ ...role, count }).map(({ name }) => name),
    );
    for (const path of ["", "a", "simple/index.html", "é/😀"]) {
      assert.equal(theirs.getRoleForTarget(path), binName("bin-n", count, binOf(hashOf(path), count)));
    }
  }
});

test("only powers of two up to 65,536", () => {
  for (const count of [0, -1, 3, 6, 1.5, 131072, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => hashBins({ ...role, count }), RangeError);
    assert.throws(() => succinctRoles({ ...role, count }), RangeError);
    assert.throws(() => binOf("00", count), RangeError);
  }
  assert.throws(() => succinctRoles({ ...role, count: 1 }), RangeError);
});
