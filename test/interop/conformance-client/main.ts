#!/usr/bin/env node
/**
 * Our verification as the client under test of tuf-conformance, by the protocol of that suite's CLIENT-CLI.md.
 *
 * Root only: this program holds ceremonies for root and targets and is no client, so there is nothing here that knows
 * timestamp or snapshot. Exit status 0 and 1 as the protocol has it; 70 for a mistake in the client, so that a mistake
 * never looks like a refusal.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { CeremonyError } from "../../../src/errors.ts";
import { escapeForTerminal } from "../../../src/terminal/escape.ts";
import { refresh } from "./refresh.ts";
import { initialize } from "./trusted-root.ts";

const HELP = `Usage: main.ts --metadata-dir DIR init ROOT
       main.ts --metadata-dir DIR --metadata-url URL refresh

A client for the tests of tuf-conformance that are about root metadata alone.

  init       verifies ROOT and stores it as DIR/root.json
  refresh    follows the chain of roots from DIR/root.json on, and ends there:
             timestamp, snapshot and targets are not looked at
  download   is not offered

  --time-limit SECONDS   for the whole of a refresh (default: 60)
  --target-name, --target-base-url, --target-dir
             are the suite's, for download

Only a repository on this machine (127.0.0.1, [::1], localhost) is asked.
`;

const OPTIONS = {
  "metadata-dir": { type: "string" },
  "metadata-url": { type: "string" },
  "target-name": { type: "string" },
  "target-base-url": { type: "string" },
  "target-dir": { type: "string" },
  "time-limit": { type: "string", default: "60" },
  help: { type: "boolean", default: false },
} as const satisfies ParseArgsConfig["options"];

try {
  process.stdout.write(await run(process.argv.slice(2)));
} catch (error) {
  const isRefusal = error instanceof CeremonyError;
  process.stderr.write(isRefusal ? describeRefusal(error) : `conformance-client: a bug: ${inspect(error)}\n`);
  process.exitCode = isRefusal ? 1 : 70;
}

/** What to print where all went well. */
async function run(words: readonly string[]): Promise<string> {
  const { values, positionals } = readWords(words);
  if (values.help) return HELP;
  const [command = "", ...operands] = positionals;
  switch (command) {
    case "init": {
      const [path] = operands;
      if (path === undefined || operands.length > 1) throw usage("init with one trusted root", words);
      const version = await initialize(required(values["metadata-dir"], "--metadata-dir"), path);
      return `initialized with root version ${version}\n`;
    }
    case "refresh": {
      if (operands.length > 0) throw usage("refresh without anything behind it", words);
      process.stderr.write("conformance-client: root only: this refresh ends after the chain of roots\n");
      const version = await refresh({
        folder: required(values["metadata-dir"], "--metadata-dir"),
        url: readUrl(required(values["metadata-url"], "--metadata-url")),
        timeLimitSeconds: readSeconds(values["time-limit"]),
      });
      return `trusted root: version ${version}\n`;
    }
    case "download":
      throw new CeremonyError({
        code: "client/no-download",
        exit: "usage",
        expected: "init or refresh",
        found: "download, which is not offered: this client follows the chain of roots and nothing else",
        remedy: "Choose tests that are about root metadata alone.",
      });
    default:
      throw usage("init, refresh or download", words);
  }
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error)) throw error;
    throw usage("the options of --help", words, error);
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw usage(name, []);
  return value;
}

/** A client under test has no business elsewhere. */
function readUrl(text: string): URL {
  const url = URL.parse(text);
  const isLoopback = url !== null && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url?.protocol !== "http:" || !isLoopback) throw usage("an http URL of this machine", [text]);
  // The suite writes the slash, its documentation leaves it out.
  return new URL(url.href.endsWith("/") ? url.href : `${url.href}/`);
}

function readSeconds(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw usage("a number of seconds from 1 to 9999", [text]);
  return Number(text);
}

function usage(expected: string, words: readonly string[], cause?: unknown): CeremonyError {
  const found = words.length === 0 ? "nothing" : JSON.stringify(words.join(" "));
  return new CeremonyError({
    code: "client/usage",
    exit: "usage",
    expected,
    found,
    remedy: "See --help.",
    cause,
  });
}

function describeRefusal({ code, message }: CeremonyError): string {
  return `conformance-client: refused [${code}]: ${escapeForTerminal(message)}\n`;
}

function inspect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
