import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeOf, nameOf, situationOf } from "../../../src/keystore/pkcs11/codes.ts";
import { describeFailure } from "../../../src/keystore/pkcs11/situations.ts";

describe("PKCS#11 return values", () => {
  const table = [
    [0x30, "CKR_DEVICE_ERROR (0x30)", "token/device-error"],
    [0x31, "CKR_DEVICE_MEMORY (0x31)", "token/full"],
    [0x32, "CKR_DEVICE_REMOVED (0x32)", "token/gone"],
    [0x82, "CKR_OBJECT_HANDLE_INVALID (0x82)", "token/gone"],
    [0xa0, "CKR_PIN_INCORRECT (0xa0)", "pin/wrong"],
    [0xa4, "CKR_PIN_LOCKED (0xa4)", "pin/locked"],
    [0xb5, "CKR_SESSION_READ_ONLY (0xb5)", "token/read-only"],
    [0x140, "CKR_CURVE_NOT_SUPPORTED (0x140)", "token/mechanism-missing"],
    [0x190, "CKR_CRYPTOKI_NOT_INITIALIZED (0x190)", "module/failed"],
    [0x80000042, "return value 0x80000042", "token/unknown-code"],
  ] as const;
  for (const [code, name, situation] of table) {
    it(`${name}: ${situation}`, () => {
      assert.equal(nameOf(code), name);
      assert.equal(situationOf(code), situation);
    });
  }

  it("are read out of the addon's errors, whatever it calls them", () => {
    assert.equal(codeOf(new Error("CKR_VENDOR_DEFINED:2147483714")), 0x80000042);
    assert.equal(codeOf(new Error("CKR_OBJECT_HANDLE_INVALID:130\n    at C_FindObjects")), 0x82);
    assert.equal(codeOf(new Error("Argument 2 has wrong type")), null);
    assert.equal(codeOf(new Error("about CKR_OK:0")), null);
    assert.equal(codeOf("CKR_OK:0"), null);
  });

  it("stand in the error that people see, with its remedy", () => {
    const error = describeFailure({
      situation: "token/full",
      found: "a refusal",
      call: "C_GenerateKeyPair",
      code: 0x31,
    });
    assert.equal(error.code, "token/full");
    assert.equal(error.exit, "device");
    assert.match(
      error.message,
      /^expected room .*; found a refusal \(C_GenerateKeyPair: CKR_DEVICE_MEMORY \(0x31\)\)\. Use a device/,
    );
  });
});
