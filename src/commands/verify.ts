/** `tuf-ceremony verify`: metadata and root chains, ours or anybody's. */

import type { Command } from "commander";
import { CeremonyError } from "../errors.ts";
import { judgementDocument } from "../report/judgement.ts";
import { renderRules } from "../report/rules-text.ts";
import { renderJudgement } from "../report/verify-text.ts";
import { CLIENT_LIMITS, type VerifyOptions } from "../tuf/chain.ts";
import { quote } from "../tuf/quote.ts";
import { RULES } from "../tuf/rule-table.ts";
import type { SignatureVerifier } from "../tuf/signatures.ts";
import { isUtcSecond, type UtcSecond } from "../tuf/types.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";
import { judgeFiles } from "./verify-files.ts";

interface Options {
  readonly from?: string;
  readonly dir?: string;
  readonly repo?: string;
  readonly at?: string;
  readonly ceremony?: string;
  readonly secondOpinion?: true;
  readonly maxRootBytes?: string;
  readonly rules?: true;
}

const EXAMPLES = `
Examples:
  $ tuf-ceremony verify 1.root.json 2.root.json 1.targets.json
  $ tuf-ceremony verify --repo metadata --at 2026-12-04T00:00:00Z
  $ tuf-ceremony verify --from trusted-root.json --dir metadata --json
  $ tuf-ceremony verify 1.root.json --ceremony pypi-2026-root

--repo judges roots only, and names what else is in the folder; --from and --dir judge all of it, from the root that is trusted already.

A bad signature, a scheme that can't be verified and a warning are three different things, and named as such.
Exit status: 0 valid, 1 not valid, 2 nothing to judge: a wrong option, no root, a file that can't be read.`;

export function define(command: Command, context: CliContext): void {
  command
    .argument(
      "[files...]",
      "roots in order, then targets and delegated roles: 1.root.json 2.root.json 1.targets.json",
    )
    .option("--from <root>", "the root that is trusted already")
    .option("--dir <folder>", "with --from: the folder with newer roots and all other metadata")
    .option("--repo <folder>", "judge roots only: every N.root.json of a folder, in order")
    .option("--at <time>", "judge expiry as of this time, YYYY-MM-DDTHH:MM:SSZ (default: now)")
    .option("--ceremony <folder>", "call signers by their holders' names, as this ceremony's script has them")
    .option("--second-opinion", "verify every signature with a second implementation too")
    .option(
      "--max-root-bytes <number>",
      `refuse larger roots (default: ${CLIENT_LIMITS.rootBytes}, as clients do)`,
    )
    .option("--rules", "print the rules and what they rest on")
    .addHelpText("after", helpText(EXAMPLES))
    .action(async (files: readonly string[], options: Options) => {
      if (options.rules === true) {
        context.finish({ exit: "done", text: renderRules(RULES), document: RULES });
        return;
      }
      if (options.dir !== undefined && options.from === undefined) throw missingFrom();
      const { from = null, dir = null, repo = null } = options;
      const names = options.ceremony === undefined ? new Map() : await loadNames(options.ceremony);
      const input = { files, from, folder: dir, repository: repo };
      const judgement = judgeFiles(input, await readOptions(options), names);
      context.finish({
        exit: judgement.isValid ? "done" : "refused",
        text: renderJudgement(judgement),
        document: judgementDocument(judgement),
      });
    });
}

async function readOptions({ at, secondOpinion, maxRootBytes }: Options): Promise<VerifyOptions> {
  const rootBytes = maxRootBytes === undefined ? CLIENT_LIMITS.rootBytes : readNumber(maxRootBytes);
  return {
    at: at === undefined ? now() : readTime(at),
    secondOpinion: secondOpinion === true ? await loadSecondOpinion() : null,
    limits: { ...CLIENT_LIMITS, rootBytes },
    rehearsal: false,
  };
}

/** Replays that ceremony: loads what nothing else here needs. */
async function loadNames(folder: string): Promise<ReadonlyMap<string, string>> {
  const { signerNames } = await import("../audit/signer-names.ts");
  return signerNames(folder);
}

/** Only where it is wanted: half of what the program would load. */
async function loadSecondOpinion(): Promise<SignatureVerifier> {
  const { verifyByJavaScript } = await import("../tuf/javascript-signatures.ts");
  return verifyByJavaScript;
}

function now(): UtcSecond {
  return readTime(`${new Date().toISOString().slice(0, 19)}Z`);
}

function readTime(text: string): UtcSecond {
  if (isUtcSecond(text)) return text;
  throw wrongValue("verify/time", "a time in UTC, YYYY-MM-DDTHH:MM:SSZ", text);
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw wrongValue("verify/number", "a number of bytes", text);
}

function wrongValue(code: string, expected: string, text: string): CeremonyError {
  return new CeremonyError({
    code,
    exit: "usage",
    expected,
    found: quote(text),
    remedy: "Correct the option.",
  });
}

function missingFrom(): CeremonyError {
  return new CeremonyError({
    code: "verify/no-trusted-root",
    exit: "usage",
    expected: "--from with --dir: the root that is trusted already",
    found: "--dir alone",
    remedy: "Name the trusted root with --from, or use --repo to start from the first root of the folder.",
  });
}
