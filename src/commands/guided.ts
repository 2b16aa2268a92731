/** What the guided commands share: the terminal, and how a session's end is told. */

import type { HeldSession } from "../live/hold-session.ts";
import type { People } from "../live/people.ts";
import { TerminalPeople } from "../live/terminal-people.ts";
import { sessionDocument, tellSession } from "../report/session-text.ts";
import { CeremonyTerminal } from "../terminal/terminal.ts";
import type { CliContext } from "./context.ts";

/** The people in front of this terminal; refuses with `terminal/none` where there is none. */
export function openTerminal(): TerminalPeople {
  const { stdin, stdout, env } = process;
  return new TerminalPeople(new CeremonyTerminal({ input: stdin, output: stdout, environment: env }));
}

/** Waits for the session, shows the head until somebody has read it, gives the terminal back, ends the command. */
export async function finishSession(
  context: CliContext,
  people: People,
  held: Promise<HeldSession>,
  folder: string,
): Promise<void> {
  try {
    const session = await held;
    const lines = tellSession(session, folder);
    await people.tell(lines);
    people.close();
    context.finish({
      exit: exitOf(session.reason),
      text: `${lines.join("\n")}\n`,
      document: sessionDocument(session, folder),
    });
  } finally {
    people.close();
  }
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
