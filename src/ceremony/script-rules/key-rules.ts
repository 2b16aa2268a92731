/** What each key may be: its device, its scheme, its places in the roles. */
import { DEVICES } from "../devices/index.ts";
import { isInitialisedHere } from "../devices/profile.ts";
import { nearest } from "../nearest.ts";
import type { HsmKey, KeyName, OneTimeKey, ScriptKey, ScriptRole } from "../script.ts";
import type { ScriptDraft } from "../script-draft.ts";
import { checkAttestation } from "./attestation-rules.ts";
import type { Findings } from "./findings.ts";

/** Bytes of a token's label (PKCS#11, C_InitToken); names are ASCII. */
const LONGEST_TOKEN_LABEL = 32;

/** Where a key stands: `roles.root.keys.0`, `roles.bins.hash_bins.keys.0`. */
interface KeyUse {
  readonly path: string;
  readonly role: ScriptRole;
  readonly inBins: boolean;
}

export function checkKeys(draft: ScriptDraft, findings: Findings): void {
  const uses = usesOf(draft, findings);
  checkSerials(draft, findings);
  checkConstantSerials(draft, findings);
  for (const key of draft.keys.values()) {
    const places = uses.get(key.name) ?? [];
    const isLeaving = "keyid" in key && key.keyid !== undefined;
    const allRolesRead = draft.roles.size === draft.declared.roles.size;
    if (places.length === 0 && !isLeaving && allRolesRead) {
      findings.at(`keys.${key.name}`, "keys/unused", { found: `${key.name} in no role` });
    }
    if ("scheme" in key && key.scheme === "ecdsa-sha2-nistp384") {
      findings.at(`keys.${key.name}.scheme`, "keys/p384", { found: "P-384" });
    }
    if (key.store === "hsm") checkDevice(key, places, findings);
    if (key.store === "one-time") checkOneTime(key, places, findings);
    if (key.store === "public") checkOnline(key, places, draft, findings);
  }
}

/** Every use of every key; reports names that refer to nothing and keys that a role names twice. */
function usesOf(draft: ScriptDraft, findings: Findings): ReadonlyMap<KeyName, readonly KeyUse[]> {
  const uses = new Map<KeyName, KeyUse[]>();
  for (const role of draft.roles.values()) {
    const lists = [{ path: `roles.${role.name}.keys`, names: role.keys, inBins: false }];
    if (role.hashBins !== undefined) {
      lists.push({ path: `roles.${role.name}.hash_bins.keys`, names: role.hashBins.keys, inBins: true });
    }
    for (const { path, names, inBins } of lists) {
      for (const [index, name] of names.entries()) {
        const use = { path: `${path}.${index}`, role, inBins };
        if (names.indexOf(name) < index) {
          findings.at(use.path, "keys/twice-in-role", { found: `${name} again` });
        } else if (draft.declared.keys.has(name)) {
          uses.set(name, [...(uses.get(name) ?? []), use]);
        } else {
          const meant = nearest(name, [...draft.declared.keys]);
          findings.at(use.path, "keys/reference", {
            found: `"${name}"`,
            ...(meant === null ? {} : { remedy: `Did you mean "${meant}"?` }),
          });
        }
      }
    }
  }
  return uses;
}

function checkSerials({ keys }: ScriptDraft, findings: Findings): void {
  const seen = new Map<string, KeyName>();
  for (const key of keys.values()) {
    if (key.store !== "hsm") continue;
    const serials = [
      { serial: key.serial, path: `keys.${key.name}.serial` },
      ...key.spares.map((serial, index) => ({ serial, path: `keys.${key.name}.spares.${index}` })),
    ];
    for (const { serial, path } of serials) {
      if (serial === AT_CEREMONY) continue;
      const numbered = `${key.device} ${serial}`;
      const other = seen.get(numbered);
      if (other !== undefined)
        findings.at(path, "keys/serial-twice", { found: `the serial number of ${other}` });
      else seen.set(numbered, key.name);
    }
  }
}

