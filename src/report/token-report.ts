/** What `token list` and `token inspect` found, ready to be shown or written as JSON. Texts are the devices' own. */
import type { DeviceProfile } from "../ceremony/devices/profile.ts";
import { CeremonyError } from "../errors.ts";
import type { KeyAttributes } from "../keystore/keystore.ts";
import { nameMechanisms } from "../keystore/pkcs11/mechanism-names.ts";
import type { KeySurvey, SurveyedKey, TokenSurvey } from "../keystore/pkcs11/protocol.ts";
import { judgePinState, type PinState, type TokenInfo } from "../keystore/pkcs11/token-info.ts";
import { keyUri, tokenUri } from "../keystore/pkcs11/uri.ts";
import { publicKeyOf, type SurveyedModule } from "../tokens/survey-machine.ts";
import { keyIdOf, keyObject, parseKeyObject } from "../tuf/keys.ts";
import { isSha256Hex, type Scheme, type Sha256Hex } from "../tuf/types.ts";

export interface ModuleReport {
  /** As the machine file calls it. */
  readonly device: string;
  /** Null: no device profile has that name. */
  readonly title: string | null;
  /** Whether this project's tests have one of these. */
  readonly evidence: DeviceProfile["evidence"] | null;
  readonly module: string;
  /** Why nothing is known of its tokens. */
  readonly problem: { readonly code: string; readonly found: string; readonly remedy: string } | null;
  readonly tokens: readonly TokenReport[];
}

export interface TokenReport extends TokenInfo {
  readonly uri: string;
  /** Null: it sees no keys without a PIN. */
  readonly keys: readonly KeyReport[] | null;
  readonly moreKeys: number;
  readonly mechanisms: readonly string[];
  /** With what is known of the device: many set no flags while all is well. */
  readonly userPin: PinState;
  readonly neverLocks: boolean;
}

export interface KeyReport {
  readonly uri: string;
  readonly label: string;
  /** CKA_ID, hex. */
  readonly id: string;
  readonly scheme: Scheme | null;
  /** Null: no key that TUF has a scheme for, or nothing but its private half. */
  readonly keyid: Sha256Hex | null;
  readonly holder: string | null;
  readonly hasPublic: boolean;
  /** What the token says of the private half; null where that does not show. */
  readonly attributes: KeyAttributes | null;
}

/** By the key's material (src/tuf/key-material.ts). */
export type HolderNames = ReadonlyMap<string, string>;

export function reportModule(surveyed: SurveyedModule, names: HolderNames): ModuleReport {
  const { device, profile, module, tokens } = surveyed;
  const isProblem = tokens instanceof CeremonyError;
  return {
    device,
    title: profile?.title ?? null,
    evidence: profile?.evidence ?? null,
    module: module.module,
    problem: isProblem ? { code: tokens.code, found: tokens.found, remedy: tokens.remedy } : null,
    tokens: isProblem ? [] : tokens.map((token) => reportToken(token, profile, names)),
  };
}

export function reportToken(
  { info, mechanisms, keys }: TokenSurvey,
  profile: DeviceProfile | null,
  names: HolderNames,
): TokenReport {
  return {
    uri: tokenUri(info),
    ...info,
    userPin: profile === null ? info.userPin : judgePinState(info.userPin, profile),
    neverLocks: profile?.pin.tries === "never-locks",
    mechanisms: nameMechanisms(mechanisms),
    ...reportKeys(info, keys, names),
  };
}

function reportKeys(
  info: TokenInfo,
  survey: KeySurvey | null,
  names: HolderNames,
): Pick<TokenReport, "keys" | "moreKeys"> {
  if (survey === null) return { keys: null, moreKeys: 0 };
  return { keys: survey.keys.map((key) => reportKey(info, key, names)), moreKeys: survey.more };
}

function reportKey(info: TokenInfo, key: SurveyedKey, names: HolderNames): KeyReport {
  const publicKey = publicKeyOf(key);
  const object = publicKey === null ? null : keyObject(publicKey);
  const keyid = object === null ? "" : keyIdOf(object);
  return {
    uri: keyUri(info, key),
    label: key.label,
    id: key.id,
    scheme: key.scheme,
    keyid: isSha256Hex(keyid) ? keyid : null,
    holder: object === null ? null : (names.get(parseKeyObject(object).material) ?? null),
    hasPublic: key.hasPublic,
    attributes: key.attributes,
  };
}
