/** The matrix that `npm run test:hsm` prints. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SCHEMES } from "../../src/tuf/types.ts";
import { type Cell, COLUMNS, type Value } from "./contract/cells.ts";
import { describeMatrix } from "./matrix.ts";
import { PROVIDERS, type ProviderName } from "./provider.ts";

const names = Object.keys(PROVIDERS).filter((name): name is ProviderName => Object.hasOwn(PROVIDERS, name));

function everyCell(value: Value, why = ""): readonly Cell[] {
  return names.flatMap((provider) =>
    SCHEMES.flatMap((scheme) => COLUMNS.map((column): Cell => ({ provider, scheme, column, value, why }))),
  );
}

describe("the matrix", () => {
  it("has a row for each provider and scheme, of at most 100 columns", () => {
    const { text, failed, skipped } = describeMatrix(names, everyCell("no", "x".repeat(400)));
    const lines = text.split("\n");
    for (const line of lines) assert.ok(line.length <= 100, line);
    for (const name of names)
      assert.equal(lines.filter((line) => line.startsWith(name)).length, SCHEMES.length);
    assert.deepEqual([failed, skipped], [0, 0]);
  });

  it("is the same in whatever order the cells came", () => {
    const cells = everyCell("no").map((cell, index) => ({ ...cell, why: `because of ${index % 3}` }));
    assert.equal(describeMatrix(names, [...cells].reverse()).text, describeMatrix(names, cells).text);
  });

  it("counts a cell that nobody decided as a failure, and says which were skipped", () => {
    const cells = everyCell("yes");
    assert.equal(describeMatrix(names, cells).failed, 0);
    const { text, failed } = describeMatrix(names, cells.slice(1));
    assert.equal(failed, 1);
    assert.match(text, /FAILED/);
    assert.equal(describeMatrix(names, everyCell("skipped")).skipped, cells.length);
  });
});