/** Where every token of a kind has the same serial number, nothing tells two of them apart. */
function checkConstantSerials({ keys }: ScriptDraft, findings: Findings): void {
  const seen = new Map<string, KeyName>();
  for (const key of keys.values()) {
    if (key.store !== "hsm" || DEVICES.get(key.device)?.serial !== "constant") continue;
    const other = seen.get(key.device);
    if (other === undefined) seen.set(key.device, key.name);
    else
      findings.at(`keys.${key.name}.device`, "keys/serial-constant", {
        found: `${key.device}, as for ${other}`,
      });
  }
}

/** A soft token's serial is not known in advance; the ceremony binds it when the token is first seen. */
export const AT_CEREMONY = "at-ceremony";

function checkDevice(key: HsmKey, uses: readonly KeyUse[], findings: Findings): void {
  const path = `keys.${key.name}`;
  const device = DEVICES.get(key.device);
  if (device === undefined) {
    const names = [...DEVICES.keys()];
    const meant = nearest(key.device, names);
    findings.at(`${path}.device`, "keys/device", {
      expected: `a device profile: ${names.join(", ")}`,
      found: `"${key.device}"`,
      ...(meant === null ? {} : { remedy: `Did you mean "${meant}"?` }),
    });
    return;
  }
  if (!device.schemes.includes(key.scheme)) {
    findings.at(`${path}.scheme`, "keys/device-scheme", {
      expected: `a scheme that ${device.name} can make: ${device.schemes.join(", ")}`,
      found: key.scheme,
    });
  }
  if (key.provision && !isInitialisedHere(device)) {
    findings.at(`${path}.provision`, "keys/provision", { found: `provision for ${device.name}` });
  }
  if (key.provision && key.name.length > LONGEST_TOKEN_LABEL) {
    findings.at(path, "keys/provision-label", { found: `${key.name.length} characters` });
  }
  if (key.provision && key.keyid !== undefined) {
    findings.at(`${path}.provision`, "keys/provision-existing", { found: `provision for an existing key` });
  }
  if (key.serial === AT_CEREMONY && key.keyid !== undefined) {
    findings.at(`${path}.serial`, "keys/serial-existing", { found: `${AT_CEREMONY} for an existing key` });
  }
  checkAttestation(key, device, findings);
  if (device.soft) return;
  if (key.serial === AT_CEREMONY) {
    findings.at(`${path}.serial`, "keys/serial-at-ceremony", { found: `${AT_CEREMONY} for ${device.name}` });
  }
  const isRootKey = uses.some(({ role }) => role.name === "root");
  if (isRootKey && key.spares.length === 0 && key.keyid === undefined) {
    findings.at(path, "keys/no-spare", { found: "no spare" });
  }
}

function checkOneTime(key: OneTimeKey, uses: readonly KeyUse[], findings: Findings): void {
  for (const { path } of uses.slice(1)) {
    findings.at(path, "keys/one-time-place", { found: `${key.name} in a second place` });
  }
  if (key.keyid !== undefined) return checkEnded(key, uses, findings);
  for (const { path, role, inBins } of uses) {
    if (role.name === "root")
      findings.at(path, "keys/one-time-root", { found: `the one-time key ${key.name}` });
    else if (inBins || role.expires === undefined) {
      findings.at(path, "keys/one-time-signs", {
        found: `${key.name} in ${inBins ? "the bins" : role.name}, which nobody signs here`,
      });
    }
  }
}

/** It can be named as long as its document stays; where a document is signed, it would be a signer that can't sign. */
function checkEnded(key: OneTimeKey, uses: readonly KeyUse[], findings: Findings): void {
  for (const { path, role } of uses) {
    if (role.expires !== undefined) {
      findings.at(path, "keys/one-time-ended", {
        found: `${key.name} in ${role.name}, which is signed here`,
      });
    }
  }
}

function checkOnline(
  key: ScriptKey,
  uses: readonly KeyUse[],
  { profile }: ScriptDraft,
  findings: Findings,
): void {
  for (const { path, role, inBins } of uses) {
    const isOffline = role.name === "root" || role.name === "targets" || role.expires !== undefined;
    if (inBins || !isOffline) continue;
    const isRefused = profile !== "tuf" || role.name === "root" || role.name === "targets";
    if (isRefused)
      findings.at(path, "keys/online-role", { found: `the online key ${key.name} in ${role.name}` });
  }
}
