/** `tuf-ceremony request`: what to send to the holders elsewhere who have not signed yet. Changes nothing in the folder. */
import { basename, join } from "node:path";
import type { Command } from "commander";
import { findOpenRequests, type OpenRequest } from "../exchange/open-requests.ts";
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
    .addHelpText("after", helpText("\nExample:\n  $ tuf-ceremony request pypi-2026-root --out /media/stick"))
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
  const copies = new Map<OpenRequest, string>();
  for (const request of open) {
    if (request.file === null) continue;
    const copy = join(folder, basename(request.file.path));
    await writeDurably(copy, request.file.bytes, 0o644);
    await readBack(copy, request.file.sha256);
    copies.set(request, copy);
  }
  return copies;
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
