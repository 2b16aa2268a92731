/** What the commands about key files share: the terminal, and what they say of the key. */
import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { CeremonyError } from "../../errors.ts";
import { HolderTerminal } from "../../exchange/holder-terminal.ts";
import { SEALED_BEGINNING } from "../../keystore/sealed-beginning.ts";
import { escapeForTerminal } from "../../terminal/escape.ts";
import { digestLines, pairLines } from "../../terminal/panel.ts";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
import { quote } from "../../tuf/quote.ts";
import { isSha256Hex, type PublicKey } from "../../tuf/types.ts";
import type { CliContext } from "../context.ts";

export const FILE_ARGUMENT = ["<file>", "the key's file, CEREMONY-KEY.age"] as const;
export const TO_OPTION = ["--to <folder>", "a folder on another medium; again for each further one"] as const;

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, resolve(value)];
}

export async function atTerminal<Result>(
  file: string,
  { json }: CliContext,
  work: (path: string, terminal: HolderTerminal) => Promise<Result>,
): Promise<Result> {
  const path = resolve(file);
  refuseOtherFiles(path);
  const terminal = new HolderTerminal(escapeForTerminal(basename(path)), "Whoever has the passphrase", json);
  try {
    return await work(path, terminal);
  } finally {
    terminal.close();
  }
}

/** Before anybody types a passphrase into what is no key file. One that can't be read is refused where it is read. */
function refuseOtherFiles(path: string): void {
  const beginning = readBeginning(path, SEALED_BEGINNING.length);
  if (beginning === null || beginning === SEALED_BEGINNING) return;
  throw new CeremonyError({
    code: "age/no-key-file",
    exit: "usage",
    expected: "a key file, CEREMONY-KEY.age",
    found: `${quote(path, 200)}, which is no age file with a passphrase`,
    remedy:
      "Name the file that the ceremony or `enrol` wrote. If it is this one, it is damaged: use the copy on the other medium.",
  });
}

function readBeginning(path: string, length: number): string | null {
  try {
    if (!statSync(path).isFile()) return null;
    const file = openSync(path, "r");
    try {
      const bytes = new Uint8Array(length);
      return Buffer.from(bytes.subarray(0, readSync(file, bytes, 0, length, 0))).toString("latin1");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

export function tellKey({ scheme, ...key }: PublicKey): readonly string[] {
  const keyid = keyIdOf(keyObject({ scheme, ...key }));
  return [...pairLines([["scheme", scheme]]), "  keyid", ...(isSha256Hex(keyid) ? digestLines(keyid) : [])];
}

export function keyDocument(publicKey: PublicKey) {
  return { scheme: publicKey.scheme, keyid: keyIdOf(keyObject(publicKey)), public: publicKey.public };
}
