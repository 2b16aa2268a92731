/** What a script says about the attestation of a key that a device makes. */
import { isOlder } from "../attestation/firmware.ts";
import { SHIPPED_ROOTS } from "../attestation/roots.ts";
import type { DeviceProfile } from "../devices/profile.ts";
import type { AttestationRequirement, HsmKey } from "../script.ts";
import type { Findings } from "./findings.ts";

export function checkAttestation(key: HsmKey, device: DeviceProfile, findings: Findings): void {
  const path = `keys.${key.name}`;
  const { attestation } = key;
  if (attestation === null) {
    if (key.keyid === undefined)
      findings.at(path, "keys/attestation-open", { found: "nothing about attestation" });
    return;
  }
  if (attestation === "waived") return;
  if (device.attestation === null)
    return findings.at(`${path}.attestation`, "keys/attestation", { found: `attestation of ${device.name}` });
  if (key.keyid !== undefined)
    return findings.at(`${path}.attestation`, "keys/attestation-existing", {
      found: "attestation of an existing key",
    });
  checkRequirement(attestation, device.attestation, device.name, `${path}.attestation`, findings);
}

function checkRequirement(
  { roots, firmware, domains, pin, touch }: AttestationRequirement,
  { format, leastFirmware }: NonNullable<DeviceProfile["attestation"]>,
  device: string,
  path: string,
  findings: Findings,
): void {
  for (const [index, root] of roots.entries()) {
    if (SHIPPED_ROOTS.some(({ sha256 }) => sha256 === root)) continue;
    findings.at(`${path}.roots.${index}`, "keys/attestation-root", { found: root });
  }
  if (firmware !== null && isOlder(firmware, leastFirmware)) {
    findings.at(`${path}.firmware`, "keys/attestation-firmware", {
      expected: `at least ${leastFirmware} of a ${device}`,
      found: firmware,
    });
  }
  const others = format === "yubihsm" ? { pin, touch } : { domains };
  for (const [field, value] of Object.entries(others)) {
    if (value !== null)
      findings.at(`${path}.${field}`, "keys/attestation-field", { found: `${field} of ${device}` });
  }
}
