/**
 * PKCS#11 return values and what each means to the people at the table: every one of 2.40, 3.0, 3.1 and 3.2
 * (pkcs11t.h of OASIS; §5.1 says what they stand for).
 *
 * A table of our own, keyed on the number: the addon names every value that it does not know CKR_VENDOR_DEFINED.
 * CKR_OK is no failure, and CKR_VENDOR_DEFINED not a value but where the vendors' own begin. Those are not named here:
 * nothing keeps two vendors from taking the same number.
 *
 * A value that only functions can return which this program never calls (C_WaitForSlotEvent, C_SetOperationState …)
 * says that the module is out of step: `token/device-error`.
 */
import type { Situation } from "./situations.ts";

export interface ReturnValue {
  readonly name: string;
  readonly situation: Situation;
}

function returnValue(name: string, situation: Situation): ReturnValue {
  return { name, situation };
}

/** From here on a number means what its device's vendor says (PKCS#11 3.1 §3.6). */
const FIRST_VENDOR_DEFINED = 0x8000_0000;

/**
 * p11-kit's header (0.24.1, and what was made from it) has five of them elsewhere: 0x1c0 to 0x1c4 for what OASIS, NSS and
 * the addon have at 0x1b5 to 0x1b9. A module built with it may answer those five numbers; they stay unknown.
 */
