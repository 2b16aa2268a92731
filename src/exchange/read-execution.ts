/** A ceremony folder that is only read: its transcript, executed up to its end. */
import { Execution } from "../ceremony/execution.ts";
import type { CeremonyState } from "../ceremony/state.ts";
import { CeremonyFolder, TRANSCRIPT } from "../live/ceremony-folder.ts";
import { folderPlans } from "../live/folder-plans.ts";
import { TranscriptReader } from "../transcript/read.ts";

export type ReadExecution =
  | { readonly ok: true; readonly execution: Execution }
  /** The line of the transcript that says what can't be, and what it says. */
  | { readonly ok: false; readonly line: number; readonly found: string };

/**
 * null where there is no transcript. A torn last line is what a crash leaves, or a ceremony that is being written just
 * now: it is not looked at.
 */
export function readExecution(folder: CeremonyFolder): ReadExecution | null {
  if (!folder.hasTranscript) return null;
  const reader = new TranscriptReader();
  const execution = new Execution(folderPlans(folder));
  for (const bytes of folder.lines(TRANSCRIPT)) {
    if (bytes.at(-1) !== 0x0a) break;
    const read = reader.read(bytes);
    if (!read.ok) return { ok: false, line: read.problem.line, found: read.problem.found };
    const problem = execution.accept(read.line);
    if (problem !== null) return { ok: false, line: read.line.seq, found: problem.found };
  }
  return { ok: true, execution };
}

/** Where a ceremony stands that can be gone on with; null: none is there, or it has ended, or opening it will say what is wrong. */
export function openState(root: string): CeremonyState | null {
  const read = readExecution(new CeremonyFolder(root));
  if (read === null || !read.ok || read.execution.expect().awaits === "nothing") return null;
  return read.execution.state;
}
