/** Options that belong together: what commander can't say. */
import { CeremonyError } from "../errors.ts";
import { quote } from "../tuf/quote.ts";

export function requireOption(name: string, value: string | undefined, what: string): string {
  if (value !== undefined && value !== "") return value;
  throw wrongOption(`${name}: ${what}`, "none");
}

/** Stands for the exact command, which only whoever has the whole command line knows (program.ts). */
export const SEE_HELP = "See the help of the command.";

/** `found` is ready to be shown. */
export function wrongOption(expected: string, found: string, remedy = SEE_HELP): CeremonyError {
  return new CeremonyError({
    code: "cli/option",
    exit: "usage",
    expected,
    found,
    remedy,
  });
}

export function quotedOption(expected: string, value: string): CeremonyError {
  return wrongOption(expected, quote(value, 200));
}