export const RETURN_VALUES: ReadonlyMap<number, ReturnValue> = new Map([
  [0x01, returnValue("CKR_CANCEL", "token/not-confirmed")],
  [0x02, returnValue("CKR_HOST_MEMORY", "token/device-error")],
  [0x03, returnValue("CKR_SLOT_ID_INVALID", "token/gone")],
  [0x05, returnValue("CKR_GENERAL_ERROR", "token/device-error")],
  [0x06, returnValue("CKR_FUNCTION_FAILED", "token/device-error")],
  [0x07, returnValue("CKR_ARGUMENTS_BAD", "token/argument")],
  [0x08, returnValue("CKR_NO_EVENT", "token/device-error")],
  [0x09, returnValue("CKR_NEED_TO_CREATE_THREADS", "module/failed")],
  [0x0a, returnValue("CKR_CANT_LOCK", "module/failed")],
  [0x10, returnValue("CKR_ATTRIBUTE_READ_ONLY", "token/argument")],
  [0x11, returnValue("CKR_ATTRIBUTE_SENSITIVE", "token/argument")],
  [0x12, returnValue("CKR_ATTRIBUTE_TYPE_INVALID", "token/argument")],
  [0x13, returnValue("CKR_ATTRIBUTE_VALUE_INVALID", "token/argument")],
  // The object's own CKA_MODIFIABLE or CKA_DESTROYABLE, or the token's policy, forbids the change.
  [0x1b, returnValue("CKR_ACTION_PROHIBITED", "token/read-only")],
  // The specification advises to treat these two alike (3.1 §5.1.8).
  [0x20, returnValue("CKR_DATA_INVALID", "token/payload-too-long")],
  [0x21, returnValue("CKR_DATA_LEN_RANGE", "token/payload-too-long")],
  [0x30, returnValue("CKR_DEVICE_ERROR", "token/device-error")],
  [0x31, returnValue("CKR_DEVICE_MEMORY", "token/full")],
  [0x32, returnValue("CKR_DEVICE_REMOVED", "token/gone")],
  // Nothing is decrypted here but wrapped keys.
  [0x40, returnValue("CKR_ENCRYPTED_DATA_INVALID", "token/key-not-wrappable")],
  [0x41, returnValue("CKR_ENCRYPTED_DATA_LEN_RANGE", "token/key-not-wrappable")],
  [0x42, returnValue("CKR_AEAD_DECRYPT_FAILED", "token/key-not-wrappable")],
  [0x50, returnValue("CKR_FUNCTION_CANCELED", "token/not-confirmed")],
  [0x51, returnValue("CKR_FUNCTION_NOT_PARALLEL", "token/device-error")],
  // Not the scheme is missing but the function, of those by which a token is set up: the vendor's tool has it.
  [0x54, returnValue("CKR_FUNCTION_NOT_SUPPORTED", "token/vendor-tool")],
  [0x60, returnValue("CKR_KEY_HANDLE_INVALID", "token/gone")],
  [0x62, returnValue("CKR_KEY_SIZE_RANGE", "token/mechanism-missing")],
  [0x63, returnValue("CKR_KEY_TYPE_INCONSISTENT", "token/mechanism-missing")],
  [0x64, returnValue("CKR_KEY_NOT_NEEDED", "token/device-error")],
  [0x65, returnValue("CKR_KEY_CHANGED", "token/device-error")],
  [0x66, returnValue("CKR_KEY_NEEDED", "token/device-error")],
  [0x67, returnValue("CKR_KEY_INDIGESTIBLE", "token/device-error")],
  [0x68, returnValue("CKR_KEY_FUNCTION_NOT_PERMITTED", "token/argument")],
  [0x69, returnValue("CKR_KEY_NOT_WRAPPABLE", "token/key-not-wrappable")],
  [0x6a, returnValue("CKR_KEY_UNEXTRACTABLE", "token/key-not-wrappable")],
  [0x70, returnValue("CKR_MECHANISM_INVALID", "token/mechanism-missing")],
  [0x71, returnValue("CKR_MECHANISM_PARAM_INVALID", "token/mechanism-missing")],
  [0x82, returnValue("CKR_OBJECT_HANDLE_INVALID", "token/gone")],
  // In a session that is this program's alone, so no other program is in the way.
  [0x90, returnValue("CKR_OPERATION_ACTIVE", "token/device-error")],
  [0x91, returnValue("CKR_OPERATION_NOT_INITIALIZED", "token/device-error")],
  [0xa0, returnValue("CKR_PIN_INCORRECT", "pin/wrong")],
  [0xa1, returnValue("CKR_PIN_INVALID", "pin/not-accepted")],
  [0xa2, returnValue("CKR_PIN_LEN_RANGE", "pin/not-accepted")],
  [0xa3, returnValue("CKR_PIN_EXPIRED", "pin/expired")],
  [0xa4, returnValue("CKR_PIN_LOCKED", "pin/locked")],
  [0xb0, returnValue("CKR_SESSION_CLOSED", "token/gone")],
  [0xb1, returnValue("CKR_SESSION_COUNT", "token/busy")],
  [0xb3, returnValue("CKR_SESSION_HANDLE_INVALID", "token/gone")],
  [0xb4, returnValue("CKR_SESSION_PARALLEL_NOT_SUPPORTED", "token/device-error")],
  [0xb5, returnValue("CKR_SESSION_READ_ONLY", "token/read-only")],
  [0xb6, returnValue("CKR_SESSION_EXISTS", "token/busy")],
  [0xb7, returnValue("CKR_SESSION_READ_ONLY_EXISTS", "token/busy")],
  [0xb8, returnValue("CKR_SESSION_READ_WRITE_SO_EXISTS", "token/busy")],
  [0xc0, returnValue("CKR_SIGNATURE_INVALID", "token/signature-bad")],
  [0xc1, returnValue("CKR_SIGNATURE_LEN_RANGE", "token/signature-bad")],
  [0xd0, returnValue("CKR_TEMPLATE_INCOMPLETE", "token/argument")],
  [0xd1, returnValue("CKR_TEMPLATE_INCONSISTENT", "token/argument")],
  [0xe0, returnValue("CKR_TOKEN_NOT_PRESENT", "token/gone")],
  // A card that the module can't even initialise.
  [0xe1, returnValue("CKR_TOKEN_NOT_RECOGNIZED", "token/vendor-tool")],
  [0xe2, returnValue("CKR_TOKEN_WRITE_PROTECTED", "token/read-only")],
  [0xf0, returnValue("CKR_UNWRAPPING_KEY_HANDLE_INVALID", "token/gone")],
  [0xf1, returnValue("CKR_UNWRAPPING_KEY_SIZE_RANGE", "token/key-not-wrappable")],
  [0xf2, returnValue("CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT", "token/key-not-wrappable")],
  [0x100, returnValue("CKR_USER_ALREADY_LOGGED_IN", "token/busy")],
  [0x101, returnValue("CKR_USER_NOT_LOGGED_IN", "token/not-logged-in")],
  [0x102, returnValue("CKR_USER_PIN_NOT_INITIALIZED", "token/not-initialised")],
  [0x103, returnValue("CKR_USER_TYPE_INVALID", "token/argument")],
  [0x104, returnValue("CKR_USER_ANOTHER_ALREADY_LOGGED_IN", "token/busy")],
  [0x105, returnValue("CKR_USER_TOO_MANY_TYPES", "token/busy")],
  [0x110, returnValue("CKR_WRAPPED_KEY_INVALID", "token/key-not-wrappable")],
  [0x112, returnValue("CKR_WRAPPED_KEY_LEN_RANGE", "token/key-not-wrappable")],
  [0x113, returnValue("CKR_WRAPPING_KEY_HANDLE_INVALID", "token/gone")],
  [0x114, returnValue("CKR_WRAPPING_KEY_SIZE_RANGE", "token/key-not-wrappable")],
  [0x115, returnValue("CKR_WRAPPING_KEY_TYPE_INCONSISTENT", "token/key-not-wrappable")],
  [0x120, returnValue("CKR_RANDOM_SEED_NOT_SUPPORTED", "token/device-error")],
  [0x121, returnValue("CKR_RANDOM_NO_RNG", "token/mechanism-missing")],
  [0x130, returnValue("CKR_DOMAIN_PARAMS_INVALID", "token/mechanism-missing")],
  [0x140, returnValue("CKR_CURVE_NOT_SUPPORTED", "token/mechanism-missing")],
  [0x150, returnValue("CKR_BUFFER_TOO_SMALL", "token/device-error")],
  [0x160, returnValue("CKR_SAVED_STATE_INVALID", "token/device-error")],
  [0x170, returnValue("CKR_INFORMATION_SENSITIVE", "token/argument")],
  [0x180, returnValue("CKR_STATE_UNSAVEABLE", "token/device-error")],
  [0x190, returnValue("CKR_CRYPTOKI_NOT_INITIALIZED", "module/failed")],
  [0x191, returnValue("CKR_CRYPTOKI_ALREADY_INITIALIZED", "module/failed")],
  [0x1a0, returnValue("CKR_MUTEX_BAD", "module/failed")],
  [0x1a1, returnValue("CKR_MUTEX_NOT_LOCKED", "module/failed")],
  [0x1b0, returnValue("CKR_NEW_PIN_MODE", "pin/expired")],
  // Two one-time passwords in a row are wanted, which is no login that this program has.
  [0x1b1, returnValue("CKR_NEXT_OTP", "token/vendor-tool")],
  [0x1b5, returnValue("CKR_EXCEEDED_MAX_ITERATIONS", "token/device-error")],
  [0x1b6, returnValue("CKR_FIPS_SELF_TEST_FAILED", "token/device-error")],
  [0x1b7, returnValue("CKR_LIBRARY_LOAD_FAILED", "module/failed")],
  [0x1b8, returnValue("CKR_PIN_TOO_WEAK", "pin/not-accepted")],
  // Public keys are only written to a token on the way of a copy.
  [0x1b9, returnValue("CKR_PUBLIC_KEY_INVALID", "token/key-not-wrappable")],
  [0x200, returnValue("CKR_FUNCTION_REJECTED", "token/not-confirmed")],
  [0x201, returnValue("CKR_TOKEN_RESOURCE_EXCEEDED", "token/busy")],
  [0x202, returnValue("CKR_OPERATION_CANCEL_FAILED", "token/device-error")],
  [0x203, returnValue("CKR_KEY_EXHAUSTED", "token/mechanism-missing")],
  // From here on 3.2.
  [0x204, returnValue("CKR_PENDING", "token/device-error")],
  [0x205, returnValue("CKR_SESSION_ASYNC_NOT_SUPPORTED", "token/device-error")],
  [0x206, returnValue("CKR_SEED_RANDOM_REQUIRED", "token/vendor-tool")],
  [0x207, returnValue("CKR_OPERATION_NOT_VALIDATED", "token/mechanism-missing")],
  [0x208, returnValue("CKR_TOKEN_NOT_INITIALIZED", "token/not-initialised")],
  [0x209, returnValue("CKR_PARAMETER_SET_NOT_SUPPORTED", "token/mechanism-missing")],
]);

/** A number that is in no table is a device's own affair: shown as a number, for its vendor. */
export function situationOf(code: number): Situation {
  return RETURN_VALUES.get(code)?.situation ?? "token/unknown-code";
}

/** `CKR_PIN_INCORRECT (0xa0)`; an unknown value is its number alone, said to be the vendor's where it is. */
export function nameOf(code: number): string {
  // CK_RV has 64 bits, and what is beyond 2⁵³ has lost its last digits on the way here.
  const number = Number.isSafeInteger(code) ? `0x${code.toString(16)}` : "above 0x1fffffffffffff";
  const known = RETURN_VALUES.get(code);
  if (known !== undefined) return `${known.name} (${number})`;
  return `return value ${number}${code >= FIRST_VENDOR_DEFINED ? ", vendor-defined" : ""}`;
}

/**
 * The number in an error of the addon, whose messages begin `CKR_NAME:decimal` and which often sets no `.code`.
 * Null where the error is none of a PKCS#11 call.
 */
export function codeOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const match = /^CKR_\w+:(\d+)/.exec(error.message);
  return match === null ? null : Number(match[1]);
}
