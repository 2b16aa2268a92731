/** `tuf-ceremony key-file prove`: does the passphrase open it, and does its key sign? */
import type { Command } from "commander";
import { proveKeyFile } from "../../exchange/key-file.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { atTerminal, FILE_ARGUMENT, keyDocument, tellKey } from "./show.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument(...FILE_ARGUMENT)
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony key-file prove /media/grace-1/pypi-2026-root-root-grace.age

Once a year, with each copy: a medium that nobody has read for years may have nothing on it any more.`),
    )
    .action(async (file: string) => {
      const publicKey = await atTerminal(file, context, proveKeyFile);
      const lines = [
        "It opens, and its key signs: two implementations verified the signature.",
        "",
        ...tellKey(publicKey),
      ];
      context.finish({ exit: "done", text: `${lines.join("\n")}\n`, document: keyDocument(publicKey) });
    });
}
