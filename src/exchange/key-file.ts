/** What a holder does with their own key file: try it, copy it to another medium, give it another passphrase. */
import { randomBytes } from "node:crypto";
import { basename, extname } from "node:path";
import { possessionMessage } from "../ceremony/possession.ts";
import { type AgeCopies, copyAgeFile, resealAgeFile } from "../keystore/age-copies.ts";
import { proveWithAgeFile } from "../keystore/age-file.ts";
import { SCRYPT_WORK_FACTOR } from "../keystore/age-seal.ts";
import type { PublicKey } from "../tuf/types.ts";
import { ENTRY_LINES } from "./holder-key.ts";
import type { HolderTerminal } from "./holder-terminal.ts";

/** Throws `age/…`, and codes of media.ts. */
export async function proveKeyFile(path: string, terminal: HolderTerminal): Promise<PublicKey> {
  const asked = { ...common(path, terminal), scheme: null };
  return (await terminal.lend("The passphrase", ENTRY_LINES, () => proveWithAgeFile(asked))).publicKey;
}

export async function copyKeyFile(
  path: string,
  folders: readonly string[],
  terminal: HolderTerminal,
): Promise<AgeCopies> {
  const lines = ["Each copy is opened before it counts.", "", ...ENTRY_LINES];
  return await terminal.lend("The passphrase", lines, () =>
    copyAgeFile({ ...common(path, terminal), folders }),
  );
}

export async function changePassphrase(
  path: string,
  folders: readonly string[],
  terminal: HolderTerminal,
): Promise<AgeCopies> {
  const asked = common(path, terminal);
  const order = { ...asked, folders, newPassphrase: asked.passphrase, workFactor: SCRYPT_WORK_FACTOR };
  const lines = [
    "First the passphrase that it has, then the new one twice: best five random words.",
    "",
    ...ENTRY_LINES,
  ];
  return await terminal.lend("Another passphrase", lines, () => resealAgeFile(order));
}

/** A possession message of a ceremony that nobody can hold: of no use to whoever gets to see the signature. */
function common(path: string, terminal: HolderTerminal) {
  const key = basename(path, extname(path));
  const possession = possessionMessage("key-file", `try-${randomBytes(16).toString("hex")}`);
  return { path, key, possession, passphrase: { kind: "terminal", terminal: terminal.lent } as const };
}
