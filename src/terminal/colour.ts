/**
 * Colour that is decided here and nowhere else: chalk ignores NO_COLOR, so its level is set from our own rule.
 * Colour never carries meaning alone: every screen reads the same without it.
 */
import { Chalk, type ColorSupportLevel } from "chalk";

/** What parts of a screen are painted with. */
export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  /** A rehearsal's mark, a mismatch: what must not be overlooked. */
  alert(text: string): string;
}

/**
 * 0: none, 1: sixteen colours (all that is used). NO_COLOR, if not empty, wins (no-color.org); FORCE_COLOR (not `0`)
 * comes next; else a terminal that is not `dumb` has colour.
 */
export function colourLevel(environment: NodeJS.ProcessEnv, isTerminal: boolean): ColorSupportLevel {
  if (environment["NO_COLOR"]) return 0;
  const force = environment["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force === "0" || force === "false" ? 0 : 1;
  return isTerminal && environment["TERM"] !== "dumb" ? 1 : 0;
}

export function paintFor(level: ColorSupportLevel): Paint {
  const chalk = new Chalk({ level });
  return {
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    alert: (text) => chalk.bold.yellow(text),
  };
}

export const PLAIN: Paint = paintFor(0);
