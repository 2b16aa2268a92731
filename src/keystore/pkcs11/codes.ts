/**
 * PKCS#11 return values (PKCS#11 2.40 §5.1, 3.1 §5.1) and what each means to the people at the table.
 *
 * A table of our own, keyed on the number: the addon names every value that it does not know CKR_VENDOR_DEFINED.
 */
import type { Situation } from "./situations.ts";

interface ReturnValue {
  readonly name: string;
  readonly situation: Situation;
}

function returnValue(name: string, situation: Situation): ReturnValue {
  return { name, situation };
}

const RETURN_VALUES: ReadonlyMap<number, ReturnValue> = new Map([
  [0x02, returnValue("CKR_HOST_MEMORY", "token/device-error")],
  [0x03, returnValue("CKR_SLOT_ID_INVALID", "token/gone")],
  [0x05, returnValue("CKR_GENERAL_ERROR", "token/device-error")],
  [0x06, returnValue("CKR_FUNCTION_FAILED", "token/device-error")],
  [0x07, returnValue("CKR_ARGUMENTS_BAD", "token/argument")],
  [0x0a, returnValue("CKR_CANT_LOCK", "module/failed")],
  [0x10, returnValue("CKR_ATTRIBUTE_READ_ONLY", "token/argument")],
  [0x11, returnValue("CKR_ATTRIBUTE_SENSITIVE", "token/argument")],
  [0x12, returnValue("CKR_ATTRIBUTE_TYPE_INVALID", "token/argument")],
  [0x13, returnValue("CKR_ATTRIBUTE_VALUE_INVALID", "token/argument")],
  [0x20, returnValue("CKR_DATA_INVALID", "token/argument")],
  [0x21, returnValue("CKR_DATA_LEN_RANGE", "token/payload-too-long")],
  [0x30, returnValue("CKR_DEVICE_ERROR", "token/device-error")],
  [0x31, returnValue("CKR_DEVICE_MEMORY", "token/full")],
  [0x32, returnValue("CKR_DEVICE_REMOVED", "token/gone")],
  [0x50, returnValue("CKR_FUNCTION_CANCELED", "token/busy")],
  [0x54, returnValue("CKR_FUNCTION_NOT_SUPPORTED", "token/mechanism-missing")],
  [0x60, returnValue("CKR_KEY_HANDLE_INVALID", "token/gone")],
  [0x62, returnValue("CKR_KEY_SIZE_RANGE", "token/mechanism-missing")],
  [0x63, returnValue("CKR_KEY_TYPE_INCONSISTENT", "token/mechanism-missing")],
  [0x68, returnValue("CKR_KEY_FUNCTION_NOT_PERMITTED", "token/argument")],
  [0x70, returnValue("CKR_MECHANISM_INVALID", "token/mechanism-missing")],
  [0x71, returnValue("CKR_MECHANISM_PARAM_INVALID", "token/mechanism-missing")],
  [0x82, returnValue("CKR_OBJECT_HANDLE_INVALID", "token/gone")],
  [0x90, returnValue("CKR_OPERATION_ACTIVE", "token/busy")],
  [0x91, returnValue("CKR_OPERATION_NOT_INITIALIZED", "token/device-error")],
  [0xa0, returnValue("CKR_PIN_INCORRECT", "pin/wrong")],
  [0xa1, returnValue("CKR_PIN_INVALID", "pin/not-accepted")],
  [0xa2, returnValue("CKR_PIN_LEN_RANGE", "pin/not-accepted")],
  [0xa3, returnValue("CKR_PIN_EXPIRED", "pin/expired")],
  [0xa4, returnValue("CKR_PIN_LOCKED", "pin/locked")],
  [0xb0, returnValue("CKR_SESSION_CLOSED", "token/gone")],
  [0xb1, returnValue("CKR_SESSION_COUNT", "token/busy")],
  [0xb3, returnValue("CKR_SESSION_HANDLE_INVALID", "token/gone")],
  [0xb5, returnValue("CKR_SESSION_READ_ONLY", "token/read-only")],
  [0xb6, returnValue("CKR_SESSION_EXISTS", "token/busy")],
  [0xb7, returnValue("CKR_SESSION_READ_ONLY_EXISTS", "token/busy")],
  [0xb8, returnValue("CKR_SESSION_READ_WRITE_SO_EXISTS", "token/busy")],
  [0xd0, returnValue("CKR_TEMPLATE_INCOMPLETE", "token/argument")],
  [0xd1, returnValue("CKR_TEMPLATE_INCONSISTENT", "token/argument")],
  [0xe0, returnValue("CKR_TOKEN_NOT_PRESENT", "token/gone")],
  [0xe1, returnValue("CKR_TOKEN_NOT_RECOGNIZED", "token/not-initialised")],
  [0xe2, returnValue("CKR_TOKEN_WRITE_PROTECTED", "token/read-only")],
  [0x100, returnValue("CKR_USER_ALREADY_LOGGED_IN", "token/busy")],
  [0x101, returnValue("CKR_USER_NOT_LOGGED_IN", "token/not-logged-in")],
  [0x102, returnValue("CKR_USER_PIN_NOT_INITIALIZED", "token/not-initialised")],
  [0x104, returnValue("CKR_USER_ANOTHER_ALREADY_LOGGED_IN", "token/busy")],
  [0x130, returnValue("CKR_DOMAIN_PARAMS_INVALID", "token/mechanism-missing")],
  [0x140, returnValue("CKR_CURVE_NOT_SUPPORTED", "token/mechanism-missing")],
  [0x150, returnValue("CKR_BUFFER_TOO_SMALL", "token/device-error")],
  [0x190, returnValue("CKR_CRYPTOKI_NOT_INITIALIZED", "module/failed")],
  [0x191, returnValue("CKR_CRYPTOKI_ALREADY_INITIALIZED", "module/failed")],
  [0x200, returnValue("CKR_FUNCTION_REJECTED", "token/busy")],
]);

/** A number that is in no table is a device's own affair: shown as a number, for its vendor. */
export function situationOf(code: number): Situation {
  return RETURN_VALUES.get(code)?.situation ?? "token/unknown-code";
}

/** `CKR_PIN_INCORRECT (0xa0)`; an unknown value is its number alone. */
export function nameOf(code: number): string {
  const number = `0x${code.toString(16)}`;
  const known = RETURN_VALUES.get(code);
  return known === undefined ? `return value ${number}` : `${known.name} (${number})`;
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
