import type { DeviceProfile } from "./profile.ts";
import { SCHEMES } from "./schemes.ts";

/** Yubico's documents and the sources of ykcs11. CKA_ID 2 is slot 9c. */
export const YUBIKEY: DeviceProfile = {
  name: "yubikey",
  title: "YubiKey (PIV)",
  vendor: "Yubico",
  evidence: "documented",
  soft: false,
  serial: "printed",
  schemes: SCHEMES,
  maxEd25519Bytes: 3072,
  // YSA-2024-03 (EUCLEAK) is mended in 5.7.0.
  attestation: {
    format: "piv",
    leastFirmware: "5.7.0",
    onToken: true,
    commands: ["ykman piv keys attest 9c key.pem", "ykman piv certificates export f9 device.pem"],
  },
  provisioning: {
    by: "vendor-tool",
    commands: ["ykman piv access change-management-key --generate --protect", "ykman piv access change-pin"],
  },
  generateCommand: "ykman piv keys generate --algorithm ECCP256 9c public.pem, and enrol that key",
  curveSpellings: ["name", "oid"],
  idBytes: 1,
  privateAttributes: {},
  pin: { form: "The PIV PIN, 6 to 8 characters.", tries: "unknown" },
  backup: { by: "none" },
};
