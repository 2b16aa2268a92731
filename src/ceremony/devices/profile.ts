/**
 * What is known about a kind of device, as data: what scripts may ask of it, how the PKCS#11 driver talks to it, and what
 * people are told. One file for each kind beside this one.
 */
import type { Scheme } from "../../tuf/types.ts";

/** How Ed25519's EC_PARAMS are written: PrintableString `edwards25519` (PKCS#11 3.0 §2.3.5), or the OID (RFC 8410). */
export type CurveSpelling = "name" | "oid";

export interface DeviceProfile {
  /** As in a script's `device:` and in the machine file. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Devices of one vendor can have one flaw in common. */
  readonly vendor: string;
  /** `tested`: our tests make and use keys on one. `documented`: the vendor's documents and sources, and no device at hand. */
  readonly evidence: "tested" | "documented";
  /** Keys in files of this machine, not in a device that somebody can hold. */
  readonly soft: boolean;
  /**
   * `printed`: on the device, and for ever. `changing`: a new one whenever the token is initialised. `constant`: the same
   * on every token of this kind, so that it tells nothing.
   */
  readonly serial: "printed" | "changing" | "constant";
  readonly schemes: readonly Scheme[];
  /** The largest message that it signs with Ed25519, which signs whole messages; null: no limit known. */
  readonly maxEd25519Bytes: number | null;
  /** Null: it can't say where a key was made. */
  readonly attestation: AttestationProfile | null;
  readonly provisioning: Provisioning;
  /** Null: by whoever is logged in as the user. Else the vendor's command that makes keys. */
  readonly generateCommand: string | null;
  /** Tried in this order; the next one only where the token refuses the curve. */
  readonly curveSpellings: readonly CurveSpelling[];
  /** Length of the CKA_ID that a new key gets. */
  readonly idBytes: number;
  /** Attributes of the private key that this device wants besides the common ones. */
  readonly privateAttributes: Readonly<Partial<Record<PrivateAttribute, boolean>>>;
  readonly pin: {
    /** Said beside the prompt. Empty: nothing but the lengths that the token tells. */
    readonly form: string;
    /** `reported`: no warning flag means that all is well. `never-locks`: any number of tries. `unknown`: flags may lack. */
    readonly tries: "reported" | "never-locks" | "unknown";
  };
  readonly backup: Backup;
}

/** How the maker vouches for keys that the device made. */
export interface AttestationProfile {
  readonly format: "yubihsm" | "piv";
  /** Older firmware is known to leak keys: no script can go below it. */
  readonly leastFirmware: string;
  /** Whether its PKCS#11 module has the certificates; otherwise they come as files. */
  readonly onToken: boolean;
  /** What makes the files. */
  readonly commands: readonly string[];
}

type PrivateAttribute = "CKA_MODIFIABLE" | "CKA_COPYABLE" | "CKA_DESTROYABLE" | "CKA_ALWAYS_AUTHENTICATE";

/** How a blank one becomes one with a label and PINs. */
export type Provisioning =
  | {
      /** C_InitToken and C_InitPIN. */
      readonly by: "token";
      /** A blank one may have a security officer's PIN already, which is printed in its manual. */
      readonly factoryOfficerPin: string | null;
      /** Whether C_InitToken works on one that is initialised, too. */
      readonly erasable: boolean;
    }
  /** C_InitPIN alone, by an officer without a PIN; there is no label to set. */
  | { readonly by: "user-pin" }
  | { readonly by: "vendor-tool"; readonly commands: readonly string[] };

/** How a key comes to a second device. */
export type Backup =
  /** Wrapped by an AES key that both tokens hold (CKM_AES_KEY_WRAP_PAD or CKM_AES_KEY_WRAP), for these schemes. */
  | { readonly by: "aes-key-wrap"; readonly schemes: readonly Scheme[] }
  | { readonly by: "vendor-tool"; readonly commands: readonly string[] }
  | { readonly by: "none" };

export function isInitialisedHere({ provisioning }: DeviceProfile): boolean {
  return provisioning.by !== "vendor-tool";
}
