/** The window, and what must expire when. Absolute dates only: what time it is, somebody has to say. */
import { secondsOf, type UtcSecond } from "../../tuf/types.ts";
import type { Script, ScriptRole } from "../script.ts";
import type { ScriptDraft } from "../script-draft.ts";
import type { Findings } from "./findings.ts";

const DAY = 86_400;
const MAX_WINDOW_DAYS = 7;
/** PEP 458's year, with the week that a ceremony may be late. */
const PEP458_DAYS = 366 + 7;
const LONG_DAYS = 3653;
const SOON_DAYS = 30;

export function checkTimes({ window, roles, profile, previous }: ScriptDraft, findings: Findings): void {
  if (window !== null) {
    const length = secondsOf(window.to) - secondsOf(window.from);
    if (length <= 0) findings.at("window.to", "window/order", { found: `${window.from} to ${window.to}` });
    else if (length > MAX_WINDOW_DAYS * DAY) {
      findings.at("window.to", "window/length", { found: `${Math.ceil(length / DAY)} days` });
    }
  }
  const root = roles.get("root");
  if (previous.size === 0 && root !== undefined && root.expires === undefined) {
    findings.at("roles.root", "roles/root-expires", { found: "no expires" });
  }
  for (const role of roles.values()) {
    if (role.expires !== undefined && window !== null)
      checkExpiry(role, role.expires, window.to, profile, findings);
  }
}

/** What the script alone can't tell. `now` is of whoever asks: the same script is read again in years. */
export function checkClock(window: Script["window"], now: UtcSecond, findings: Findings): void {
  if (secondsOf(now) <= secondsOf(window.to)) return;
  findings.at("window.to", "window/over", { found: `${window.to}, and it is ${now} here` });
}

function checkExpiry(
  role: ScriptRole,
  expires: UtcSecond,
  end: UtcSecond,
  profile: ScriptDraft["profile"],
  findings: Findings,
): void {
  const path = `roles.${role.name}.expires`;
  const days = (secondsOf(expires) - secondsOf(end)) / DAY;
  const whole = Math.floor(Math.abs(days));
  const count = whole === 1 ? "1 day" : `${whole} days`;
  const found = `${expires}, ${count} ${days < 0 ? "before" : "after"} the window's end`;
  if (days <= 0) findings.at(path, "expiry/after-window", { found });
  else if (profile !== "tuf" && days > PEP458_DAYS) findings.at(path, "expiry/horizon", { found });
  else if (days > LONG_DAYS) findings.at(path, "expiry/long", { found });
  else if (days < SOON_DAYS) findings.at(path, "expiry/soon", { found });
}
