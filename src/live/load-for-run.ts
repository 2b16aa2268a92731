/** A script for `run` and `rehearse`: it must be without error, and its plan must hold. */

import type { Plan } from "../ceremony/plan-types.ts";
import { hasErrors } from "../ceremony/script-rules/findings.ts";
import { CeremonyError } from "../errors.ts";
import type { Sha256Hex } from "../tuf/types.ts";
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

/** `run` starts only from the kit that the script pins; what is not a kit has no digest. Throws `kit/other`. */
export function requirePinnedKit({ script }: Plan, kit: Sha256Hex | null): void {
  const pinned = script.pins.kit;
  if (pinned === undefined || pinned === kit) return;
  throw new CeremonyError({
    code: "kit/other",
    exit: "refused",
    expected: `the kit with the SHA-256 ${pinned}, which the script pins`,
    found: kit ?? "a program that is not run from a kit",
    remedy: "Run it from that kit, or agree on a script without `pins: { kit }`.",
  });
}
