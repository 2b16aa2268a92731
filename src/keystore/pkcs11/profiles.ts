/**
 * How to talk to each kind of device, as data: templates, spellings, PINs. What a device can make and how much it
 * takes at once is in ceremony/devices.ts, which rules look at before a device is plugged in.
 *
 * Facts are the vendors' documents and sources; only where `tested` is true was a key made and used by our tests.
 */
import { DEVICE_KINDS } from "../../ceremony/devices.ts";
import type { Scheme } from "../../tuf/types.ts";
import { Attribute } from "./cryptoki.ts";

/** How Ed25519's EC_PARAMS are written: PrintableString `edwards25519`, or the object identifier (RFC 8410). */
export type CurveSpelling = "name" | "oid";

interface Extra {
  readonly type: number;
  readonly value: boolean;
}

export interface DeviceProfile {
  /** What the script's `device:` says. */
  readonly device: string;
  readonly tested: boolean;
  readonly schemes: readonly Scheme[];
  /** Tried in this order; the next one only where the token refuses the curve. */
  readonly curveSpellings: readonly CurveSpelling[];
  /** Length of the CKA_ID that a new key gets. */
  readonly idBytes: number;
  /** Attributes of the private key that this device wants besides the common ones. */
  readonly privateExtras: readonly Extra[];
  /** Ed25519 signs the document itself: the most bytes that the device takes. Null: no limit known. */
  readonly maxEd25519Bytes: number | null;
  /** Said beside the PIN prompt: the PIN's form. */
  readonly pinHint: string;
  /** `reported`: no warning flag means that all is well. `never-locks`: any number of tries. `unknown`: flags may lack. */
  readonly pinTries: "reported" | "never-locks" | "unknown";
  /** Null: through PKCS#11. Else the vendor's command that does it. */
  readonly provisionCommand: string | null;
  readonly generateCommand: string | null;
}

type Particulars = Partial<Omit<DeviceProfile, "device" | "schemes" | "maxEd25519Bytes">>;

const PARTICULARS: ReadonlyMap<string, Particulars> = new Map<string, Particulars>([
  ["softhsm", { tested: true, pinTries: "never-locks" }],
  ["nss", { pinTries: "never-locks" }],
  [
    "yubihsm2",
    {
      curveSpellings: ["name"], // the identifier gives CKR_CURVE_NOT_SUPPORTED
      idBytes: 2, // the object id
      privateExtras: [
        { type: Attribute.modifiable, value: false },
        { type: Attribute.copyable, value: false },
        { type: Attribute.destroyable, value: true },
      ],
      pinHint: "4 hex digits of the authentication key's id, then its password of 8 to 64 characters.",
      provisionCommand: "yubihsm-shell -a reset, then yubihsm-shell -a put-authentication-key",
    },
  ],
  [
    "yubikey",
    {
      idBytes: 1,
      pinHint: "The PIV PIN, 6 to 8 characters.",
      provisionCommand:
        "ykman piv access change-management-key --generate --protect, then ykman piv access change-pin",
      generateCommand: "ykman piv keys generate --algorithm ECCP256 9c public.pem, and enrol that key",
    },
  ],
  ["nitrokey-hsm2", { pinHint: "The user PIN, 6 to 15 digits.", pinTries: "reported" }],
  ["smartcard-hsm", { pinHint: "The user PIN, 6 to 15 digits.", pinTries: "reported" }],
]);

/** Undefined for a name that is no device's; a script with one is refused when it is read. */
export function findProfile(device: string): DeviceProfile | undefined {
  const kind = DEVICE_KINDS.get(device);
  if (kind === undefined) return undefined;
  return {
    device,
    tested: false,
    schemes: kind.schemes,
    curveSpellings: ["name", "oid"],
    idBytes: 16,
    privateExtras: [],
    maxEd25519Bytes: kind.maxEd25519Bytes,
    pinHint: "",
    pinTries: "unknown",
    provisionCommand: kind.initialises ? null : "the vendor's initialisation tool",
    generateCommand: null,
    ...PARTICULARS.get(device),
  };
}
