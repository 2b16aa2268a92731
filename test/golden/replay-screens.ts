/** The screens of a ceremony, made again from its transcript alone: what people saw is no matter of memory. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnyAction, Outcome } from "../../src/ceremony/effects.ts";
import { Execution } from "../../src/ceremony/execution.ts";
import { CeremonyFolder, TRANSCRIPT } from "../../src/live/ceremony-folder.ts";
import { folderPlans } from "../../src/live/folder-plans.ts";
import type { Line } from "../../src/transcript/line.ts";
import { splitLines, TranscriptReader } from "../../src/transcript/read.ts";
import { ScreenLog } from "./show-screens.ts";

/** Actions that nobody sees. */
const UNSEEN: ReadonlySet<AnyAction["kind"]> = new Set(["clock", "receive", "end-key"]);

/** Without the messages between the sessions, which need the folder's name. */
export function replayScreens(folder: string): string {
  const execution = new Execution(folderPlans(new CeremonyFolder(folder)));
  const screens = new ScreenLog();
  let asked = false;
  for (const line of readLines(folder)) {
    if (asked && line.type === "outcome" && isAnswer(line.outcome)) screens.noteOutcome(line.outcome);
    else if (asked && line.type === "seal") screens.noteOutcome(null);
    asked = false;
    assert.equal(execution.accept(line), null);
    // A question that an earlier session left open is asked again once the head was compared.
    if (line.type !== "begin" && line.type !== "outcome") asked = showAction(execution, screens);
  }
  return screens.text;
}

/** Whether it is a question. */
function showAction(execution: Execution, screens: ScreenLog): boolean {
  const { state, openStep } = execution;
  const expected = execution.expect();
  if (expected.awaits !== "outcome" || state === null || openStep === null) return false;
  const { action } = expected;
  const situation = { state, step: openStep.step };
  if (action.kind === "ask") screens.showQuestion(action.request, situation);
  else if (!UNSEEN.has(action.kind)) screens.showWork(action.kind, situation);
  return action.kind === "ask";
}

function isAnswer(outcome: Outcome): outcome is Outcome<"ask"> {
  return !outcome.ok || "form" in outcome.value;
}

function readLines(folder: string): readonly Line[] {
  const reader = new TranscriptReader();
  return Array.from(splitLines(readFileSync(join(folder, TRANSCRIPT))), (bytes) => {
    const read = reader.read(bytes);
    assert.ok(read.ok);
    return read.line;
  });
}
