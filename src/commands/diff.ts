/** `tuf-ceremony diff`: the change between two documents, as a holder is shown it before signing. */

import type { Command } from "commander";
import { describeChanges } from "../report/diff-text.ts";
import { hang } from "../report/lines.ts";
import { diffDocuments } from "../tuf/diff.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";
import { readMetadataFile } from "./metadata-files.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument("<before>", "the earlier document")
    .argument("<after>", "the later one")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony diff 1.root.json 2.root.json

Nothing is verified: that is what tuf-ceremony verify is for. Exit status: 0 compared, whatever changed; 1 two that can't be compared; 2 a file that is not there.`),
    )
    .action((before: string, after: string) => {
      const changes = diffDocuments(readMetadataFile(before, null), readMetadataFile(after, null));
      const sentences =
        changes.length === 0 ? ["nothing changed in what is signed"] : describeChanges(changes);
      const text = `${sentences.flatMap((sentence) => hang("- ", sentence)).join("\n")}\n`;
      const isComparable = changes[0]?.kind !== "document";
      context.finish({ exit: isComparable ? "done" : "refused", text, document: { changes } });
    });
}
