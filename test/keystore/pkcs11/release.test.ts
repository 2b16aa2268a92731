import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { releaseAfter, thenRelease } from "../../../src/keystore/pkcs11/release.ts";

function fails(with_: string): () => never {
  return () => {
    throw new Error(with_);
  };
}

describe("what was handed out is given back", () => {
  it("after work that succeeds, and after work that fails", () => {
    const released: string[] = [];
    assert.equal(
      thenRelease(
        () => 7,
        () => released.push("first"),
      ),
      7,
    );
    assert.throws(() => thenRelease(fails("work"), () => released.push("second")), /^Error: work$/);
    assert.deepEqual(released, ["first", "second"]);
  });

  it("what failed first is said", () => {
    assert.throws(() => thenRelease(fails("work"), fails("release")), /^Error: work$/);
    assert.throws(() => releaseAfter(new Error("work"), fails("release")), /^Error: work$/);
    assert.throws(() => thenRelease(() => 7, fails("release")), /^Error: release$/);
  });
});
