/** `tuf-ceremony token unlock`: a new PIN for the holder, by the security officer. */
import type { Command } from "commander";
import { clipForTerminal } from "../../terminal/escape.ts";
import { unlockToken } from "../../tokens/unlock-token.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { atTerminal, MACHINE_OPTION, TOKEN_ARGUMENT, tokenFromOptions } from "./options.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument(...TOKEN_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony token unlock "pkcs11:token=root-ada" --machine machine.yaml

Every key stays. The security officer's PIN is never tried when only one try is left for it.`),
    )
    .action(async (text: string, { machine }: { readonly machine: string }) => {
      const { token } = await tokenFromOptions(text, machine);
      const info = await atTerminal(token, context, (terminal) => unlockToken(token, terminal));
      context.finish({
        exit: "done",
        text: `"${clipForTerminal(info.label, 32)}" has a new PIN. Its keys are as they were.\n`,
        document: { label: info.label, serial: info.serial },
      });
    });
}
