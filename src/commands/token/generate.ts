/** `tuf-ceremony token generate`: makes a key on a token, outside of a ceremony. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { isName } from "../../ceremony/script-fields.ts";
import { requireAbsent } from "../../exchange/own-file.ts";
import { writeDurably } from "../../machine/media.ts";
import { hang } from "../../report/lines.ts";
import { escapeForTerminal } from "../../terminal/escape.ts";
import { digestLines, pairLines } from "../../terminal/panel.ts";
import { makeKey } from "../../tokens/make-key.ts";
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
import { isSha256Hex, SCHEMES } from "../../tuf/types.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { quotedOption } from "../options.ts";
import { atTerminal, MACHINE_OPTION, TOKEN_ARGUMENT, tokenFromOptions } from "./options.ts";

interface Options {
  readonly machine: string;
  readonly ceremony: string;
  readonly key: string;
  readonly scheme: string;
  readonly out?: string;
  readonly backup?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument(...TOKEN_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .requiredOption("--ceremony <id>", "what the key is for: the first half of its label")
    .requiredOption("--key <name>", "the key's name: the second half of its label")
    .requiredOption("--scheme <scheme>", SCHEMES.join(", "))
    .option("--out <file>", "write the public key there (PEM)")
    .option("--backup", "it may be copied to other tokens, once (tuf-ceremony token backup)")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony token generate "pkcs11:token=root-ada" --machine machine.yaml \\
      --ceremony pypi-2026-root --key root-ada --scheme ecdsa-sha2-nistp256 --out root-ada.pem

In a ceremony the script makes keys (tuf-ceremony run); a holder elsewhere uses tuf-ceremony enrol.`),
    )
    .action(async (text: string, options: Options) => {
      const { ceremony, key, machine } = options;
      const scheme = SCHEMES.find((name) => name === options.scheme);
      if (scheme === undefined) throw quotedOption(`--scheme: ${SCHEMES.join(", ")}`, options.scheme);
      for (const [option, name] of [
        ["--ceremony", ceremony],
        ["--key", key],
      ] as const) {
        if (!isName(name))
          throw quotedOption(`${option}: 1 to 64 lower-case letters, digits and hyphens`, name);
      }
      const out = options.out === undefined ? null : resolve(options.out);
      if (out !== null) await requireAbsent(out);
      const { token } = await tokenFromOptions(text, machine);
      const made = await atTerminal(token, context, (terminal) =>
        makeKey(token, { ceremony, key, scheme, wrappable: options.backup ?? false }, terminal),
      );
      if (out !== null) await writeDurably(out, Buffer.from(made.publicKey.public), 0o644);
      const keyid = keyIdOf(keyObject(made.publicKey));
      const attributes = Object.entries(made.attributes);
      const lines = [
        "Made a key. It signed its proof of possession, which OpenSSL and a second",
        "implementation verified.",
        "",
        ...pairLines([
          ["label", escapeForTerminal(made.label)],
          ["scheme", scheme],
          ...attributes.map(([name, value]) => [name, value === null ? "not told" : String(value)] as const),
        ]),
        "",
        "Its keyid:",
        ...(isSha256Hex(keyid) ? digestLines(keyid) : []),
        ...(out === null ? [] : ["", ...hang("public key  ", escapeForTerminal(out))]),
      ];
      context.finish({
        exit: "done",
        text: `${lines.join("\n")}\n`,
        document: {
          label: made.label,
          scheme,
          keyid,
          public: made.publicKey.public,
          proof: made.proof,
          attributes: made.attributes,
          out,
        },
      });
    });
}
