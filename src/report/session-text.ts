/** What a session leaves on the screen: how it ended, the head to read aloud and write down, and how to go on. */
import { isFinished } from "../ceremony/next.ts";
import type { HeldSession } from "../live/hold-session.ts";
import { clipForTerminal } from "../terminal/escape.ts";
import { digestLines } from "../terminal/panel.ts";
import { pgpWords } from "../terminal/words.ts";
import { hang } from "./lines.ts";

/** First line: a title. The head is the digest of the transcript as it is now; nothing is appended after it. */
export function tellSession(session: HeldSession, folder: string): readonly string[] {
  return [
    title(session),
    "",
    ...outcome(session),
    "Read the head of the transcript aloud, and write it down:",
    ...digestLines(session.head),
    "",
    ...goOn(session, folder),
  ];
}

function title({ reason, state }: HeldSession): string {
  const what = state.rehearsal ? "rehearsal" : "ceremony";
  switch (reason) {
    case "finished":
      return `The ${what} is finished.`;
    case "paused":
      return state.rehearsal
        ? "The rehearsal was left before its end."
        : "The ceremony is paused. Everything up to here is kept.";
    case "waiting":
      return `The ${what} waits for signatures from elsewhere.`;
    case "aborted":
      return `The ${what} was aborted. It can't be gone on with.`;
    case "amendment-needed":
      return `The ${what} waits for an amended script.`;
    default:
      return reason satisfies never;
  }
}

function outcome({ reason, state }: HeldSession): readonly string[] {
  if (reason === "finished") {
    const files = state.plan.documents.map(({ path }) => `  ${path}`);
    return ["Signed, verified and written:", ...files, ""];
  }
  if (reason !== "waiting") return [];
  const missing = state.plan.steps
    .filter((step) => step.kind === "collect" && !isFinished(state, step))
    .map(({ role, key = "" }) => {
      const planned = state.plan.keys.get(key)?.key;
      const holder = planned !== undefined && "holder" in planned ? planned.holder : "";
      const name = clipForTerminal(state.plan.script.people.get(holder)?.name ?? holder, 50);
      return `  ${role}: ${name} (${key})`;
    });
  return ["Missing:", ...missing, ""];
}

function goOn({ reason, state }: HeldSession, folder: string): readonly string[] {
  const { rehearsal } = state;
  const shown = clipForTerminal(folder, 60);
  const stores = new Set([...state.plan.keys.values()].map(({ key }) => key.store));
  const machine = !rehearsal && (stores.has("hsm") || stores.has("file")) ? " --machine MACHINE-FILE" : "";
  // Its keys ended with the program, whatever it waits for.
  if (rehearsal && reason !== "finished")
    return hang("Next: ", "rehearse again from the beginning, in a new folder.");
  switch (reason) {
    case "finished":
      return rehearsal ? [] : hang("Next: ", `tuf-ceremony audit ${shown}`);
    case "paused":
      return hang("Next: ", "the same command again goes on where it was.");
    case "waiting":
      return hang("Next: ", `tuf-ceremony collect ${shown} SIGNATURE-FILE${machine}`);
    case "amendment-needed":
      return hang(
        "Next: ",
        `write the whole new script, then: tuf-ceremony run NEW-SCRIPT --folder ${shown}${machine}`,
      );
    case "aborted":
      return [];
    default:
      return reason satisfies never;
  }
}

/** The same for programs. */
export function sessionDocument({ reason, head, lines, state }: HeldSession, folder: string): unknown {
  return {
    folder,
    reason,
    head,
    words: pgpWords(head),
    lines,
    session: state.session,
    rehearsal: state.rehearsal,
    documents: state.plan.documents.map(({ role, path, version }) => ({ role, path, version })),
    exceptions: state.exceptions,
  };
}
