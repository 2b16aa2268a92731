/** What the guided commands share: the terminal, and how a session's end is told. */

import { digestOfThisKit } from "../kit/this-kit.ts";
import { type HeldSession, holdSession, type SessionOptions } from "../live/hold-session.ts";
import type { MachineFile } from "../live/machine-file.ts";
import { TerminalPeople } from "../live/terminal-people.ts";
import { recordedResults, runPreflight, viewThisMachine } from "../machine/preflight.ts";
import { hang } from "../report/lines.ts";
import { sessionDocument, tellSession } from "../report/session-text.ts";
import { escapeForTerminal } from "../terminal/escape.ts";
import { CeremonyTerminal, requireScreen } from "../terminal/terminal.ts";
import type { CliContext } from "./context.ts";

/** Where the screens go, as a file descriptor: with `--json`, stdout is for the one document. */
export function screenOf({ json }: CliContext): 1 | 2 {
  return json ? 2 : 1;
}

/**
 * Takes the terminal before anything slow begins, so that nothing typed early is ever echoed, and gives it back whatever
 * happens. Refuses with `terminal/none` or `terminal/no-screen` where there is none.
 */
export async function withPeople<Result>(
  context: CliContext,
  work: (people: TerminalPeople, terminal: CeremonyTerminal) => Promise<Result>,
): Promise<Result> {
  const { stdin, stdout, stderr, env } = process;
  const output = screenOf(context) === 1 ? stdout : stderr;
  requireScreen(stdin, output);
  const terminal = new CeremonyTerminal({ input: stdin, output, environment: env });
  const people = new TerminalPeople(terminal);
  try {
    return await work(people, terminal);
  } finally {
    people.close();
  }
}

/** What `run`, `rehearse` and `collect` differ in. */
export type GuidedSession = Pick<
  SessionOptions,
  "root" | "script" | "rehearsal" | "people" | "stores" | "incoming" | "clock"
> & {
  /** Where it uses any. */
  readonly machine?: MachineFile;
  /** Files that were handed over and not used, with the reason; asked for when the session is over. */
  readonly unused?: () => readonly UnusedFile[];
};

export interface UnusedFile {
  readonly path: string;
  readonly why: string;
}

/** One session, told and finished: shows the head until somebody has read it, gives the terminal back, ends the command. */
export async function holdGuided(context: CliContext, session: GuidedSession): Promise<void> {
  const { root, people, machine } = session;
  const held = await holdSession({
    ...session,
    tool: `tuf-ceremony ${context.version}`,
    kit: digestOfThisKit(),
    preflight: async () => ({
      results: recordedResults(runPreflight(await viewThisMachine(root, machine?.media))),
    }),
  });
  const lines = tellSession(held, root);
  await people.tell(lines);
  people.close();
  const unused = session.unused?.() ?? [];
  const notes = unused.flatMap(({ path, why }) => hang("not used: ", `${escapeForTerminal(path)} (${why})`));
  context.finish({
    exit: exitOf(held.reason),
    text: `${[...lines, ...notes].join("\n")}\n`,
    document: {
      ...(sessionDocument(held, root) as object),
      ...(session.unused === undefined ? {} : { unused }),
    },
  });
}

function exitOf(reason: HeldSession["reason"]): "done" | "waiting" | "refused" {
  switch (reason) {
    case "finished":
      return "done";
    case "aborted":
      return "refused";
    case "paused":
    case "waiting":
    case "amendment-needed":
      return "waiting";
    default:
      return reason satisfies never;
  }
}
