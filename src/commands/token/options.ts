/** What the commands about tokens share. */
import { HolderTerminal } from "../../exchange/holder-terminal.ts";
import { type Pkcs11Uri, parsePkcs11Uri } from "../../keystore/pkcs11/uri.ts";
import { readMachineFile } from "../../live/machine-file.ts";
import type { HolderNames } from "../../report/token-report.ts";
import { findToken, type TokenAtHand } from "../../tokens/find-token.ts";
import type { CliContext } from "../context.ts";

export const TOKEN_ARGUMENT = [
  "<token>",
  'a PKCS#11 URI: "pkcs11:serial=0013200461" (tuf-ceremony token list)',
] as const;
export const MACHINE_OPTION = [
  "--machine <file>",
  "the machine file: which PKCS#11 modules there are",
] as const;

/** Only `--ceremony` needs a ceremony's whole transcript. */
export async function holderNames(ceremony: string | undefined): Promise<HolderNames> {
  if (ceremony === undefined) return new Map();
  const { signerNames } = await import("../../audit/signer-names.ts");
  return signerNames(ceremony);
}

export async function tokenFromOptions(
  text: string,
  machine: string,
): Promise<{ readonly uri: Pkcs11Uri; readonly token: TokenAtHand }> {
  const uri = parsePkcs11Uri(text);
  return { uri, token: await findToken(readMachineFile(machine), uri) };
}

/** Takes the terminal for one piece of work, with the token's name above it, and gives it back. */
export async function atTerminal<Result>(
  { profile, info }: TokenAtHand,
  { json }: CliContext,
  work: (terminal: HolderTerminal) => Promise<Result>,
): Promise<Result> {
  const name = info.label === "" ? info.serial : info.label;
  const terminal = new HolderTerminal(`${profile.title} ${name}`.trim(), "Whoever has the device", json);
  try {
    return await work(terminal);
  } finally {
    terminal.close();
  }
}

export const KEY_ARGUMENT = [
  "<key>",
  'a PKCS#11 URI of a key: "pkcs11:serial=0013200461;object=root-ada" (tuf-ceremony token inspect --login)',
] as const;
