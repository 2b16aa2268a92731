/** `tuf-ceremony key-file copy`: the same file on another medium, opened there. */
import type { Command } from "commander";
import { copyKeyFile } from "../../exchange/key-file.ts";
import { hang } from "../../report/lines.ts";
import { escapeForTerminal } from "../../terminal/escape.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { atTerminal, collect, FILE_ARGUMENT, keyDocument, TO_OPTION, tellKey } from "./show.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument(...FILE_ARGUMENT)
    .requiredOption(...TO_OPTION, collect)
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony key-file copy /media/grace-1/pypi-2026-root-root-grace.age --to /media/grace-3

The copy has the same passphrase, which is asked for to open it. Where one copy fails, none is kept.`),
    )
    .action(async (file: string, { to }: { readonly to: readonly string[] }) => {
      const made = await atTerminal(file, context, (path, terminal) => copyKeyFile(path, to, terminal));
      const lines = [
        "Copied, read back and opened:",
        ...made.paths.flatMap((path) => hang("  ", escapeForTerminal(path))),
        "",
        ...tellKey(made.publicKey),
      ];
      const document = { ...keyDocument(made.publicKey), paths: made.paths };
      context.finish({ exit: "done", text: `${lines.join("\n")}\n`, document });
    });
}
