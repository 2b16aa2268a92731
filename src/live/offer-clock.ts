/**
 * Before a session begins: a clock that is outside the script's window is shown, and may be set. An unset real-time
 * clock is normal on a machine that was kept offline; a session that began with it would have the wrong times for ever.
 */
import type { Script } from "../ceremony/script.ts";
import { readTypedTime } from "../machine/clock.ts";
import { askText } from "../terminal/ask-text.ts";
import { ChoiceEntry } from "../terminal/choice-entry.ts";
import { type Asked, askOnPages } from "../terminal/dialogue.ts";
import { hold } from "../terminal/hold.ts";
import { pairLines, wrapLines } from "../terminal/panel.ts";
import type { RenderedScreen } from "../terminal/screen.ts";
import type { CeremonyTerminal } from "../terminal/terminal.ts";
import type { UtcSecond } from "../tuf/types.ts";

export interface ClockOffer {
  readonly script: Script;
  readonly clock: () => UtcSecond;
  readonly set: (time: UtcSecond) => Promise<void>;
}

/** False: people left instead. The ceremony's own clock step confirms the time afterwards, whatever was chosen here. */
export async function offerToSetClock(terminal: CeremonyTerminal, offer: ClockOffer): Promise<boolean> {
  const { script, clock, set } = offer;
  const { window } = script;
  let wasNoTime = false;
  for (;;) {
    const now = clock();
    if (now >= window.from && now <= window.to) return true;
    const screen = clockScreen(script, now, wasNoTime);
    const chosen = await orHold(terminal, screen, () =>
      askOnPages(terminal, {
        screen,
        exception: false,
        entry: () => new ChoiceEntry(["set", "keep", "leave"]),
      }),
    );
    if (chosen === null || chosen === "leave") return false;
    if (chosen === "keep") return true;
    const typed = await orHold(terminal, screen, () => askTime(terminal, screen));
    if (typed === null) return false;
    const time = readTypedTime(typed);
    wasNoTime = time === null;
    if (time !== null) await set(time);
  }
}

async function askTime(terminal: CeremonyTerminal, screen: RenderedScreen): Promise<Asked<string>> {
  return await askText(terminal, {
    screen: { ...screen, title: "What time is it now, in UTC?" },
    label: `time as ${EXAMPLE}`,
    exception: false,
    use: { word: "set", does: "sets this machine's clock to it" },
  });
}

/** Asks, and after a pause the same again. Null: people left. */
async function orHold(
  terminal: CeremonyTerminal,
  { place }: RenderedScreen,
  ask: () => Promise<Asked<string>>,
): Promise<string | null> {
  for (;;) {
    const asked = await ask();
    if (asked.kind === "answer") return asked.answer;
    if ((await hold(terminal, place)) === "leave") return null;
  }
}

const EXAMPLE = "2026-12-31 23:59";

function clockScreen(script: Script, now: UtcSecond, wasNoTime: boolean): RenderedScreen {
  return {
    place: {
      ceremony: script.title,
      rehearsal: false,
      step: null,
      who: [],
      minutesLeft: null,
      next: null,
      leave: "ends the program. This session has not begun, and records nothing.",
    },
    title: wasNoTime
      ? "That was no date and time. The clock is as it was."
      : "This machine's clock is outside the time that the script allows.",
    body: [
      wasNoTime ? wrapLines(`Type date and time, in UTC, with a blank between: ${EXAMPLE}`) : [],
      pairLines([
        ["This machine", `${now} (UTC)`],
        ["Script allows", `${script.window.from} to ${script.window.to}`],
      ]),
      wrapLines(
        "A machine that was switched off for long has often lost the time. Nothing of this session is recorded yet: set it now, before the session begins.",
      ),
      pairLines([
        ["set", "type the time, in UTC"],
        ["keep", "go on with this clock; the record shows it, and a witness is asked about it"],
        ["leave", "end the program and set the clock by other means"],
      ]),
    ],
  };
}
