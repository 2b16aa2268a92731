/** `tuf-ceremony token transport`: a second token makes ready to take a copy. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { sha256Hex } from "../../ceremony/composer.ts";
import { requireAbsent } from "../../exchange/own-file.ts";
import { writeDurably } from "../../machine/media.ts";
import { hang } from "../../report/lines.ts";
import { escapeForTerminal } from "../../terminal/escape.ts";
import { digestLines, wrapLines } from "../../terminal/panel.ts";
import { writeTransport } from "../../tokens/copy-files.ts";
import { makeTransport } from "../../tokens/make-transport.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { atTerminal, MACHINE_OPTION, TOKEN_ARGUMENT, tokenFromOptions } from "./options.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument(...TOKEN_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .requiredOption("--out <file>", "the transport file to write")
    .addHelpText(
      "after",
      helpText(`
Example: a key goes from root-ada to the token ada-copy
  $ tuf-ceremony token transport "pkcs11:token=ada-copy" --machine machine.yaml --out ada-copy.json
  $ tuf-ceremony token backup "pkcs11:token=root-ada;object=pypi-2026-root%20root-ada" \\
      --machine machine.yaml --for ada-copy.json --out root-ada.json
  $ tuf-ceremony token restore "pkcs11:token=ada-copy" --machine machine.yaml --from root-ada.json

Write down the words that this command ends with: the backup asks for some of them.`),
    )
    .action(async (text: string, { machine, out }: { readonly machine: string; readonly out: string }) => {
      const path = resolve(out);
      await requireAbsent(path);
      const { token } = await tokenFromOptions(text, machine);
      const made = await atTerminal(token, context, (terminal) => makeTransport(token, terminal));
      const bytes = writeTransport(made);
      await writeDurably(path, bytes, 0o644);
      const sha256 = sha256Hex(bytes);
      const lines = [
        ...wrapLines(
          "A transport key is in the token. Its private half stays there, until one key was restored with it.",
        ),
        "",
        ...hang("file  ", escapeForTerminal(path)),
        "",
        "Write these words down: whoever backs the key up types some of them.",
        ...digestLines(sha256),
      ];
      context.finish({
        exit: "done",
        text: `${lines.join("\n")}\n`,
        document: { path, sha256, token: made.token },
      });
    });
}
