/**
 * What is known about kinds of devices before one is plugged in: what they can make and how much they take at once.
 *
 * Sources: the vendors' documents and firmware sources, and for the soft tokens our own measurements
 * (docs/administrator.md). What a template looks like is the PKCS#11 driver's matter.
 */
import { SCHEMES, type Scheme } from "../tuf/types.ts";

export interface DeviceKind {
  /** As in a script's `device:` and in the machine file. */
  readonly name: string;
  /** Devices of one vendor can have one flaw in common. */
  readonly vendor: string;
  /** A soft token gets a new serial number whenever it is initialised. */
  readonly soft: boolean;
  readonly schemes: readonly Scheme[];
  /** C_InitToken and C_InitPIN work. */
  readonly initialises: boolean;
  readonly attests: boolean;
  /** The largest message that it signs with Ed25519, which signs whole messages; null: no limit known. */
  readonly maxEd25519Bytes: number | null;
}

const NO_ED25519: readonly Scheme[] = SCHEMES.filter((scheme) => scheme !== "ed25519");

const kind = (
  name: string,
  vendor: string,
  differences: Partial<Omit<DeviceKind, "name" | "vendor">> = {},
): DeviceKind => ({
  name,
  vendor,
  soft: false,
  schemes: SCHEMES,
  initialises: true,
  attests: false,
  maxEd25519Bytes: null,
  ...differences,
});

export const DEVICE_KINDS: ReadonlyMap<string, DeviceKind> = new Map(
  [
    kind("softhsm", "SoftHSM", { soft: true }),
    kind("nss", "NSS", { soft: true, schemes: NO_ED25519, initialises: false }),
    kind("tpm2", "TPM 2.0", { schemes: NO_ED25519 }),
    kind("yubihsm2", "Yubico", { initialises: false, attests: true, maxEd25519Bytes: 3134 }),
    kind("yubikey", "Yubico", { initialises: false, attests: true, maxEd25519Bytes: 3072 }),
    kind("nitrokey-hsm2", "Nitrokey", { schemes: NO_ED25519 }),
    kind("smartcard-hsm", "CardContact", { schemes: NO_ED25519 }),
    kind("luna7", "Thales"),
  ].map((device) => [device.name, device]),
);
