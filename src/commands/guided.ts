/** What the guided commands share: the terminal, and how a session's end is told. */

import type { HeldSession } from "../live/hold-session.ts";
import type { People } from "../live/people.ts";
import { TerminalPeople } from "../live/terminal-people.ts";
import { sessionDocument, tellSession } from "../report/session-text.ts";
import { CeremonyTerminal } from "../terminal/terminal.ts";
import type { CliContext } from "./context.ts";

/** This terminal, not taken yet. */
export function thisTerminal(): CeremonyTerminal {
  const { stdin, stdout, env } = process;
  return new CeremonyTerminal({ input: stdin, output: stdout, environment: env });
}

/**
 * Takes the terminal before anything slow begins, so that nothing typed early is ever echoed, and gives it back whatever
 * happens. Refuses with `terminal/none` where there is none.
 */
export async function withPeople<Result>(
  work: (people: TerminalPeople, terminal: CeremonyTerminal) => Promise<Result>,
): Promise<Result> {
  const terminal = thisTerminal();
  const people = new TerminalPeople(terminal);
  try {
    return await work(people, terminal);
  } finally {
    people.close();
  }
}

/** Waits for the session, shows the head until somebody has read it, gives the terminal back, ends the command. */
export async function finishSession(
  context: CliContext,
  people: People,
  held: Promise<HeldSession>,
  folder: string,
): Promise<void> {
  const session = await held;
  const lines = tellSession(session, folder);
  await people.tell(lines);
  people.close();
  context.finish({
    exit: exitOf(session.reason),
    text: `${lines.join("\n")}\n`,
    document: sessionDocument(session, folder),
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
