/** `tuf-ceremony token restore`: the copy of a key, on a second token. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { requireOwnFile } from "../../exchange/own-file.ts";
import { clipForTerminal } from "../../terminal/escape.ts";
import { pairLines, wrapLines } from "../../terminal/panel.ts";
import { MAX_FILE_BYTES, readBackup } from "../../tokens/copy-files.ts";
import { restoreKey } from "../../tokens/restore-key.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { atTerminal, MACHINE_OPTION, TOKEN_ARGUMENT, tokenFromOptions } from "./options.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument(...TOKEN_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .requiredOption("--from <file>", "the backup file")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony token restore "pkcs11:token=ada-copy" --machine machine.yaml --from root-ada.json

The words of the key's keyid are typed from paper. The copy signs, and the original's public key verifies it; then the
transport key is destroyed.`),
    )
    .action(async (text: string, { machine, from }: { readonly machine: string; readonly from: string }) => {
      const backup = readBackup(await requireOwnFile(resolve(from), MAX_FILE_BYTES, "a backup file"));
      const { token } = await tokenFromOptions(text, machine);
      const restored = await atTerminal(token, context, (terminal) => restoreKey(token, backup, terminal));
      const attributes = Object.entries(restored.attributes);
      const lines = [
        ...wrapLines(
          `"${clipForTerminal(restored.label, 60)}" is on this token too: it signed, and the original's public key verified it.`,
        ),
        "",
        ...pairLines([
          ["keyid", restored.keyid],
          ...attributes.map(([name, value]) => [name, value === null ? "not told" : String(value)] as const),
        ]),
      ];
      context.finish({ exit: "done", text: `${lines.join("\n")}\n`, document: restored });
    });
}
