import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { judgeNewPin, limitPin, SHORTEST_NEW_PIN } from "../../../src/keystore/pkcs11/pin-policy.ts";

const LIMITS = { minBytes: 6, maxBytes: 16 };

describe("judgeNewPin", () => {
  const table = [
    ["", "too-short"],
    ["28174", "too-short"],
    ["x7".repeat(9), "too-long"],
    ["äöüäöüäöü", "too-long"],
    ["123456", "factory-default"],
    ["648219", "factory-default"],
    ["0001password", "factory-default"],
    ["000000", "too-simple"],
    ["121212", "too-simple"],
    ["234567", "too-simple"],
    ["987654", "too-simple"],
    ["890123", "too-simple"],
    ["210987", "too-simple"],
    ["abcdefgh", "too-simple"],
    ["281745", null],
    ["äöü", null],
    ["correct horse 71", null],
  ] as const;
  for (const [pin, refusal] of table) {
    it(`${JSON.stringify(pin)}: ${refusal ?? "fit for use"}`, () => {
      assert.equal(judgeNewPin(Buffer.from(pin), LIMITS), refusal);
    });
  }
});

describe("limitPin", () => {
  const table = [
    ["the token's own limits", { minPinBytes: 8, maxPinBytes: 64 }, { minBytes: 8, maxBytes: 64 }],
    ["never less than ours", { minPinBytes: 4, maxPinBytes: 255 }, { minBytes: 6, maxBytes: 255 }],
    ["a token that takes no longer ones", { minPinBytes: 4, maxPinBytes: 4 }, { minBytes: 4, maxBytes: 4 }],
    ["nothing said", { minPinBytes: 0, maxPinBytes: 0 }, { minBytes: 6, maxBytes: 255 }],
    ["nonsense", { minPinBytes: 9, maxPinBytes: 3 }, { minBytes: 6, maxBytes: 255 }],
    ["CK_UNAVAILABLE", { minPinBytes: 4, maxPinBytes: 0xffffffff }, { minBytes: 6, maxBytes: 255 }],
  ] as const;
  for (const [what, token, limits] of table) {
    it(what, () => assert.deepEqual(limitPin(token, SHORTEST_NEW_PIN), limits));
  }
});
