/** What is plugged in: every module of the machine file, every token of it, and the keys that show. */
import { DEVICES } from "../ceremony/devices/index.ts";
import type { DeviceProfile } from "../ceremony/devices/profile.ts";
import { CeremonyError } from "../errors.ts";
import { readMaterial } from "../keystore/pkcs11/key-forms.ts";
import type { ModuleConfig, SurveyedKey, TokenSurvey } from "../keystore/pkcs11/protocol.ts";
import { surveyTokens } from "../keystore/pkcs11/token-store.ts";
import type { MachineFile, PinnedModules } from "../live/machine-file.ts";
import { publicKeyFromMaterial } from "../tuf/public-keys.ts";
import type { PublicKey } from "../tuf/types.ts";

export interface ModuleAtHand {
  /** As the machine file calls it. */
  readonly device: string;
  readonly module: ModuleConfig;
  /** Null: a name that is no device's. */
  readonly profile: DeviceProfile | null;
}

export interface SurveyedModule extends ModuleAtHand {
  /** A module that did not answer: why. */
  readonly tokens: readonly TokenSurvey[] | CeremonyError;
}

export function modulesOf(machine: MachineFile, pins: PinnedModules = new Map()): readonly ModuleAtHand[] {
  return Array.from(machine.modules, ([device, module]) => ({
    device,
    module: { ...module, sha256: pins.get(device) },
    profile: DEVICES.get(device) ?? null,
  }));
}

/** One module after the other: two of them may be talking to one device. */
export async function surveyModules(modules: readonly ModuleAtHand[]): Promise<readonly SurveyedModule[]> {
  const surveyed: SurveyedModule[] = [];
  for (const at of modules) surveyed.push({ ...at, tokens: await survey(at.module) });
  return surveyed;
}

/** Null where the numbers are no key of the scheme that a ceremony would take. */
export function publicKeyOf({ scheme, material }: SurveyedKey): PublicKey | null {
  if (scheme === null || material === null) return null;
  const read = readMaterial(scheme, material);
  if (read === null) return null;
  try {
    return publicKeyFromMaterial(read, scheme);
  } catch (error) {
    if (error instanceof CeremonyError && error.code === "key/unfit") return null;
    throw error;
  }
}

async function survey(module: ModuleConfig): Promise<readonly TokenSurvey[] | CeremonyError> {
  try {
    return await surveyTokens(module);
  } catch (error) {
    if (error instanceof CeremonyError) return error;
    throw error;
  }
}
