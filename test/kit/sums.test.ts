import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { isKitPath, readSums, type Sums, writeSums } from "../../src/kit/sums.ts";
import type { Sha256Hex } from "../../src/tuf/types.ts";

const digest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("hex") as Sha256Hex);
const name = fc.stringMatching(/^[A-Za-z0-9_@+-][A-Za-z0-9_.@+-]{0,11}$/);
const path = fc
  .array(name, { minLength: 1, maxLength: 4 })
  .map((names) => names.join("/"))
  .filter(isKitPath);
const sums: fc.Arbitrary<Sums> = fc
  .uniqueArray(fc.tuple(path, digest), { minLength: 1, maxLength: 20, selector: ([each]) => each })
  .map((pairs) => new Map(pairs));

it("what was written is read", () => {
  fc.assert(
    fc.property(sums, (all) => {
      assert.deepEqual(
        readSums(writeSums(all)),
        new Map([...all].toSorted(([one], [other]) => (one < other ? -1 : 1))),
      );
    }),
  );
});

it("one changed byte: it is nothing, or other sums", () => {
  fc.assert(
    fc.property(sums, fc.nat(), fc.integer({ min: 1, max: 127 }), (all, place, change) => {
      const bytes = Buffer.from(writeSums(all));
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ change;
      const read = readSums(bytes.toString("latin1"));
      if (read !== null) assert.notDeepEqual(new Map(read), new Map(all));
    }),
  );
});

for (const bad of [
  "../x",
  "x/../y",
  "./x",
  "/x",
  "x//y",
  "x/",
  "",
  ".",
  "..",
  "a b",
  "a\nb",
  "é",
  "SHA256SUMS",
  "x\\y",
  "a/.",
]) {
  it(`${JSON.stringify(bad)} is no path in a kit`, () => {
    assert.equal(isKitPath(bad), false);
    assert.equal(readSums(`${"0".repeat(64)}  ${bad}\n`), null);
  });
}

for (const [what, text] of [
  ["nothing", ""],
  ["an empty line", `${"0".repeat(64)}  a\n\n`],
  ["no line feed at the end", `${"0".repeat(64)}  a`],
  ["another order", `${"0".repeat(64)}  b\n${"0".repeat(64)}  a\n`],
  ["a file twice", `${"0".repeat(64)}  a\n${"1".repeat(64)}  a\n`],
  ["upper case", `${"A".repeat(64)}  a\n`],
  ["sha256sum's mark of binary files", `${"0".repeat(64)} *a\n`],
] as const)
  it(`${what}: it is not read`, () => assert.equal(readSums(text), null));
