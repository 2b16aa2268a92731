import type { DeviceProfile } from "./profile.ts";
import { NO_ED25519 } from "./schemes.ts";

/** Nitrokey's documents and the sources of OpenSC. */
export const NITROKEY_HSM2: DeviceProfile = {
  name: "nitrokey-hsm2",
  title: "Nitrokey HSM 2",
  vendor: "Nitrokey",
  evidence: "documented",
  soft: false,
  serial: "printed",
  schemes: NO_ED25519,
  maxEd25519Bytes: null,
  attestation: null,
  provisioning: { by: "token", factoryOfficerPin: null, erasable: true },
  generateCommand: null,
  curveSpellings: ["oid"],
  idBytes: 16,
  privateAttributes: {},
  pin: { form: "The user PIN, 6 to 15 digits.", tries: "reported" },
  backup: {
    by: "vendor-tool",
    commands: ["sc-hsm-tool --create-dkek-share", "sc-hsm-tool --wrap-key", "sc-hsm-tool --unwrap-key"],
  },
};
