/** The key of a holder elsewhere: in an age file, or in a PKCS#11 token. Its secret is asked for in the key's own process. */

import { DEVICES } from "../ceremony/devices/index.ts";
import { CeremonyError } from "../errors.ts";
import { signWithAgeFile } from "../keystore/age-file.ts";
import type { SignRequest } from "../keystore/keystore.ts";
import { PinFailures } from "../keystore/pkcs11/pin-source.ts";
import { readMachineFile } from "../live/machine-file.ts";
import { pinPrompt } from "../live/secret-prompts.ts";
import { TokenBench } from "../live/token-bench.ts";
import { quote } from "../tuf/quote.ts";
import type { HolderTerminal } from "./holder-terminal.ts";

export type HolderKey =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "token"; readonly token: HolderToken };

export interface HolderToken {
  /** A device profile: `yubihsm2`, `softhsm` …. */
  readonly device: string;
  readonly serial: string;
  /** Path of the machine file, which has the device's module. */
  readonly machine: string;
  /** SHA-256 of the module, where the script pins it. */
  readonly pinned: string | undefined;
}

/** Asks for the passphrase or PIN and signs one document. Answers lower-case hex. */
export async function signWithHolderKey(
  holderKey: HolderKey,
  request: SignRequest,
  terminal: HolderTerminal,
): Promise<string> {
  const { key, publicKey, payload } = request;
  if (holderKey.kind === "file") {
    const { path } = holderKey;
    const passphrase = { kind: "terminal", terminal: terminal.lent } as const;
    return await terminal.lend(`The passphrase of ${key}`, ENTRY_LINES, () =>
      signWithAgeFile({ path, key, publicKey, payload, passphrase }),
    );
  }
  return await withToken(key, holderKey.token, terminal, (bench) => bench.sign(request));
}

/** Finds exactly this token, asks for its PIN, and lets go of it whatever comes of the work. */
export async function withToken<Result>(
  key: string,
  { device, serial, machine, pinned }: HolderToken,
  terminal: HolderTerminal,
  work: (bench: TokenBench) => Promise<Result>,
): Promise<Result> {
  if (!DEVICES.has(device)) throw unknownDevice(device);
  const pin = { kind: "terminal", prompt: pinPrompt, ...terminal.lent } as const;
  const bench = new TokenBench({ machine: readMachineFile(machine), pin, pinFailures: new PinFailures() });
  try {
    await bench.find({ key, device, serial, blank: false, notThese: [] }, pinned);
    await terminal.lend(`The PIN of the token for ${key}`, ENTRY_LINES, () =>
      bench.login({ device, serial }, pinned),
    );
    return await work(bench);
  } finally {
    await bench.close();
  }
}

export const ENTRY_LINES: readonly string[] = [
  "Nothing that you type is shown. It stays in the process that uses the key,",
  "which ends right after.",
];

function unknownDevice(device: string): CeremonyError {
  return new CeremonyError({
    code: "exchange/device",
    exit: "usage",
    expected: "the name of a device profile",
    found: quote(device),
    remedy: "Use the name that a script uses for such a device, for example yubihsm2 or softhsm.",
  });
}
