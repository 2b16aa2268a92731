/** `tuf-ceremony request`: what to send to the holders elsewhere who have not signed yet. Changes nothing in the folder. */
import { basename, join } from "node:path";
import type { Command } from "commander";
import { findOpenRequests, type OpenRequest } from "../exchange/open-requests.ts";
import { requireAbsent } from "../exchange/own-file.ts";
import { readBack, realFolder, writeDurably } from "../machine/media.ts";
import { hang } from "../report/lines.ts";
import { clipForTerminal, escapeForTerminal } from "../terminal/escape.ts";
import { digestLines } from "../terminal/panel.ts";
import { pgpWords } from "../terminal/words.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";

export function define(command: Command, context: CliContext): void {
  command
    .argument("<folder>", "the ceremony folder")
    .option("--out <folder>", "copy each request there; nothing is overwritten")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony request pypi-2026-root --out /media/stick

Exit status: 0 told, and copied where --out was given; 1 refused, also where such a file is there already; 2 command line, or no ceremony; 3 medium or folder.`),
    )
    .action(async (root: string, { out }: { readonly out?: string }) => {
      const { ceremony, open } = findOpenRequests(root);
      const copies = out === undefined ? new Map<OpenRequest, string>() : await copyRequests(open, out);
      context.finish({
        exit: "done",
        text: `${renderRequests(ceremony, open, copies).join("\n")}\n`,
        document: { ceremony, open: open.map((request) => requestDocument(request, copies.get(request))) },
      });
    });
}

async function copyRequests(
  open: readonly OpenRequest[],
  out: string,
): Promise<ReadonlyMap<OpenRequest, string>> {
  const folder = await realFolder(out);
  const files = open.flatMap((request) => {
    const { file } = request;
    return file === null ? [] : [{ request, file, copy: join(folder, basename(file.path)) }];
  });
  for (const { copy } of files) await requireAbsent(copy); // all of them or none
  for (const { file, copy } of files) {
    await writeDurably(copy, file.bytes, 0o644);
    await readBack(copy, file.sha256);
  }
  return new Map(files.map(({ request, copy }) => [request, copy]));
}

function renderRequests(
  ceremony: string,
  open: readonly OpenRequest[],
  copies: ReadonlyMap<OpenRequest, string>,
): readonly string[] {
  if (open.length === 0) return [`${ceremony}: nobody elsewhere has anything left to sign.`];
  return open.flatMap((request) => [...renderRequest(request, copies.get(request)), ""]);
}

function renderRequest(request: OpenRequest, copy: string | undefined): readonly string[] {
  const { role, key, holder, name, sha256, file } = request;
  const whose = `${clipForTerminal(name, 60)} (${holder})`;
  if (sha256 === null || file === null) {
    return hang(
      "",
      `${role}, ${key} of ${whose}: not asked yet; the ceremony has to write the request first.`,
    );
  }
  return [
    ...hang("", `${role}, ${key} of ${whose}: not signed yet.`),
    ...hang("  request  ", copy === undefined ? file.path : escapeForTerminal(copy)),
    `  SHA-256 of the file, for sha256sum:`,
    `  ${file.sha256}`,
    "  The document's own digest, which the holder is shown before signing:",
    ...digestLines(sha256),
  ];
}

function requestDocument({ role, key, holder, name, sha256, file }: OpenRequest, copy: string | undefined) {
  return {
    role,
    key,
    holder,
    name,
    sha256,
    words: sha256 === null ? null : pgpWords(sha256),
    file: file?.path ?? null,
    fileSha256: file?.sha256 ?? null,
    copy: copy ?? null,
  };
}
