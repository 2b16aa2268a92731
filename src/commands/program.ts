/** Parses the command line, runs the one command it names, and turns whatever happens into an exit status. */
import { Command, CommanderError, Option } from "commander";
import { CeremonyError, ExitStatus } from "../errors.ts";
import { WIDTH } from "../report/lines.ts";
import { commandPath, rewriteHelp } from "./command-path.ts";
import type { CliContext, CommandEntry, CommandResult } from "./context.ts";
import { describeFailure } from "./failure.ts";
import { helpText } from "./help-text.ts";
import { SEE_HELP } from "./options.ts";
import { commandTable } from "./table.ts";

/** What the program touches of its process; tests give their own. */
export interface Surroundings {
  readonly version: string;
  readonly colour: boolean;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Of the terminal that errors are shown on, where they are. */
  readonly errorColumns?: number;
}

/** Runs the process: the last thing it does is to set the exit status. */
export async function startProgram(words: readonly string[], version: string): Promise<void> {
  const { stdout, stderr, env } = process;
  const surroundings: Surroundings = {
    version,
    colour: stdout.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb",
    writeOut: (text) => void stdout.write(text),
    writeError: (text) => void stderr.write(text),
    ...(stderr.isTTY ? { errorColumns: stderr.columns || WIDTH } : {}), // a serial console says 0
  };
  // Whoever reads our output may stop reading (`| head`): what is left to say has no listener.
  stdout.on("error", () => process.exit(process.exitCode ?? ExitStatus.device));
  // Node's own report of an error that nobody caught prints its message, which may hold anything.
  process.on("uncaughtException", (error) => process.exit(showFailure(error, words, surroundings)));
  process.exitCode = await runCommandLine(words, surroundings, commandTable);
}

/** Returns the exit status. The only place that catches everything. */
export async function runCommandLine(
  words: readonly string[],
  surroundings: Surroundings,
  table: readonly CommandEntry[],
): Promise<number> {
  const meant = rewriteHelp(words, table);
  try {
    const result = await performCommand(meant, wantsJson(words), surroundings, table);
    if (result === "helped") {
      return ExitStatus.done;
    }
    surroundings.writeOut(wantsJson(words) ? toJson(result.document) : result.text);
    return ExitStatus[result.exit];
  } catch (error) {
    return showFailure(nameHelp(error, commandPath(meant, table)), words, surroundings);
  }
}

/** A wrong command line is told which help is meant, in a form that can be typed. */
function nameHelp(error: unknown, path: readonly string[]): unknown {
  if (!(error instanceof CeremonyError) || error.remedy !== SEE_HELP) return error;
  const { code, exit, expected, found } = error;
  const remedy = `See "${["tuf-ceremony", ...path, "--help"].join(" ")}".`;
  return new CeremonyError({ code, exit, expected, found, remedy, cause: error });
}

async function performCommand(
  words: readonly string[],
  json: boolean,
  surroundings: Surroundings,
  table: readonly CommandEntry[],
): Promise<CommandResult | "helped"> {
  let result: CommandResult | undefined;
  const context: CliContext = {
    version: surroundings.version,
    json,
    colour: surroundings.colour,
    finish: (given) => {
      if (result !== undefined) {
        throw new Error("a command finished twice");
      }
      result = given;
    },
  };
  const program = await buildProgram(words, context, surroundings, table);
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      return interpretCommander(error);
    }
    throw error;
  }
  if (result === undefined) {
    throw new Error("a command ended without a result");
  }
  return result;
}

/** Every command by name and summary, and in full those that the command line mentions. */
async function buildProgram(
  words: readonly string[],
  context: CliContext,
  surroundings: Surroundings,
  table: readonly CommandEntry[],
): Promise<Command> {
  const program = quiet(new Command("tuf-ceremony"), surroundings)
    .description("Offline key ceremonies for The Update Framework")
    .version(surroundings.version, "-V, --version", "print the version")
    // Wherever it stands; shown in the help of each command.
    .addOption(new Option("--json").hideHelp());
  await addCommands(program, words, context, surroundings, table);
  return program;
}

async function addCommands(
  parent: Command,
  words: readonly string[],
  context: CliContext,
  surroundings: Surroundings,
  table: readonly CommandEntry[],
): Promise<void> {
  for (const entry of table) {
    const command = quiet(parent.command(entry.name), surroundings).description(entry.summary);
    if ("commands" in entry) {
      command.addOption(new Option("--json").hideHelp()).addHelpText("after", helpText(entry.examples));
      if (words.includes(entry.name))
        await addCommands(command, words, context, surroundings, entry.commands);
      continue;
    }
    command.option("--json", "print one JSON document on stdout");
    if (words.includes(entry.name)) (await entry.load()).define(command, context);
  }
}

/** Commander's errors come back as exceptions, to be shown like all others. */
function quiet(command: Command, surroundings: Surroundings): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: surroundings.writeOut,
      writeErr: () => undefined,
      getOutHasColors: () => surroundings.colour,
      getErrHasColors: () => false,
    });
}

function interpretCommander(error: CommanderError): "helped" {
  if (error.exitCode === 0) {
    return "helped";
  }
  const noCommand = error.code === "commander.help";
  throw new CeremonyError({
    code: "cli/usage",
    exit: "usage",
    expected: "a command and its arguments",
    found: noCommand ? "no command" : error.message.replace(/^error: /, "").replaceAll("\n", " "),
    remedy: SEE_HELP,
  });
}

function showFailure(error: unknown, words: readonly string[], surroundings: Surroundings): number {
  const failure = describeFailure(error, surroundings.errorColumns);
  if (wantsJson(words)) {
    surroundings.writeOut(toJson(failure.document));
  } else {
    surroundings.writeError(failure.text);
  }
  return failure.status;
}

/** Known even where the command line can't be parsed. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end === -1 ? words.length : end).includes("--json");
}

/** ASCII only, so that nothing in it can act on a terminal. */
function toJson(document: unknown): string {
  const text = JSON.stringify(document, undefined, 2);
  const escaped = text.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${escaped}\n`;
}
