/**
 * What can be the matter with a token, its library or its PIN, and what to do about it: one row each.
 *
 * A situation is the code of the `CeremonyError` that people see. The child process reports situations, the parent
 * makes the errors: `describeFailure` is the only place where one is built.
 */
import { CeremonyError } from "../../errors.ts";
import { nameOf } from "./codes.ts";

interface Row {
  readonly expected: string;
  readonly remedy: string;
}

const SITUATIONS = {
  "module/addon-missing": {
    expected: "the PKCS#11 addon that belongs to this program",
    remedy: "Build it with `npm run prepare` (needs g++), or use the kit, which brings it along.",
  },
  "module/path": {
    expected: "an absolute path of a PKCS#11 module in the machine file",
    remedy: "Write the whole path of the vendor's library, for example /usr/lib/softhsm/libsofthsm2.so.",
  },
  "module/environment": {
    expected: "in the machine file's `env` only settings that the vendor's library itself reads",
    remedy: "Remove the variable: it would change what runs beside the PIN, or write the PIN down.",
  },
  "module/missing": {
    expected: "a readable file where the machine file says that the PKCS#11 module is",
    remedy: "Install the vendor's library, or correct `module` in the machine file.",
  },
  "module/changed": {
    expected: "the PKCS#11 module with the digest that the script pins",
    remedy: "Find out where this file comes from; install the one that was reviewed.",
  },
  "module/not-pkcs11": {
    expected: "a shared library with the function C_GetFunctionList",
    remedy: "Correct `module` in the machine file: this file is no PKCS#11 module, or not for this machine.",
  },
  "module/failed": {
    expected: "a PKCS#11 module that starts",
    remedy:
      "Check `init` and `env` in the machine file, that the vendor's service is running, and that every library that the module needs is installed.",
  },
  "module/crashed": {
    expected: "a PKCS#11 module that answers",
    remedy:
      "Nothing is lost. Try once more; if it happens again, use another device or another module version.",
  },
  "module/hangs": {
    expected: "an answer of the PKCS#11 module in time",
    remedy: "The library was stopped. Unplug the device, plug it in again and try once more.",
  },
  "module/protocol": {
    expected: "an answer of the process that holds the PKCS#11 module in the agreed form",
    remedy: "The module has disturbed its own process: don't use it any further; use another device.",
  },
  "token/closed": {
    expected: "an open token",
    remedy: "Open the token again and log in.",
  },
  "token/absent": {
    expected: "exactly one token with this serial number and label",
    remedy: "Insert the device that the script names, and only that one.",
  },
  "token/ambiguous": {
    expected: "exactly one token with this serial number and label",
    remedy: "Remove every device but the one that the script names.",
  },
  "token/gone": {
    expected: "the token where it was a moment ago",
    remedy: "Put the device back, open it again and log in again. What was under way is made again.",
  },
  "token/device-error": {
    expected: "a working device",
    remedy: "Unplug the device, plug it in again and try once more; then use another device.",
  },
  "token/full": {
    expected: "room for one more key on the token",
    remedy: "Use a device without other keys on it, or initialise this one.",
  },
  "token/read-only": {
    expected: "a token that can be written",
    remedy: "Take the write protection off, or use another device.",
  },
  "token/mechanism-missing": {
    expected: "a token that can do what the key's scheme needs",
    remedy: "Use another scheme or another device for this key, or newer firmware or module.",
  },
  "token/not-initialised": {
    expected: "an initialised token with a user PIN",
    remedy:
      "Let the ceremony provision it (`provision: true` in the script), or initialise it with the vendor's tool.",
  },
  "token/not-blank": {
    expected: "a token that was never initialised: initialising destroys every key on it",
    remedy: "Insert a blank device, or say in the ceremony that this one is to be initialised again.",
  },
  "token/not-erasable": {
    expected: "a blank token: one of this kind can't be initialised again through PKCS#11",
    remedy: "Take a blank one, or remove its data with the vendor's tool.",
  },
  "token/vendor-tool": {
    expected: "a device that this tool can set up through PKCS#11",
    remedy: "Set it up with the vendor's tool before the ceremony.",
  },
  "token/pinpad": {
    expected: "a device that takes its PIN from the keyboard",
    remedy: "Devices with a PIN pad of their own are not supported: use another device.",
  },
  "token/label-too-long": {
    expected: "a token label of 1 to 32 bytes in UTF-8",
    remedy: "Choose a shorter label; letters beyond ASCII count two to four bytes.",
  },
  "token/payload-too-long": {
    expected: "a document that the device takes in one piece",
    remedy:
      "Use ECDSA or RSA for this key, which sign a digest, or another device; or put less into the document.",
  },
  "token/busy": {
    expected: "a token that nobody else is using",
    remedy:
      "End other programs that use the device (gpg-agent, a browser, a vendor's agent), then try again.",
  },
  "token/not-confirmed": {
    expected: "somebody at the device who confirms what it was asked to do",
    remedy: "Try again, and confirm on the device itself while it waits: touch it, or press its button.",
  },
  "token/not-logged-in": {
    expected: "a token that somebody has logged in to",
    remedy: "Log in again with the PIN.",
  },
  "token/argument": {
    expected: "a token that takes this tool's request",
    remedy: "The device and its profile don't match: check `device` in the script, or use another device.",
  },
  "token/unknown-code": {
    expected: "a token that takes this tool's request",
    remedy: "The vendor's documentation explains the number. Try again, then use another device.",
  },
  "token/key-missing": {
    expected: "exactly one key pair under the key's label on the token",
    remedy: "Check that this is the device that the key was made on.",
  },
  "token/key-several": {
    expected: "exactly one key pair under the key's label on the token",
    remedy: "Something else made keys on this device: use another one, or initialise it.",
  },
  "token/id-in-use": {
    expected: "a token on which no other key has the CKA_ID of this one",
    remedy: "Use a token without other keys: on some, a second key with one id destroys the first.",
  },
  "token/key-not-wrappable": {
    expected: "a private key that can leave its token in wrapped form",
    remedy:
      "This key stays where it is. Instead of a copy, give another person a key of their own and raise the number of keys.",
  },
  "token/key-left": {
    expected: "nothing of a key that was destroyed",
    remedy: "The device or its module is faulty: initialise it, or destroy the device.",
  },
  "token/key-other": {
    expected: "the key that the ceremony knows under this label",
    remedy: "Insert the device that the key was made on. Nothing was signed.",
  },
  "token/key-unreadable": {
    expected: "a public key that can be read back from the token",
    remedy: "The device or its module is faulty: use another one.",
  },
  "token/key-exposed": {
    expected: "a private key that the token calls sensitive and not extractable",
    remedy: "Don't use this key. Use another device, or correct the device's profile.",
  },
  "token/signature-bad": {
    expected: "a signature that verifies with the key's public part",
    remedy: "The device or its module is faulty: use another one.",
  },
  "pin/no-terminal": {
    expected: "a terminal to type the PIN on",
    remedy: "Run the command in a terminal; a PIN is never taken from a pipe, a file or an argument.",
  },
  "pin/cancelled": {
    expected: "a PIN",
    remedy: "Nothing was tried on the device. Ask for the PIN again when its holder is ready.",
  },
  "pin/wrong": {
    expected: "the PIN of this token",
    remedy:
      "Check that this is the right device, the right PIN and the right keyboard layout before the second try.",
  },
  "pin/not-accepted": {
    expected: "a PIN as long as the token wants it, in the form that it wants",
    remedy: "Check the PIN's form in the device's documentation.",
  },
  "pin/expired": {
    expected: "a PIN that is still valid",
    remedy: "Set a new PIN with the vendor's tool.",
  },
  "pin/locked": {
    expected: "a PIN that is not locked",
    remedy:
      "Go on without this device. Afterwards its security officer can set a new PIN: tuf-ceremony token unlock, or the vendor's tool.",
  },
  "pin/final-try": {
    expected: "more than one try left for the PIN",
    remedy:
      "This tool never uses up the last try. Go on without this device, or log in once with the vendor's tool to reset the counter.",
  },
  "pin/two-failures": {
    expected: "at most two wrong PINs for a device in one session",
    remedy: "End the session and find the right PIN before the next one, or go on without this device.",
  },
  "pin/unfit": {
    expected: "a PIN that is no factory default, long enough, and no run of signs",
    remedy: "It was not tried on the device. Set another one with the vendor's tool, then try again.",
  },
  "pin/rejected": {
    expected: "a new PIN that meets the rules, typed twice the same",
    remedy:
      "Nothing was set on the device. Think of a PIN first: long enough, no run of equal or consecutive characters, no factory default, and not the security officer's.",
  },
} as const satisfies Readonly<Record<string, Row>>;

