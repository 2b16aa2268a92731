/** What a token says of itself, in our words. Everything textual is the device's own and shown only escaped. */
import { Buffer } from "node:buffer";
import type { DeviceProfile } from "../../ceremony/devices/profile.ts";
import type { RawTokenInfo } from "./addon.ts";
import { TokenFlag } from "./cryptoki.ts";

/** How many tries are left for a PIN. `final`: exactly one, which this tool leaves alone. */
export type PinState = "ok" | "low" | "final" | "locked" | "unknown";

export interface TokenInfo {
  /** Empty for a token that was never initialised, if it has none of its own. */
  readonly serial: string;
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  /** `major.minor` */
  readonly firmware: string;
  readonly initialised: boolean;
  readonly userPinInitialised: boolean;
  readonly writeProtected: boolean;
  /** The device wants its PIN on a keypad of its own. */
  readonly pinpad: boolean;
  /** Out of the flags alone, so never `ok`: a token that sets no flags may just not count. */
  readonly userPin: PinState;
  readonly officerPin: PinState;
  /** Lengths in bytes. */
  readonly minPinBytes: number;
  readonly maxPinBytes: number;
}

export function readTokenInfo(raw: RawTokenInfo): TokenInfo {
  const has = (flag: number) => (raw.flags & flag) !== 0;
  const initialised = has(TokenFlag.tokenInitialised);
  return {
    serial: trimPadding(raw.serialNumber),
    label: trimPadding(raw.label),
    manufacturer: trimPadding(raw.manufacturerID),
    model: trimPadding(raw.model),
    firmware: `${raw.firmwareVersion.major}.${raw.firmwareVersion.minor}`,
    initialised,
    userPinInitialised: has(TokenFlag.userPinInitialised),
    writeProtected: has(TokenFlag.writeProtected),
    pinpad: has(TokenFlag.protectedAuthenticationPath),
    // A blank token has no PINs; SoftHSM sets flags for them nevertheless.
    userPin: initialised
      ? pinStateOf(
          has(TokenFlag.userPinCountLow),
          has(TokenFlag.userPinFinalTry),
          has(TokenFlag.userPinLocked),
        )
      : "unknown",
    officerPin: initialised
      ? pinStateOf(
          has(TokenFlag.officerPinCountLow),
          has(TokenFlag.officerPinFinalTry),
          has(TokenFlag.officerPinLocked),
        )
      : "unknown",
    minPinBytes: raw.minPinLen,
    maxPinBytes: raw.maxPinLen,
  };
}

/** Some modules have a token besides that only calculates, and that nobody can log in to. */
export function canHoldKeys({ initialised, userPinInitialised, writeProtected }: TokenInfo): boolean {
  return !(initialised && writeProtected && !userPinInitialised);
}

/** What the flags leave open, the device's profile may know. */
export function judgePinState(reported: PinState, profile: DeviceProfile): PinState {
  return reported === "unknown" && profile.pin.tries !== "unknown" ? "ok" : reported;
}

/** A token label as C_InitToken reads it: exactly 32 bytes of UTF-8, padded with blanks. Null: it does not fit. */
export function padLabel(label: string): string | null {
  const bytes = Buffer.byteLength(label, "utf8");
  const isPlain = label.isWellFormed() && !/\p{Cc}/u.test(label) && label.trim() === label;
  return bytes >= 1 && bytes <= 32 && isPlain ? label + " ".repeat(32 - bytes) : null;
}

function pinStateOf(low: boolean, final: boolean, locked: boolean): PinState {
  if (locked) return "locked";
  if (final) return "final";
  return low ? "low" : "unknown";
}

/** Some modules pad with blanks, some end with NUL and leave rubbish behind it. */
function trimPadding(text: string): string {
  const end = text.indexOf("\0");
  return (end === -1 ? text : text.slice(0, end)).trimEnd();
}
