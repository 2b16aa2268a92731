import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { codeOf, nameOf, RETURN_VALUES, situationOf } from "../../../src/keystore/pkcs11/codes.ts";
import { describeFailure } from "../../../src/keystore/pkcs11/situations.ts";
import { type Resource, requires } from "../../support/requires.ts";

const ADDONS_HEADER = fileURLToPath(
  new URL("../../../node_modules/pkcs11js/includes/pkcs11/pkcs11t.h", import.meta.url),
);
const addonsHeader: Resource = {
  isThere: existsSync(ADDONS_HEADER),
  missing: "no header of PKCS#11 (npm ci, with optional dependencies)",
};

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
    [0x1b, "CKR_ACTION_PROHIBITED (0x1b)", "token/read-only"],
    [0x50, "CKR_FUNCTION_CANCELED (0x50)", "token/not-confirmed"],
    [0x54, "CKR_FUNCTION_NOT_SUPPORTED (0x54)", "token/vendor-tool"],
    [0x69, "CKR_KEY_NOT_WRAPPABLE (0x69)", "token/key-not-wrappable"],
    [0x6a, "CKR_KEY_UNEXTRACTABLE (0x6a)", "token/key-not-wrappable"],
    [0x110, "CKR_WRAPPED_KEY_INVALID (0x110)", "token/key-not-wrappable"],
    [0x1b0, "CKR_NEW_PIN_MODE (0x1b0)", "pin/expired"],
    [0x1b7, "CKR_LIBRARY_LOAD_FAILED (0x1b7)", "module/failed"],
    [0x1b8, "CKR_PIN_TOO_WEAK (0x1b8)", "pin/not-accepted"],
    [0x209, "CKR_PARAMETER_SET_NOT_SUPPORTED (0x209)", "token/mechanism-missing"],
    [0x00, "return value 0x0", "token/unknown-code"],
    [0x04, "return value 0x4", "token/unknown-code"],
    [0x1c3, "return value 0x1c3", "token/unknown-code"],
    [0x7fffffff, "return value 0x7fffffff", "token/unknown-code"],
    [0x80000000, "return value 0x80000000, vendor-defined", "token/unknown-code"],
    [0x80000042, "return value 0x80000042, vendor-defined", "token/unknown-code"],
    [0x800000a0, "return value 0x800000a0, vendor-defined", "token/unknown-code"],
    [0x1_0000_00a0, "return value 0x1000000a0, vendor-defined", "token/unknown-code"],
    [2 ** 64, "return value above 0x1fffffffffffff, vendor-defined", "token/unknown-code"],
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

describe("the table of return values", () => {
  it("agrees with the addon's header", requires(addonsHeader), () => compare(ADDONS_HEADER));

  // Further judges, where somebody has installed them (libnss3-dev, libp11-kit-dev).
  const NSS = "/usr/include/nss/pkcs11t.h";
  const P11_KIT = "/usr/include/p11-kit-1/p11-kit/pkcs11.h";
  if (existsSync(NSS)) it("agrees with NSS's header", () => compare(NSS));
  if (existsSync(P11_KIT)) {
    it("agrees with p11-kit's header, but for five numbers of its own", () => {
      compare(P11_KIT, [
        "CKR_EXCEEDED_MAX_ITERATIONS",
        "CKR_FIPS_SELF_TEST_FAILED",
        "CKR_LIBRARY_LOAD_FAILED",
        "CKR_PIN_TOO_WEAK",
        "CKR_PUBLIC_KEY_INVALID",
      ]);
    });
  }

  it("has nothing else but what came with 3.0 to 3.2", requires(addonsHeader), () => {
    const ours = new Set([...RETURN_VALUES.values()].map(({ name }) => name));
    assert.equal(ours.size, RETURN_VALUES.size);
    const before = new Set(readHeader(ADDONS_HEADER).keys());
    assert.deepEqual(
      [...ours.difference(before)],
      [
        "CKR_AEAD_DECRYPT_FAILED",
        "CKR_TOKEN_RESOURCE_EXCEEDED",
        "CKR_OPERATION_CANCEL_FAILED",
        "CKR_KEY_EXHAUSTED",
        "CKR_PENDING",
        "CKR_SESSION_ASYNC_NOT_SUPPORTED",
        "CKR_SEED_RANDOM_REQUIRED",
        "CKR_OPERATION_NOT_VALIDATED",
        "CKR_TOKEN_NOT_INITIALIZED",
        "CKR_PARAMETER_SET_NOT_SUPPORTED",
      ],
    );
  });

  it("takes a PIN's situation only for what is about a PIN", () => {
    for (const { name, situation } of RETURN_VALUES.values()) {
      assert.equal(situation.startsWith("pin/"), /^CKR_(?:NEW_)?PIN_/.test(name), name);
    }
  });

  it("leads to a remedy each time", () => {
    for (const [code, { name, situation }] of RETURN_VALUES) {
      const error = describeFailure({ situation, found: "a refusal", call: "C_Sign", code });
      assert.ok(error.found.endsWith(`(C_Sign: ${name} (0x${code.toString(16)}))`), error.found);
      assert.ok(error.remedy.length > 0, name);
    }
  });
});

function compare(path: string, besides: readonly string[] = []): void {
  const theirs = readHeader(path);
  assert.ok(theirs.size > 80, `${theirs.size}`);
  for (const [name, number] of theirs) {
    if (!besides.includes(name))
      assert.equal(RETURN_VALUES.get(number)?.name, name, `0x${number.toString(16)}`);
  }
}

/** CKR_OK is no failure, and CKR_VENDOR_DEFINED where a range begins. */
function readHeader(path: string): ReadonlyMap<string, number> {
  const defined = /^#define\s+(CKR_\w+)\s+\(?(0x[\da-f]+|\d+)(?:UL)?\)?\s*$/gim;
  const values = [...readFileSync(path, "utf8").matchAll(defined)].map(
    (match) => [match[1] ?? "", Number(match[2])] as const,
  );
  return new Map(values.filter(([name]) => name !== "CKR_OK" && name !== "CKR_VENDOR_DEFINED"));
}
