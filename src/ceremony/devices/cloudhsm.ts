import type { DeviceProfile } from "./profile.ts";
import { NO_ED25519 } from "./schemes.ts";

/** AWS's documents, client SDK 5. */
export const CLOUDHSM: DeviceProfile = {
  name: "cloudhsm",
  title: "AWS CloudHSM",
  vendor: "AWS",
  evidence: "documented",
  soft: false,
  serial: "constant",
  schemes: NO_ED25519,
  maxEd25519Bytes: null,
  attestation: null,
  provisioning: { by: "vendor-tool", commands: ["cloudhsm-cli user create --role crypto-user"] },
  generateCommand: null,
  curveSpellings: ["oid"],
  idBytes: 16,
  privateAttributes: {},
  pin: { form: "The crypto user's name, a colon, and its password.", tries: "unknown" },
  backup: { by: "vendor-tool", commands: ["aws cloudhsmv2 describe-backups: the cluster makes them"] },
};
