/** Setting the system clock: a machine without a battery-backed clock starts somewhere in the past. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CeremonyError } from "../errors.ts";
import { isUtcSecond, type UtcSecond } from "../tuf/types.ts";

const run = promisify(execFile);

/** `2026-12-04 15:00` or `2026-12-04 15:00:30`, UTC; null for anything else, and for times that don't exist. */
export function readTypedTime(text: string): UtcSecond | null {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?Z?$/.exec(text.trim());
  if (parts === null) return null;
  const time = `${parts[1]}T${parts[2]}${parts[3] ?? ":00"}Z`;
  return isUtcSecond(time) ? time : null;
}

/** Needs the right to set the clock; throws `clock/not-set` without it. */
export async function setSystemClock(time: UtcSecond): Promise<void> {
  try {
    await run("date", ["-u", "-s", time], { timeout: 10_000, env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CeremonyError({
      code: "clock/not-set",
      exit: "device",
      expected: "the right to set this machine's clock",
      found: "a refusal by the system",
      remedy: `As root, type: date -u -s ${time}`,
      cause: error,
    });
  }
}
