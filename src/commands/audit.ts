/** `tuf-ceremony audit`: re-execute a ceremony folder; a graded verdict. */
import { setFlagsFromString } from "node:v8";
import type { Command } from "commander";
import { auditFolder } from "../audit/audit-folder.ts";
import { tellVerdict, verdictDocument } from "../report/audit-text.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";
import { readDigest } from "./read-digest.ts";

interface Options {
  readonly head?: string;
  readonly script?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument("<folder>", "the ceremony folder")
    .option(
      "--head <sha256>",
      "the head that was read aloud: 64 hex digits in groups or not, or the 32 words",
    )
    .option("--script <sha256>", "the script's digest that was agreed on and published before")
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony audit pypi-2026-root --head "52bf 1c0e … 9d41" --script "3921 77aa … 0c18"
  $ sha256sum pypi-2026-root/transcript.jsonl     # the head, by other means

Exit status: 0 consistent and ended, 1 not as it must be, 2 no ceremony there, 4 consistent so far and not ended.`),
    )
    .action(async (folder: string, { head, script }: Options) => {
      // What a long transcript leaves behind is collected early instead of in a nursery that grows: a quarter less memory.
      setFlagsFromString("--semi-space-growth-factor=1");
      const verdict = await auditFolder(
        folder,
        head === undefined ? null : readDigest("--head", head),
        script === undefined ? null : readDigest("--script", script),
      );
      const unfinished = verdict.end === "finished" || verdict.end === "aborted" ? "done" : "waiting";
      context.finish({
        exit: verdict.isConsistent ? unfinished : "refused",
        text: `${tellVerdict(verdict).join("\n")}\n`,
        document: verdictDocument(verdict),
      });
    });
}
