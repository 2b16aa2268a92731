/** `tuf-ceremony key-file passphrase`: the same key under another passphrase, in new files. */
import type { Command } from "commander";
import { changePassphrase } from "../../exchange/key-file.ts";
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
  $ tuf-ceremony key-file passphrase /media/grace-1/pypi-2026-root-root-grace.age \\
      --to /media/grace-3 --to /media/grace-4

The new files have the same name, so they go to other folders. The old ones still open with the old passphrase:
destroy their media when the new ones are safe.`),
    )
    .action(async (file: string, { to }: { readonly to: readonly string[] }) => {
      const made = await atTerminal(file, context, (path, terminal) => changePassphrase(path, to, terminal));
      const lines = [
        "The same key under another passphrase, read back and opened:",
        ...made.paths.flatMap((path) => hang("  ", escapeForTerminal(path))),
        "",
        ...tellKey(made.publicKey),
        "",
        ...hang(
          "",
          "Every old copy still opens with the old passphrase: destroy those media when the new ones are safe.",
        ),
      ];
      const document = { ...keyDocument(made.publicKey), paths: made.paths };
      context.finish({ exit: "done", text: `${lines.join("\n")}\n`, document });
    });
}
