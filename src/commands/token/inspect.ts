/** `tuf-ceremony token inspect`: one token in full; with a PIN its private keys too. */
import type { Command } from "commander";
import type { TokenSurvey } from "../../keystore/pkcs11/protocol.ts";
import type { Pkcs11Uri } from "../../keystore/pkcs11/uri.ts";
import { reportToken } from "../../report/token-report.ts";
import { inspectToken } from "../../report/token-text.ts";
import type { TokenAtHand } from "../../tokens/find-token.ts";
import { lookAgain } from "../../tokens/find-token.ts";
import { selectKey } from "../../tokens/select-key.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { atTerminal, holderNames, MACHINE_OPTION, TOKEN_ARGUMENT, tokenFromOptions } from "./options.ts";

interface Options {
  readonly machine: string;
  readonly ceremony?: string;
  readonly login?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument(...TOKEN_ARGUMENT)
    .requiredOption(...MACHINE_OPTION)
    .option("--login", "ask for the PIN, to see private keys and what the token says of them")
    .option("--ceremony <folder>", "call keys by their holders' names, as this ceremony has them")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony token inspect "pkcs11:serial=0013200461" --machine machine.yaml --login

A URI that names a key (object, id) shows that key alone.`),
    )
    .action(async (text: string, { machine, ceremony, login = false }: Options) => {
      const names = await holderNames(ceremony);
      const { uri, token } = await tokenFromOptions(text, machine);
      const whole = login ? await lookInside(token, context) : await lookAgain(token);
      const survey = onlyWhatIsMeant(whole, uri);
      const report = reportToken(survey, token.profile, names);
      context.finish({
        exit: "done",
        text: `${inspectToken(report, token.profile, login).join("\n")}\n`,
        document: { device: token.device, module: token.module.module, ...report },
      });
    });
}

/** A URI of a key shows that key, or refuses: another one must not be taken for it. */
function onlyWhatIsMeant(survey: TokenSurvey, uri: Pkcs11Uri): TokenSurvey {
  if (uri.object === undefined && uri.id === undefined && uri.type === undefined) return survey;
  const key = selectKey(survey.keys ?? { keys: [], more: 0 }, uri);
  return { ...survey, keys: { keys: [key], more: 0 } };
}

async function lookInside(token: TokenAtHand, context: CliContext) {
  const outside = await lookAgain(token);
  return await atTerminal(token, context, async (terminal) => {
    const { withLogin } = await import("../../tokens/token-desk.ts");
    return await withLogin(token, terminal, async (store) => ({
      ...outside,
      info: store.info,
      keys: await store.keys(),
    }));
  });
}
