/** From a PKCS#11 URI to the one token that it means, whichever module of the machine file has it. */
import { basename } from "node:path";
import { DEVICES } from "../ceremony/devices/index.ts";
import type { DeviceProfile } from "../ceremony/devices/profile.ts";
import { CeremonyError } from "../errors.ts";
import type { ModuleConfig, TokenSurvey } from "../keystore/pkcs11/protocol.ts";
import type { TokenInfo } from "../keystore/pkcs11/token-info.ts";
import { listTokens, surveyTokens } from "../keystore/pkcs11/token-store.ts";
import { attributesBeyondToken, matchToken, type Pkcs11Uri, tokenUri } from "../keystore/pkcs11/uri.ts";
import type { MachineFile, PinnedModules } from "../live/machine-file.ts";
import { quote } from "../tuf/quote.ts";
import { type ModuleAtHand, modulesOf } from "./survey-machine.ts";

export interface TokenAtHand {
  readonly device: string;
  readonly profile: DeviceProfile;
  readonly module: ModuleConfig;
  readonly info: TokenInfo;
}

/** Throws `token/none`, `token/several`, `machine/unknown-device`, `machine/no-module`, and what the modules say. */
export async function findToken(
  machine: MachineFile,
  uri: Pkcs11Uri,
  pins: PinnedModules = new Map(),
): Promise<TokenAtHand> {
  refuseBeyondTokens(uri);
  const modules = modulesOf(machine, pins).filter(({ module }) => isMeant(module, uri));
  if (modules.length === 0) throw noModule(uri);
  const seen: TokenAtHand[] = [];
  for (const at of modules) seen.push(...(await tokensOf(at)));
  const meant = seen.filter(({ info }) => matchToken(uri, info));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only;
  const shown = meant.length > 1 ? meant : seen;
  const found = shown.map(({ info }) => quote(tokenUri(info), 200)).join(", ");
  throw new CeremonyError({
    code: meant.length > 1 ? "token/several" : "token/none",
    exit: "device",
    expected: "exactly one token that the URI means",
    found: found === "" ? "no token at all" : found,
    remedy: "See `tuf-ceremony token list`. Name the token by its serial number, and take the others out.",
  });
}

/** What would silently mean nothing here, whoever wrote it meant something by it. */
function refuseBeyondTokens(uri: Pkcs11Uri): void {
  const beyond = attributesBeyondToken(uri);
  if (uri.pinSource !== undefined)
    throw refuseAttributes("pin-source", "PINs are typed, and read from no file");
  if (beyond.length > 0)
    throw refuseAttributes(
      beyond.join(", "),
      "slots and libraries change their numbers: a token is named by what is in it",
    );
}

function refuseAttributes(names: string, why: string): CeremonyError {
  return new CeremonyError({
    code: "uri/attribute-unused",
    exit: "usage",
    expected:
      "a PKCS#11 URI of token, manufacturer, serial, model, object, id, type, module-name, module-path",
    found: names,
    remedy: `Leave ${names} out (${why}).`,
  });
}

/** One token, once more: in a fresh process, which shows what it has and not what it remembers. */
export async function lookAgain({
  module,
  info,
}: Pick<TokenAtHand, "module" | "info">): Promise<TokenSurvey> {
  const uri = tokenUri(info);
  const same = (await surveyTokens(module)).find((survey) => tokenUri(survey.info) === uri);
  return same ?? { info, mechanisms: [], keys: null };
}

async function tokensOf({ device, module, profile }: ModuleAtHand): Promise<readonly TokenAtHand[]> {
  if (profile === null) {
    throw new CeremonyError({
      code: "machine/unknown-device",
      exit: "usage",
      expected: "under `modules` in the machine file the names of device profiles",
      found: quote(device),
      remedy: `Call it by one of these: ${Array.from(DEVICES.keys()).join(", ")}.`,
    });
  }
  return (await listTokens(module)).map((info) => ({ device, profile, module, info }));
}

function isMeant({ module }: ModuleConfig, { modulePath, moduleName }: Pkcs11Uri): boolean {
  if (modulePath !== undefined && modulePath !== module) return false;
  return moduleName === undefined || bareName(basename(module)) === bareName(moduleName);
}

/** `module-name` goes without what systems put around a library's name, and has no case (RFC 7512 §2.4). */
function bareName(file: string): string {
  return file
    .toLowerCase()
    .replace(/^lib/, "")
    .replace(/\.(?:so(?:\.\d+)*|dylib|dll)$/, "");
}

function noModule({ modulePath, moduleName }: Pkcs11Uri): CeremonyError {
  const named = modulePath ?? moduleName;
  return new CeremonyError({
    code: "machine/no-module",
    exit: "device",
    expected: "a PKCS#11 module under `modules` in the machine file (--machine)",
    found: named === undefined ? "none" : `none that is ${quote(named, 200)}`,
    remedy:
      "Add it to the machine file: `modules: { softhsm: { module: /usr/lib/softhsm/libsofthsm2.so } }`.",
  });
}
