/** `tuf-ceremony kit verify`: an archive, or the folder that it was unpacked into. */
import type { Command } from "commander";
import { openKit } from "../../kit/open-kit.ts";
import { verifyKit } from "../../kit/verify-kit.ts";
import { escapeForTerminal } from "../../terminal/escape.ts";
import { digestLines } from "../../terminal/panel.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { readDigest } from "../read-digest.ts";

const PROBLEMS = {
  changed: "is not what it was when the kit was built",
  missing: "is missing",
  "not-listed": "is not part of the kit",
  link: "is neither a file nor a folder",
} as const;

export function define(command: Command, context: CliContext): void {
  command
    .argument("<kit>", "the archive, or its folder")
    .option("--digest <sha256>", "the kit's digest from paper")
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony kit verify tuf-ceremony-0.1.0-linux-x64.tar.gz
  $ tuf-ceremony kit verify /opt/tuf-ceremony-0.1.0-linux-x64

A program that was tampered with can say anything of itself: before the first start, compare the archive by sha256sum. Exit status: 0 whole, 1 not.`),
    )
    .action(async (path: string, { digest: expected }: { readonly digest?: string }) => {
      const wanted = expected === undefined ? null : readDigest("--digest", expected);
      const { digest, files, problems } = await openKit(path, verifyKit);
      const isWanted = wanted === null || wanted === digest;
      const isWhole = problems.length === 0;
      const lines = [
        ...problems.map(({ path: file, problem }) => `${escapeForTerminal(file)} ${PROBLEMS[problem]}`),
        isWhole
          ? `${files} files, each as it was when the kit was built.`
          : "This is not the kit that it says.",
        ...(isWanted ? [] : ["Its digest is another one than that on paper."]),
        "",
        "The kit's digest",
        ...digestLines(digest),
        "",
      ];
      context.finish({
        exit: isWhole && isWanted ? "done" : "refused",
        text: lines.join("\n"),
        document: { digest, files, problems, expected: wanted },
      });
    });
}
