/** `tuf-ceremony kit image`: a medium that a machine is started from, with the kit on it. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { buildImage } from "../../kit/image/build-image.ts";
import { openKit } from "../../kit/open-kit.ts";
import { requireWholeKit } from "../../kit/verify-kit.ts";
import { digestLines } from "../../terminal/panel.ts";
import type { CliContext } from "../context.ts";
import { helpText } from "../help-text.ts";
import { quotedOption } from "../options.ts";

interface Options {
  readonly out: string;
  readonly sources?: string | null;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument("<kit>", "the kit's archive, or its folder")
    .requiredOption("--out <folder>", "where the image goes")
    .option(
      "--sources <file>",
      "Debian's packages, as in apt's sources.list (default: Debian 12 as it is today)",
    )
    .addHelpText(
      "after",
      helpText(`
Examples:
  $ tuf-ceremony kit image tuf-ceremony-0.1.0-linux-x64.tar.gz --out /media/courier
  $ tuf-ceremony kit image kit.tar.gz --out . --sources snapshot.list

Needs Debian 12, root, and mmdebstrap, squashfs-tools, xorriso and mtools. A machine that starts from the image has no drivers for networks, Bluetooth or sound, keeps nothing, and shows the kit's digest first. Build it on two machines, and compare.`),
    )
    .action(async (path: string, { out, sources = null }: Options) => {
      if (sources !== null && !existsSync(sources)) throw quotedOption("--sources: a file", sources);
      const tell = (line: string) => {
        if (!context.json) process.stderr.write(`${line}\n`);
      };
      tell("Building the image takes two minutes …");
      const { digest, image } = await openKit(path, async (kit) => {
        const verdict = requireWholeKit(kit);
        return {
          digest: verdict.digest,
          image: await buildImage({ kit, sources }, out, tell),
        };
      });
      const text = [
        `${image.path}: ${Math.ceil(image.sizeBytes / 1_000_000)} MB`,
        "",
        "The image, as sha256sum shows it",
        ...digestLines(image.sha256),
        "",
        "The kit on it, as the machine shows it when it has started",
        ...digestLines(digest),
        "",
      ];
      context.finish({ exit: "done", text: text.join("\n"), document: { ...image, kit: digest } });
    });
}
