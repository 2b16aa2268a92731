/** `--token`: a holder's own token, and the key in it, by a PKCS#11 URI. */
import type { HolderToken } from "../exchange/holder-key.ts";
import { parsePkcs11Uri } from "../keystore/pkcs11/uri.ts";
import { type PinnedModules, readMachineFile } from "../live/machine-file.ts";
import { findToken } from "../tokens/find-token.ts";
import { requireOption } from "./options.ts";

export interface NamedToken {
  readonly token: HolderToken;
  /** The key's label, where the URI says one. */
  readonly object: string | undefined;
}

/** Throws `uri/…`, and what `findToken` throws. */
export async function findHolderToken(
  text: string,
  machine: string | undefined,
  pins: PinnedModules = new Map(),
): Promise<NamedToken> {
  const path = requireOption("--machine", machine, "the machine file, which has the token's module");
  const uri = parsePkcs11Uri(text);
  const { device, info } = await findToken(readMachineFile(path), uri, pins);
  const token = { device, serial: info.serial, machine: path, pinned: pins.get(device) };
  return { token, object: uri.object };
}
