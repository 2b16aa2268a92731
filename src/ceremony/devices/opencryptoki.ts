import type { DeviceProfile } from "./profile.ts";

/** openCryptoki 3.8.1, software token. */
export const OPENCRYPTOKI: DeviceProfile = {
  name: "opencryptoki",
  title: "openCryptoki's software token",
  vendor: "openCryptoki",
  evidence: "tested",
  soft: true,
  serial: "constant",
  schemes: ["rsassa-pss-sha256"],
  maxEd25519Bytes: null,
  attestation: null,
  provisioning: { by: "token", factoryOfficerPin: "87654321", erasable: false },
  generateCommand: null,
  curveSpellings: ["oid"],
  idBytes: 16,
  privateAttributes: {},
  pin: { form: "4 to 8 characters.", tries: "reported" },
  backup: { by: "none" },
};
