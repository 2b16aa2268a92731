/** How the program shows what went wrong: to people on stderr, to programs on stdout. */
import { CeremonyError, ExitStatus } from "../errors.ts";
import { hang, WIDTH } from "../report/lines.ts";
import { escapeForTerminal } from "../terminal/escape.ts";
import { quote } from "../tuf/quote.ts";

export interface Failure {
  readonly status: number;
  /** For stderr. */
  readonly text: string;
  /** For stdout, with `--json`. */
  readonly document: unknown;
}

/** @param columns of the terminal that it is shown on; none: each part stays on one line, for programs */
export function describeFailure(error: unknown, columns?: number): Failure {
  if (error instanceof CeremonyError) return describeRefusal(error, columns);
  return isOfFile(error) ? describeRefusal(refusalOfSystem(error), columns) : describeBug(error, columns);
}

interface FileError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path: string;
}

/** What the system says of a file or folder is no bug, wherever it was not foreseen. */
function isOfFile(error: unknown): error is FileError {
  if (!(error instanceof Error && "code" in error && "syscall" in error && "path" in error)) return false;
  return [error.code, error.syscall, error.path].every((value) => typeof value === "string");
}

function refusalOfSystem(error: FileError): CeremonyError {
  return new CeremonyError({
    code: `system/${error.code}`,
    exit: "device",
    expected: `a file or folder that this user can use (${error.syscall})`,
    found: `${error.code}: ${quote(error.path, 200)}`,
    remedy: "Look at the path, at whose it is, and at who may read or write it.",
    cause: error,
  });
}

function describeRefusal(error: CeremonyError, columns: number | undefined): Failure {
  const { code, exit, expected, found, remedy } = error;
  const lines = [
    `tuf-ceremony: ${exit} [${code}]`,
    ...part("  expected  ", neutralize(expected), columns),
    ...part("  found     ", neutralize(found), columns),
    ...part("  remedy    ", neutralize(remedy), columns),
  ];
  const document = { error: { code, exit, expected, found, remedy } };
  return { status: ExitStatus[exit], text: `${lines.join("\n")}\n`, document };
}

function part(label: string, text: string, columns: number | undefined): readonly string[] {
  return columns === undefined ? [`${label}${text}`] : hang(label, text, Math.min(columns, WIDTH));
}

/** The message of an unknown error may quote anything, a secret too: only its class and where it arose are shown. */
function describeBug(error: unknown, columns: number | undefined): Failure {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const frames = error instanceof Error ? framesOf(error) : [];
  const what = `a bug in the tool (${neutralize(name)}); the ceremony folder is as the last finished action left it`;
  const lines = [
    ...part("tuf-ceremony: ", what, columns),
    ...frames.map((frame) => `  ${neutralize(frame)}`), // whole: they are to be copied
    ...part("  remedy    ", REPORT_IT, columns),
  ];
  const document = { error: { code: "bug", exit: "bug", name, frames } };
  return { status: ExitStatus.bug, text: `${lines.join("\n")}\n`, document };
}

const REPORT_IT = "Start the same command again. Please report this, with the lines above and no others.";

/** The lines of a stack below the message, which may have several lines itself and may look like anything. */
function framesOf(error: Error): readonly string[] {
  const stack = error.stack ?? "";
  const at = stack.indexOf(error.message);
  const below = at === -1 ? "" : stack.slice(at + error.message.length);
  return below
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "));
}

/** Whoever wrote the text may have escaped other people's words in it already: their backslashes stay single. */
function neutralize(text: string): string {
  return text.split("\\").map(escapeForTerminal).join("\\");
}
