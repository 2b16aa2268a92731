/** `tuf-ceremony token backup`: a key wrapped for other tokens. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { sha256Hex } from "../../ceremony/composer.ts";
import { requireAbsent, requireOwnFile } from "../../exchange/own-file.ts";
import { writeDurably } from "../../machine/media.ts";
import { hang } from "../../report/lines.ts";
import { clipForTerminal, escapeForTerminal } from "../../terminal/escape.ts";
import { wrapLines } from "../../terminal/panel.ts";
import { backUpKey, type NamedTransport } from "../../tokens/back-up-key.ts";
import { MAX_FILE_BYTES, MOST_COPIES, readTransport, writeBackup } from "../../tokens/copy-files.ts";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { wrongOption } from "../options.ts";
import { atTerminal, KEY_ARGUMENT, MACHINE_OPTION, tokenFromOptions } from "./options.ts";

interface Options {
  readonly machine: string;
  readonly for: readonly string[];
  readonly out: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument(...KEY_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .requiredOption("--for <file>", "a transport file; again for each further token", collect)
    .requiredOption("--out <file>", "the backup file to write")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony token backup "pkcs11:token=root-ada;object=pypi-2026-root%20root-ada" \\
      --machine machine.yaml --for ada-copy.json --out root-ada.json

Only a key of tuf-ceremony token generate --backup can be copied, and only once, for all tokens at the same time:
afterwards its token lets it go no more. What can't be copied stays where it is; another person's key is the better
copy. The first command is tuf-ceremony token transport, the last one tuf-ceremony token restore.`),
    )
    .action(async (text: string, { machine, for: files, out }: Options) => {
      const path = resolve(out);
      await requireAbsent(path);
      if (files.length > MOST_COPIES)
        throw wrongOption(`--for: at most ${MOST_COPIES} files`, `${files.length}`);
      const transports = await Promise.all(files.map(readNamed));
      const { uri, token } = await tokenFromOptions(text, machine);
      const backup = await atTerminal(token, context, (terminal) =>
        backUpKey(token, uri, transports, terminal),
      );
      const bytes = writeBackup(backup);
      await writeDurably(path, bytes, 0o644);
      const keyid = keyIdOf(keyObject(backup.publicKey));
      const count = backup.copies.length === 1 ? "1 token" : `${backup.copies.length} tokens`;
      const lines = [
        ...wrapLines(
          `"${clipForTerminal(backup.label, 60)}" is wrapped for ${count}; its own token lets it go no more.`,
        ),
        "",
        ...hang("file   ", escapeForTerminal(path)),
        ...hang("keyid  ", keyid),
      ];
      context.finish({
        exit: "done",
        text: `${lines.join("\n")}\n`,
        document: {
          path,
          sha256: sha256Hex(bytes),
          label: backup.label,
          keyid,
          copies: backup.copies.length,
        },
      });
    });
}

async function readNamed(file: string): Promise<NamedTransport> {
  const path = resolve(file);
  const bytes = await requireOwnFile(path, MAX_FILE_BYTES, "a transport file");
  return { path, sha256: sha256Hex(bytes), file: readTransport(bytes) };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
