import { SCHEMES } from "../../tuf/types.ts";
import type { DeviceProfile } from "./profile.ts";

/** SoftHSM 2.6.1, by our own tests. */
export const SOFTHSM: DeviceProfile = {
  name: "softhsm",
  title: "SoftHSM",
  vendor: "SoftHSM",
  evidence: "tested",
  soft: true,
  serial: "changing",
  schemes: SCHEMES,
  maxEd25519Bytes: null,
  attestation: null,
  provisioning: { by: "token", factoryOfficerPin: null, erasable: true },
  generateCommand: null,
  curveSpellings: ["name", "oid"],
  idBytes: 16,
  privateAttributes: {},
  pin: { form: "", tries: "never-locks" },
  // CKM_AES_KEY_WRAP of an Ed25519 key is CKR_KEY_NOT_WRAPPABLE.
  backup: {
    by: "aes-key-wrap",
    schemes: ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "rsassa-pss-sha256"],
  },
};
