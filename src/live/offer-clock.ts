/**
 * Before a session begins: a clock that is outside the script's window is shown, and may be set. An unset real-time
 * clock is normal on a machine that was kept offline; a session that began with it would have the wrong times for ever.
 */
import type { Script } from "../ceremony/script.ts";
import { readTypedTime } from "../machine/clock.ts";
import { askText } from "../terminal/ask-text.ts";
import { ChoiceEntry } from "../terminal/choice-entry.ts";
import { askOnPages } from "../terminal/dialogue.ts";
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
  const { window } = offer.script;
  for (;;) {
    const now = offer.clock();
    if (now >= window.from && now <= window.to) return true;
    const chosen = await askOnPages(terminal, {
      screen: clockScreen(offer.script, now),
      exception: false,
      entry: () => new ChoiceEntry(["set", "keep", "leave"]),
    });
    if (chosen.kind !== "answer" || chosen.answer === "leave") return false;
    if (chosen.answer === "keep") return true;
    const typed = await askText(terminal, {
      screen: { ...clockScreen(offer.script, now), title: "What time is it now, in UTC?" },
      label: "time as 2026-12-31 23:59",
      exception: false,
    });
    const time = typed.kind === "answer" ? readTypedTime(typed.answer) : null;
    if (time !== null) await offer.set(time);
  }
}

function clockScreen(script: Script, now: UtcSecond): RenderedScreen {
  return {
    place: { ceremony: script.title, rehearsal: false, step: null, who: [], minutesLeft: null, next: null },
    title: "This machine's clock is outside the time that the script allows.",
    body: [
      pairLines([
        ["This machine", `${now} (UTC)`],
        ["Script allows", `${script.window.from} to ${script.window.to}`],
      ]),
      wrapLines(
        "A machine that was switched off for long has often lost the time. Nothing is recorded yet: set it now, before the session begins.",
      ),
      pairLines([
        ["set", "type the time, in UTC"],
        ["keep", "go on with this clock; the record shows it, and a witness is asked about it"],
        ["leave", "end the program and set the clock by other means"],
      ]),
    ],
  };
}
