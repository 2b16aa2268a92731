import type { DeviceProfile } from "./profile.ts";
import { SCHEMES } from "./schemes.ts";

/** Thales' documents. Ed25519 is not approved in FIPS mode. */
export const LUNA7: DeviceProfile = {
  name: "luna7",
  title: "Luna 7",
  vendor: "Thales",
  evidence: "documented",
  soft: false,
  serial: "printed",
  schemes: SCHEMES,
  maxEd25519Bytes: null,
  attestation: null,
  provisioning: { by: "token", factoryOfficerPin: null, erasable: true },
  generateCommand: null,
  curveSpellings: ["name", "oid"],
  idBytes: 16,
  privateAttributes: {},
  pin: { form: "", tries: "unknown" },
  backup: { by: "vendor-tool", commands: ["lunacm: partition archive backup"] },
};
