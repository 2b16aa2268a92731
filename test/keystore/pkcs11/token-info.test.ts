import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judgePinState, padLabel, readTokenInfo } from "../../../src/keystore/pkcs11/token-info.ts";
import { profileOf } from "./soft-token.ts";

const RAW = {
  label: "Ada".padEnd(32),
  manufacturerID: "Somebody\0\x7f\x7f",
  model: "Model".padEnd(16),
  serialNumber: "0013200461".padEnd(16),
  flags: 0x40d,
  minPinLen: 4,
  maxPinLen: 64,
  firmwareVersion: { major: 2, minor: 4 },
};

describe("what a token says of itself", () => {
  it("is trimmed of its padding", () => {
    const info = readTokenInfo(RAW);
    assert.deepEqual(
      [info.label, info.manufacturer, info.model, info.serial, info.firmware],
      ["Ada", "Somebody", "Model", "0013200461", "2.4"],
    );
    assert.deepEqual(
      [info.initialised, info.userPinInitialised, info.writeProtected, info.pinpad],
      [true, true, false, false],
    );
  });

  const states = [
    [0, "unknown", "unknown"],
    [0x1_0000, "low", "unknown"],
    [0x3_0000, "final", "unknown"],
    [0x7_0000, "locked", "unknown"],
    [0x20_0000, "unknown", "final"],
    [0x40_0000, "unknown", "locked"],
  ] as const;
  for (const [flags, user, officer] of states) {
    it(`flags 0x${flags.toString(16)}: user PIN ${user}, officer's PIN ${officer}`, () => {
      const info = readTokenInfo({ ...RAW, flags: RAW.flags | flags });
      assert.deepEqual([info.userPin, info.officerPin], [user, officer]);
    });
  }

  it("is taken for good only where the device is known to count", () => {
    assert.equal(judgePinState("unknown", profileOf("yubihsm2")), "unknown");
    assert.equal(judgePinState("unknown", profileOf("nitrokey-hsm2")), "ok");
    assert.equal(judgePinState("unknown", profileOf("softhsm")), "ok");
    assert.equal(judgePinState("final", profileOf("softhsm")), "final");
  });
});

describe("padLabel", () => {
  it("gives exactly 32 bytes", () => {
    for (const label of ["a", "x".repeat(32), "日本語のトークン", "ä".repeat(16)]) {
      assert.equal(Buffer.byteLength(padLabel(label) ?? ""), 32, label);
    }
  });

  it("gives none for what does not fit or can't be found again", () => {
    for (const label of [
      "",
      "x".repeat(33),
      "日本語のトークンです。",
      " a",
      "a ",
      "a\0b",
      "\u001b[2J",
      "\udc00",
    ]) {
      assert.equal(padLabel(label), null, JSON.stringify(label));
    }
  });
});
