/** `tuf-ceremony check`: validate a script, show the plan, its digest and its words. */
import type { Command } from "commander";
import { hasErrors } from "../ceremony/script-rules/findings.ts";
import { loadCeremony } from "../live/load-script.ts";
import { planDocument } from "../report/plan-document.ts";
import { renderFindings, renderPlan } from "../report/plan-text.ts";
import { pgpWords } from "../terminal/words.ts";
import type { CliContext } from "./context.ts";

export function define(command: Command, context: CliContext): void {
  command.argument("<script>", "the script of a ceremony (YAML)").action((path: string) => {
    const { sha256, plan, findings } = loadCeremony(path);
    const isGood = plan !== null && !hasErrors(findings);
    const lines = [...renderFindings(path, findings), ...(plan === null ? [] : renderPlan(plan))];
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
      },
    });
  });
}

function countFindings(findings: readonly { readonly severity: string }[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  return `${errors === 0 ? "OK" : "NOT A VALID SCRIPT"}: ${count(errors, "error")}, ${count(warnings, "warning")}`;
}