/** The remedy after the second wrong PIN of a session; screens know it by this text. */
export const NO_THIRD_PIN =
  "That was the second try: so that nothing locks, the device is asked no third time in this session. Find the right PIN before the next session, or go on without this device.";

export type Situation = keyof typeof SITUATIONS;

export function isSituation(text: string): text is Situation {
  return Object.hasOwn(SITUATIONS, text);
}

/** What the child tells the parent, and what a `TokenFailure` carries inside the child. Never holds a PIN. */
export interface Failure {
  readonly situation: Situation;
  /** What was found, in the tool's own words; names that others chose are already quoted. */
  readonly found: string;
  /** The PKCS#11 function that failed, and its return value, where one did. */
  readonly call?: string | undefined;
  readonly code?: number | undefined;
}

/** Thrown inside the child process; crosses to the parent as its `failure`. */
export class TokenFailure extends Error {
  override readonly name = "TokenFailure";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.situation);
    this.failure = failure;
  }
}

/** The error that people see. `remedy` replaces the table's where somebody knows better (a vendor's command). */
export function describeFailure(failure: Failure, remedy?: string): CeremonyError {
  const row: Row = SITUATIONS[failure.situation];
  const answer =
    failure.code === undefined ? "" : ` (${failure.call ?? "the module"}: ${nameOf(failure.code)})`;
  return new CeremonyError({
    code: failure.situation,
    exit: "device",
    expected: row.expected,
    found: `${failure.found}${answer}`,
    remedy: remedy ?? row.remedy,
  });
}
