/** What every command is given, and what it gives back. */
import type { Command } from "commander";
import type { ExitKind } from "../errors.ts";

export interface CommandResult {
  /** The exit status, by name (src/errors.ts). */
  readonly exit: Exclude<ExitKind, "bug">;
  /** For people, on stdout; not shown with `--json`. Other people's words in it are escaped already. */
  readonly text: string;
  /** For programs: the one JSON document on stdout with `--json`. */
  readonly document: unknown;
}

export interface CliContext {
  /** Of the tool, as in package.json. */
  readonly version: string;
  /** `--json` was given: nothing but the result may be written to stdout. */
  readonly json: boolean;
  /** Colours are wanted on stdout: it is a terminal and NO_COLOR is not set. (chalk 6 does not look at NO_COLOR.) */
  readonly colour: boolean;
  /** Ends the command; called once. */
  readonly finish: (result: CommandResult) => void;
}

/** One line of src/commands/table.ts. */
export type CommandEntry = {
  readonly name: string;
  /** One line of `tuf-ceremony --help`. */
  readonly summary: string;
} & (
  | { readonly load: () => Promise<CommandModule> }
  /** Only a name for commands that belong together. */
  | { readonly commands: readonly CommandEntry[]; readonly examples: string }
);

export interface CommandModule {
  readonly define: (command: Command, context: CliContext) => void;
}
