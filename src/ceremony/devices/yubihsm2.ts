import type { DeviceProfile } from "./profile.ts";
import { SCHEMES } from "./schemes.ts";

/** Yubico's documents and the sources of yubihsm_pkcs11. The OID of Ed25519 gives it CKR_CURVE_NOT_SUPPORTED; CKA_ID is the object id. */
export const YUBIHSM2: DeviceProfile = {
  name: "yubihsm2",
  title: "YubiHSM 2",
  vendor: "Yubico",
  evidence: "documented",
  soft: false,
  serial: "printed",
  schemes: SCHEMES,
  maxEd25519Bytes: 3134,
  // YSA-2024-03 (EUCLEAK) is mended in 2.4.0.
  attestation: {
    format: "yubihsm",
    leastFirmware: "2.4.0",
    onToken: false,
    commands: [
      "yubihsm-shell -a sign-attestation-certificate -i ID --attestation-id 0 --outformat PEM --out key.pem",
      "yubihsm-shell -a get-opaque -i 0 --outformat PEM --out device.pem",
    ],
  },
  provisioning: {
    by: "vendor-tool",
    commands: ["yubihsm-shell -a reset", "yubihsm-shell -a put-authentication-key"],
  },
  generateCommand: null,
  curveSpellings: ["name"],
  idBytes: 2,
  privateAttributes: { CKA_MODIFIABLE: false, CKA_COPYABLE: false, CKA_DESTROYABLE: true },
  pin: {
    form: "4 hex digits of the authentication key's id, then its password of 8 to 64 characters.",
    tries: "unknown",
  },
  backup: { by: "vendor-tool", commands: ["yubihsm-shell -a get-wrapped", "yubihsm-shell -a put-wrapped"] },
};
