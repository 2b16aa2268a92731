/** `tuf-ceremony token destroy`: one key, for ever, with a look that it is gone. */
import type { Command } from "commander";
import { clipForTerminal } from "../../terminal/escape.ts";
import { destroyKey } from "../../tokens/destroy-key.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { atTerminal, KEY_ARGUMENT, MACHINE_OPTION, tokenFromOptions } from "./options.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument(...KEY_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony token destroy "pkcs11:token=root-ada;object=pypi-2026-root%20root-ada" --machine machine.yaml

The key is shown first, and two words of its keyid are typed. Afterwards the token is looked through twice: by whoever
is logged in, and by a process that has just started.`),
    )
    .action(async (text: string, { machine }: { readonly machine: string }) => {
      const { uri, token } = await tokenFromOptions(text, machine);
      const gone = await atTerminal(token, context, (terminal) => destroyKey(token, uri, terminal));
      context.finish({
        exit: "done",
        text: `"${clipForTerminal(gone.label, 60)}" is destroyed (${gone.destroyed} objects).
Nothing of it was found on the token afterwards.
`,
        document: gone,
      });
    });
}
