/** `tuf-ceremony demo`: a whole ceremony held by a program, then audited and verified: does everything work here? */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Command } from "commander";
import { runDemo } from "../demo/run-demo.ts";
import { SOFTHSM_MODULES } from "../demo/soft-tokens.ts";
import { digestOfThisKit } from "../kit/this-kit.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";
import { quotedOption } from "./options.ts";

interface Options {
  readonly folder?: string;
  readonly softhsm?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .option("--folder <folder>", "a new folder is made in it, and stays (default: the temporary folder)")
    .option("--softhsm <module>", "SoftHSM's PKCS#11 module (default: the kit's, or where systems have it)")
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony demo
  $ tuf-ceremony demo --folder /ceremony

PEP 458's first root, with a program in place of the people: two keys in tokens of SoftHSM, one in a file, 16,384 bins. Where there is no SoftHSM it says so, and software keys take the tokens' place.

Exit status: 0 all is as it should be, 1 not.`),
    )
    .action(async ({ folder = tmpdir(), softhsm }: Options) => {
      const { json, version } = context;
      if (softhsm !== undefined && !existsSync(softhsm))
        throw quotedOption("--softhsm: SoftHSM's PKCS#11 module, a file that is there", softhsm);
      const { isGood, ...where } = await runDemo({
        parent: folder,
        softhsmModules: softhsm === undefined ? SOFTHSM_MODULES : [softhsm],
        tool: `tuf-ceremony ${version}`,
        kit: digestOfThisKit(),
        write: (text) => void (json ? process.stderr : process.stdout).write(text),
      });
      context.finish({ exit: isGood ? "done" : "refused", text: "", document: { isGood, ...where } });
    });
}
