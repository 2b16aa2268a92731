/** How the program shows what went wrong: to people on stderr, to programs on stdout. */
import { CeremonyError, ExitStatus } from "../errors.ts";
import { escapeForTerminal } from "../terminal/escape.ts";
import { quote } from "../tuf/quote.ts";

export interface Failure {
  readonly status: number;
  /** For stderr. */
  readonly text: string;
  /** For stdout, with `--json`. */
  readonly document: unknown;
}

export function describeFailure(error: unknown): Failure {
  if (error instanceof CeremonyError) return describeRefusal(error);
  return isOfFile(error) ? describeRefusal(refusalOfSystem(error)) : describeBug(error);
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

function describeRefusal(error: CeremonyError): Failure {
  const { code, exit, expected, found, remedy } = error;
  const text = `tuf-ceremony: ${exit} [${code}]
  expected  ${neutralize(expected)}
  found     ${neutralize(found)}
  remedy    ${neutralize(remedy)}
`;
  return { status: ExitStatus[exit], text, document: { error: { code, exit, expected, found, remedy } } };
}

/** The message of an unknown error may quote anything, a secret too: only its class and where it arose are shown. */
function describeBug(error: unknown): Failure {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const frames = error instanceof Error ? framesOf(error) : [];
  const text = `tuf-ceremony: a bug in the tool (${neutralize(name)}); the ceremony folder is as the last finished action left it
${frames.map((frame) => `  ${neutralize(frame)}\n`).join("")}  remedy    Start the same command again. Please report this, with the lines above and no others.
`;
  return { status: ExitStatus.bug, text, document: { error: { code: "bug", exit: "bug", name, frames } } };
}

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
