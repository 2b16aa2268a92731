import type { DeviceProfile } from "./profile.ts";
import { NO_ED25519 } from "./schemes.ts";

/** tpm2-pkcs11 1.9 on swtpm. Keys are bound to the TPM that made them. */
export const TPM2: DeviceProfile = {
  name: "tpm2",
  title: "TPM 2.0",
  vendor: "TPM 2.0",
  evidence: "tested",
  soft: false,
  serial: "constant",
  schemes: NO_ED25519,
  maxEd25519Bytes: null,
  attestation: null,
  provisioning: { by: "token", factoryOfficerPin: null, erasable: false },
  generateCommand: null,
  curveSpellings: ["oid"],
  idBytes: 16,
  privateAttributes: {},
  pin: { form: "", tries: "unknown" },
  backup: { by: "none" },
};
