/** The hold screen: what Ctrl-C brings up. Nothing is lost, and nothing is recorded, by holding. */
import { CeremonyError } from "../errors.ts";
import { ChoiceEntry } from "./choice-entry.ts";
import { pairLines } from "./panel.ts";
import { type Place, renderFrame } from "./screen.ts";
import type { CeremonyTerminal } from "./terminal.ts";

const GOES_ON =
  "ends the program. Everything up to here is recorded: the same command goes on from here, today or another day.";

/**
 * A second Ctrl-C here changes nothing: leaving is a word, too. Only in a window that is too small for words it leaves.
 * Throws `terminal/gone` where nobody can answer: nobody would read the head of a sealed session either, so the session
 * breaks off as in a crash.
 */
export async function hold(terminal: CeremonyTerminal, place: Place): Promise<"resume" | "leave"> {
  const { gate } = terminal;
  for (;;) {
    gate.resume();
    const isLargeEnough = await terminal.largeEnough("paused");
    if (gate.gone) throw terminalGone();
    if (!isLargeEnough) return "leave";
    const frame = (): readonly string[] =>
      renderFrame(
        { place: { ...place, next: null }, title: "The ceremony is paused." },
        [
          "Take the time you need: nothing is lost by waiting.",
          "",
          ...pairLines([
            ["resume", "goes back to the question that was open."],
            ["leave", place.leave ?? GOES_ON],
          ]),
        ],
        { exception: false, pages: { page: 1, of: 1 } },
        terminal.paint,
      );
    const said = await terminal.prompt(frame, new ChoiceEntry(["resume", "leave"]));
    if (said.kind === "answer") return said.answer === "leave" ? "leave" : "resume";
  }
}

function terminalGone(): CeremonyError {
  return new CeremonyError({
    code: "terminal/gone",
    exit: "device",
    expected: "a terminal with somebody in front of it",
    found: "one that was closed",
    remedy: "Start the same command again: it goes on where it was.",
  });
}
