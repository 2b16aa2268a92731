/** `tuf-ceremony diff`: the change between two documents, as a holder is shown it before signing. */

import type { Command } from "commander";
import { describeChanges } from "../report/diff-text.ts";
import { hang } from "../report/lines.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { diffDocuments } from "../tuf/diff.ts";
import type { ReadDocument } from "../tuf/documents.ts";
import type { Finding } from "../tuf/rules.ts";
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
      const earlier = readMetadataFile(before, null);
      const later = readMetadataFile(after, null);
      const changes = diffDocuments(earlier, later);
      const unreadable = [...whyUnreadable(before, earlier), ...whyUnreadable(after, later)];
      const sentences =
        changes.length === 0 ? ["nothing changed in what is signed"] : describeChanges(changes);
      const reasons = unreadable.map(({ file, text }) => `${clipForTerminal(file, 200)}: ${text}`);
      const text = `${[...sentences, ...reasons].flatMap((sentence) => hang("- ", sentence)).join("\n")}\n`;
      const isComparable = changes[0]?.kind !== "document";
      context.finish({ exit: isComparable ? "done" : "refused", text, document: { changes, unreadable } });
    });
}

/** What is wrong with a file that is no document. */
function whyUnreadable(
  file: string,
  document: ReadDocument,
): readonly (Finding & { readonly file: string })[] {
  if (document.kind !== "unreadable") return [];
  return document.findings.map((finding) => ({ file, ...finding }));
}
