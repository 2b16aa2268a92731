/** What is written where a PIN is typed: it fits, and no terminal breaks a word of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PinRefusal, PinRequest } from "../../src/keystore/pkcs11/protocol.ts";
import { pinPrompt } from "../../src/live/secret-prompts.ts";

const PURPOSES: readonly PinRequest["purpose"][] = ["user", "officer", "new-user", "new-officer"];
const REFUSALS: readonly PinRefusal[] = [
  "mismatch",
  "too-short",
  "too-long",
  "too-simple",
  "factory-default",
  "same-as-officer",
];

const TOKEN: PinRequest["token"] = {
  serial: "0013200461",
  label: "root-ada",
  manufacturer: "Yubico",
  model: "YubiHSM",
  firmware: "2.4",
  initialised: true,
  userPinInitialised: true,
  writeProtected: false,
  pinpad: false,
  userPin: "unknown",
  officerPin: "unknown",
  minPinBytes: 6,
  maxPinBytes: 255,
};

/** Columns that are left for the cursor. */
const WIDEST = 79;

function request(purpose: PinRequest["purpose"], refused: PinRefusal | null): PinRequest {
  return { purpose, repeat: false, refused, minBytes: 6, maxBytes: 255, token: TOKEN };
}

for (const purpose of PURPOSES) {
  test(`${purpose}: no line of the question is longer than the screen, whatever was wrong before`, () => {
    for (const refused of [null, ...REFUSALS]) {
      const lines = pinPrompt(request(purpose, refused)).split("\n");
      assert.equal(lines.length, refused === null ? 1 : 2);
      for (const line of lines) assert.ok(line.length <= WIDEST, line);
    }
  });
}
