/** A script as far as it could be read: what the rules judge, so that one mistake does not hide another. */
import type { Script } from "./script.ts";

export interface ScriptDraft extends Omit<Script, "window"> {
  readonly window: Script["window"] | null;
  /** Every name that is written down, also of entries that could not be read: who refers to them is not wrong. */
  readonly declared: {
    readonly people: ReadonlySet<string>;
    readonly keys: ReadonlySet<string>;
    readonly roles: ReadonlySet<string>;
  };
}
