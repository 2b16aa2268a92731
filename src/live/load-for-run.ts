/** A script for `run` and `rehearse`: it must be without error, and its plan must hold. */

import type { Plan } from "../ceremony/plan-types.ts";
import { hasErrors } from "../ceremony/script-rules/findings.ts";
import { CeremonyError } from "../errors.ts";
import { loadCeremony } from "./load-script.ts";
import type { LoadedScript } from "./open-ceremony.ts";

/** Throws `script/errors` with how many there are and the first of them. */
export function loadForRun(path: string): LoadedScript & { readonly plan: Plan } {
  const { bytes, inputs, plan, findings } = loadCeremony(path);
  if (plan !== null && !hasErrors(findings)) return { bytes, inputs, plan };
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  throw new CeremonyError({
    code: "script/errors",
    exit: "usage",
    expected: "a script without errors",
    found: `${errors.length}, the first in line ${first?.line ?? 1}: expected ${first?.expected}; found ${first?.found}`,
    remedy: "See all of them, with remedies, by `tuf-ceremony check SCRIPT`.",
  });
}
