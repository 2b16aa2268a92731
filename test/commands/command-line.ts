/** The program as people start it: a process of its own, without a terminal. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

/** What to start in a pseudo-terminal. */
export function commandLine(...words: readonly string[]): readonly string[] {
  return [process.execPath, CLI, ...words];
}

export interface Finished {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

export function start(...words: readonly string[]): Finished {
  const [program = "", ...rest] = commandLine(...words);
  const { FORCE_COLOR: _, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync(program, rest, {
    encoding: "utf8",
    input: "",
    env: environment,
  });
  return { status, out: stdout, error: stderr };
}

/** The command line is refused: one message on stderr in four lines, nothing on stdout. */
export function assertRefused(words: readonly string[], status: number, code: string): void {
  const { status: found, out, error } = start(...words);
  assert.equal(found, status, error);
  assert.equal(out, "");
  assert.match(error, /^tuf-ceremony: \w+ \[\S+\]\n {2}expected {2}.+\n {2}found {5}.+\n {2}remedy {4}.+\n$/);
  assert.ok(error.includes(`[${code}]`), error);
}

/** Help has examples of this command. */
export function assertHelp(command: string, ...names: readonly string[]): void {
  const { status, out, error } = start(command, "--help");
  assert.deepEqual([status, error], [0, ""]);
  assert.match(out, new RegExp(`^Usage: tuf-ceremony ${command} \\[options\\] [<[]`));
  assert.match(out, new RegExp(`^ {2}\\$ tuf-ceremony ${command} .+$`, "m"));
  const words = out.replaceAll(/\s+/g, " ");
  for (const name of ["--json", ...names]) assert.ok(words.includes(name), name);
  assert.equal(start("help", command).out, out);
}

/** Nothing in it acts on a terminal: no colour, no cursor, no controls but line feeds. */
export function assertPlain(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is there to find them
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
}
