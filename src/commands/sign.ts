/** `tuf-ceremony sign`: a holder elsewhere sees the change, on their own machine against their own anchors, and signs it. */
import type { Command } from "commander";
import { CeremonyError } from "../errors.ts";
import type { HolderKey } from "../exchange/holder-key.ts";
import { HolderTerminal } from "../exchange/holder-terminal.ts";
import { forbidsSigning } from "../exchange/request-rules.ts";
import { type OwnFile, type Review, reviewRequest } from "../exchange/review-request.ts";
import { renderReview, reviewDocument } from "../exchange/review-text.ts";
import { type SignatureWritten, type SigningOrder, signRequest } from "../exchange/sign-request.ts";
import { systemClock } from "../live/performer.ts";
import { hang } from "../report/lines.ts";
import { escapeForTerminal } from "../terminal/escape.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";
import { findHolderToken } from "./holder-token.ts";
import { requireOption, wrongOption } from "./options.ts";
import { readDigest } from "./read-digest.ts";

interface Options {
  readonly script?: string;
  readonly scriptSha256?: string;
  readonly root?: string;
  readonly rootSha256?: string;
  readonly key?: string;
  readonly token?: string;
  readonly machine?: string;
  readonly log?: string;
  readonly out?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument("<request>", "the signing request that came")
    .option("--script <file>", "your own copy of the agreed script, with its files beside it")
    .option("--script-sha256 <hex>", "its digest, from your paper (else its words are asked for)")
    .option("--root <file>", "the root that you trust, N.root.json: only its successor will do")
    .option("--root-sha256 <hex>", "the digest of that file, from your paper")
    .option("--key <file>", "your key, an age file; without a key the request is only judged and shown")
    .option("--token <uri>", "your key, in a PKCS#11 token; its label (object) if it isn't CEREMONY KEY")
    .option("--machine <file>", "with --token: the machine file that has its module")
    .option("--log <file>", "your signing log, signing-log.jsonl; made if there is none yet")
    .option("--out <folder>", "where the signature file goes")
    .addHelpText(
      "after",
      helpText(`
Example:
  $ tuf-ceremony sign root-root-linus-1f2e3d4c.json --script own/script.yaml \\
      --key /media/linus-1/pypi-2026-root-root-linus.age \\
      --log own/signing-log.jsonl --out /media/stick

Exit status: 0 signed, or nothing wrong where no key was named; 1 refused; 2 command line or script; 3 device, medium or folder; 4 you left.`),
    )
    .action(async (path: string, options: Options) => {
      const { script, root } = options;
      if (script === undefined && root === undefined) throw noAnchor();
      const review = await reviewRequest({
        request: path,
        script: script === undefined ? null : ownFile(script, "--script-sha256", options.scriptSha256),
        root: root === undefined ? null : ownFile(root, "--root-sha256", options.rootSha256),
        log: options.log ?? null,
        at: systemClock(),
      });
      if (review.request === null || forbidsSigning(review.findings)) return refuse(review, context);
      const order = await readOrder(options, review, review.request);
      if (order === null) return show(review, context);
      const terminal = new HolderTerminal(
        `Signing for ${review.request.ceremony}`,
        review.plan?.script.people.get(review.request.holder)?.name ?? review.request.holder,
        context.json,
      );
      try {
        finishSigned(review, await signRequest(order, terminal), context);
      } finally {
        terminal.close();
      }
    });
}

function refuse(review: Review, context: CliContext): void {
  const last = "NOT SIGNED. Nothing was written, and no key was used.";
  context.finish({
    exit: "refused",
    text: [...renderReview(review), "", last, ""].join("\n"),
    document: { signed: false, ...reviewDocument(review) },
  });
}

function show(review: Review, context: CliContext): void {
  const open = review.unconfirmed.map(({ what }) => `the digest of your ${what}`).join(" and ");
  const lines = [
    ...renderReview(review),
    "",
    open === ""
      ? "Nothing is wrong with it."
      : `Nothing is wrong with it, as far as ${open} is that on your paper.`,
    "Not signed: no --key or --token was named.",
    "",
  ];
  context.finish({
    exit: "done",
    text: lines.join("\n"),
    document: { signed: false, ...reviewDocument(review) },
  });
}

function finishSigned(review: Review, written: SignatureWritten, context: CliContext): void {
  const { path, sha256 } = written;
  const lines = [
    "Signed.",
    "",
    ...hang("  file    ", escapeForTerminal(path)),
    `  SHA-256 ${sha256}`,
    "",
    ...hang(
      "",
      "Send this file back, any way you like: it holds the signature and nothing secret. The administrator takes it in with `tuf-ceremony collect`. Keep your signing log, and keep a copy of it.",
    ),
    "",
  ];
  context.finish({
    exit: "done",
    text: lines.join("\n"),
    document: { signed: true, file: path, fileSha256: sha256, ...reviewDocument(review) },
  });
}

async function readOrder(
  options: Options,
  review: Review,
  request: SigningOrder["request"],
): Promise<SigningOrder | null> {
  const named = await readKey(options, review);
  if (named === null) return null;
  return {
    review,
    request,
    key: named.key,
    label: named.label ?? `${request.ceremony} ${request.key}`,
    log: requireOption("--log", options.log, "your own signing log"),
    out: requireOption("--out", options.out, "a folder for the signature file"),
    clock: systemClock,
  };
}

async function readKey(
  { key, token: uri, machine }: Options,
  { plan }: Review,
): Promise<{ readonly key: HolderKey; readonly label?: string | undefined } | null> {
  if (key !== undefined && uri !== undefined) throw wrongOption("either --key or --token", "both");
  if (key !== undefined) return { key: { kind: "file", path: key } };
  if (uri === undefined) return null;
  const { token, object } = await findHolderToken(uri, machine, plan?.script.pins.modules);
  return { key: { kind: "token", token }, label: object };
}

function ownFile(path: string, option: string, digest: string | undefined): OwnFile {
  return { path, onPaper: digest === undefined ? null : readDigest(option, digest) };
}

function noAnchor(): CeremonyError {
  return new CeremonyError({
    code: "sign/no-anchor",
    exit: "usage",
    expected: "something of your own to judge the request by: --script or --root",
    found: "neither",
    remedy:
      "Use the copy that you got when the script was agreed, or the root that you trust; never one that came with the request.",
  });
}
