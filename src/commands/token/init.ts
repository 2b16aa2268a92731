/** `tuf-ceremony token init`: sets up a blank token, or checks what the vendor's tool did. */
import type { Command } from "commander";
import { reportToken } from "../../report/token-report.ts";
import { tellToken } from "../../report/token-text.ts";
import { lookAgain } from "../../tokens/find-token.ts";
import { setUpToken } from "../../tokens/set-up-token.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { wrongOption } from "../options.ts";
import { atTerminal, MACHINE_OPTION, TOKEN_ARGUMENT, tokenFromOptions } from "./options.ts";

interface Options {
  readonly machine: string;
  readonly label?: string;
  readonly erase?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument(...TOKEN_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .option("--label <label>", "the token's new name: 1 to 32 bytes of UTF-8")
    .option("--erase", "a token that is initialised already: every key on it is destroyed")
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony token init "pkcs11:serial=" --label root-ada --machine machine.yaml
  $ tuf-ceremony token init "pkcs11:serial=0013200461" --machine machine.yaml
    A YubiHSM 2 is set up by its vendor's tool: this says how, and checks it afterwards.

The serial number is typed from the device or from paper, and the PINs are typed twice: nothing of them shows.`),
    )
    .action(async (text: string, { machine, label, erase = false }: Options) => {
      const { token } = await tokenFromOptions(text, machine);
      if (token.profile.provisioning.by === "token" && label === undefined)
        throw wrongOption("--label: the token's new name", "none");
      const info = await atTerminal(token, context, (terminal) =>
        setUpToken(token, { label: label ?? null, erase }, terminal),
      );
      const document = reportToken(await lookAgain({ ...token, info }), token.profile, new Map());
      context.finish({
        exit: "done",
        text: `Set up:\n\n${tellToken(document).join("\n")}\n`,
        document,
      });
    });
}
