/** The key of a holder elsewhere: in an age file, or in a PKCS#11 token. Its secret is asked for in the key's own process. */
import { Buffer } from "node:buffer";
import { DEVICES } from "../ceremony/devices/index.ts";
import { CeremonyError } from "../errors.ts";
import { signWithAgeFile } from "../keystore/age-file.ts";
import type { SignRequest } from "../keystore/keystore.ts";
import { PinFailures } from "../keystore/pkcs11/pin-source.ts";
import { SEALED_BEGINNING } from "../keystore/sealed-beginning.ts";
import { readMachineFile } from "../live/machine-file.ts";
import { pinPrompt } from "../live/secret-prompts.ts";
import { TokenBench } from "../live/token-bench.ts";
import { quote } from "../tuf/quote.ts";
import type { HolderTerminal } from "./holder-terminal.ts";
import { readOwnFile } from "./own-file.ts";

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

/** Far more than a key under a passphrase takes. */
const MAX_KEY_FILE_BYTES = 64 * 1024;

/**
 * What can be known of the key before anything is shown or written down: the file is there and is an age file with a
 * passphrase. (A token was looked for by whoever named it.) Throws `holder/no-key-file`.
 */
export async function requireKeyAtHand(key: HolderKey): Promise<void> {
  if (key.kind === "token") return;
  const bytes = await readOwnFile(key.path, MAX_KEY_FILE_BYTES, "your key's file");
  if (bytes !== null && Buffer.from(bytes).toString("latin1").startsWith(SEALED_BEGINNING)) return;
  throw new CeremonyError({
    code: "holder/no-key-file",
    exit: "device",
    expected: "the file with your key: an age file with a passphrase, NAME.age",
    found: `${quote(key.path, 200)}: ${bytes === null ? "no such file" : "something else, or a damaged file"}`,
    remedy: "Insert the medium, name the file on it, or take your other copy. Nothing was written down yet.",
  });
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
