/** `tuf-ceremony token test-sign`: can this key sign? */
import type { Command } from "commander";
import { clipForTerminal } from "../../terminal/escape.ts";
import { tryKey } from "../../tokens/try-key.ts";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
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
  $ tuf-ceremony token test-sign "pkcs11:token=root-ada;object=pypi-2026-root%20root-ada" --machine machine.yaml

It signs random bytes that are no TUF metadata. --json has them, with the signature and the public key.`),
    )
    .action(async (text: string, { machine }: { readonly machine: string }) => {
      const { uri, token } = await tokenFromOptions(text, machine);
      const tried = await atTerminal(token, context, (terminal) => tryKey(token, uri, terminal));
      const { label, publicKey, payload, signature, milliseconds } = tried;
      const keyid = keyIdOf(keyObject(publicKey));
      context.finish({
        exit: "done",
        text: `"${clipForTerminal(label, 60)}" signs (${milliseconds} ms).
OpenSSL and a second implementation verified its signature.

keyid ${keyid}
`,
        document: {
          label,
          scheme: publicKey.scheme,
          keyid,
          public: publicKey.public,
          payload,
          signature,
          milliseconds,
        },
      });
    });
}
