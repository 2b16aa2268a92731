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
  attests: true,
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
