import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { passphrasePrompts } from "../../src/keystore/passphrase.ts";

describe("the questions for a passphrase", () => {
  it("are never broken within a word on 80 columns, whatever the key is called", () => {
    for (let length = 1; length <= 60; length++) {
      const { first, existing } = passphrasePrompts("k".repeat(length));
      for (const line of [...first.split("\n"), ...existing.split("\n")])
        assert.ok(line.length <= 80, `${line.length}: ${line}`);
    }
  });

  it("say what was wrong before on lines of their own, and break no word either", () => {
    for (const refused of Object.values(passphrasePrompts("root-grace").refused)) {
      assert.ok(refused.endsWith("\n"), refused);
      for (const line of refused.split("\n")) assert.ok(line.length <= 80, `${line.length}: ${line}`);
    }
  });

  it("are one line where that is enough", () => {
    assert.equal(
      passphrasePrompts("root-grace").first,
      "New passphrase for root-grace (nothing is shown; Ctrl-U begins again): ",
    );
  });
});
