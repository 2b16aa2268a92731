import type { DeviceProfile } from "./profile.ts";
import { NO_ED25519 } from "./schemes.ts";

/** NSS 3.87 (libsoftokn3.so). It calls its keys not LOCAL, and reusing a CKA_ID destroys the older key. */
export const NSS: DeviceProfile = {
  name: "nss",
  title: "NSS softokn",
  vendor: "NSS",
  evidence: "tested",
  soft: true,
  serial: "constant",
  schemes: NO_ED25519,
  maxEd25519Bytes: null,
  attestation: null,
  provisioning: { by: "user-pin" },
  generateCommand: null,
  curveSpellings: ["oid"],
  idBytes: 16,
  privateAttributes: {},
  pin: { form: "", tries: "never-locks" },
  backup: { by: "none" },
};
