/** What the commands about key files share: the terminal, and what they say of the key. */
import { basename, resolve } from "node:path";
import { HolderTerminal } from "../../exchange/holder-terminal.ts";
import { escapeForTerminal } from "../../terminal/escape.ts";
import { digestLines, pairLines } from "../../terminal/panel.ts";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
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
  const terminal = new HolderTerminal(escapeForTerminal(basename(path)), "Whoever has the passphrase", json);
  try {
    return await work(path, terminal);
  } finally {
    terminal.close();
  }
}

export function tellKey({ scheme, ...key }: PublicKey): readonly string[] {
  const keyid = keyIdOf(keyObject({ scheme, ...key }));
  return [...pairLines([["scheme", scheme]]), "  keyid", ...(isSha256Hex(keyid) ? digestLines(keyid) : [])];
}

export function keyDocument(publicKey: PublicKey) {
  return { scheme: publicKey.scheme, keyid: keyIdOf(keyObject(publicKey)), public: publicKey.public };
}
