/** `tuf-ceremony check`: validate a script, show the plan, its digest and its words. */
import type { Command } from "commander";
import { reportPlan } from "../ceremony/compatibility-report.ts";
import { hasErrors } from "../ceremony/script-rules/findings.ts";
import { SCRIPT_RULES } from "../ceremony/script-rules/rules.ts";
import { CeremonyError } from "../errors.ts";
import { loadCeremony } from "../live/load-script.ts";
import { tellCompatibility } from "../report/compatibility-text.ts";
import { planDocument } from "../report/plan-document.ts";
import { renderDigest, renderFindings, renderPlan } from "../report/plan-text.ts";
import { renderScriptRules } from "../report/rules-text.ts";
import { pgpWords } from "../terminal/words.ts";
import { isUtcSecond, type UtcSecond } from "../tuf/types.ts";
import type { CliContext } from "./context.ts";
import { helpText } from "./help-text.ts";

interface Options {
  readonly clients?: boolean;
  readonly rules?: boolean;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument("[script]", "the script of a ceremony (YAML)")
    .option("--clients", "tell which clients and devices can read and sign what it will make")
    .option("--rules", "print the rules and what they rest on")
    .addHelpText(
      "after",
      helpText(`
With --clients, the documents are composed as they will be, with keys of the same
kinds in place of those that are made at the ceremony. It is a report: it refuses
nothing and changes no exit status (docs/clients.md).

Examples:
  $ tuf-ceremony check pypi-2026-root.yaml
  $ tuf-ceremony check pypi-2026-root.yaml --clients

Exit status: 0 a valid script, 2 not a valid one.`),
    )
    .action((path: string | undefined, { clients = false, rules = false }: Options) => {
      if (rules) {
        context.finish({ exit: "done", text: renderScriptRules(SCRIPT_RULES), document: SCRIPT_RULES });
        return;
      }
      if (path === undefined) throw missingScript();
      const { sha256, plan, findings } = loadCeremony(path, now());
      const isGood = plan !== null && !hasErrors(findings);
      const compatibility = clients && plan !== null ? reportPlan(plan) : null;
      const lines = [
        // People look for it on the first page, and once more at the end of a long screen.
        ...(isGood ? renderDigest(sha256) : []),
        ...renderFindings(path, findings),
        ...(plan === null ? [] : renderPlan(plan)),
        ...(compatibility === null ? [] : tellCompatibility(compatibility)),
      ];
      context.finish({
        exit: isGood ? "done" : "usage",
        text: [...lines, countFindings(findings)].join("\n").concat("\n"),
        document: {
          script: path,
          sha256,
          words: pgpWords(sha256),
          valid: isGood,
          findings,
          plan: plan === null ? null : planDocument(plan),
          ...(clients ? { compatibility } : {}),
        },
      });
    });
}

/** Null for a clock that no date has. */
function now(): UtcSecond | null {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  return isUtcSecond(time) ? time : null;
}

function countFindings(findings: readonly { readonly severity: string }[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  return `${errors === 0 ? "OK" : "NOT A VALID SCRIPT"}: ${count(errors, "error")}, ${count(warnings, "warning")}`;
}

function missingScript(): CeremonyError {
  return new CeremonyError({
    code: "check/no-script",
    exit: "usage",
    expected: "the script of a ceremony",
    found: "none",
    remedy: "Name the script, or print the rules with --rules.",
  });
}
