/** Typing what the screens of `enrol` and `sign` ask for. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { TerminalSession } from "../support/terminal-session.ts";

export const cli = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

export async function start(...words: readonly string[]): Promise<TerminalSession> {
  return await TerminalSession.start([process.execPath, cli, ...words]);
}

/** Types the words that the prompt asks for, with an answer for each of 32 positions. */
export async function typeWords(
  session: TerminalSession,
  from: string,
  words: readonly string[],
): Promise<void> {
  await session.next(` from ${from}, a blank between.`);
  const asked = [...session.shown.matchAll(/Type words? ([\d, and]+) from (?:your paper|this screen)/g)];
  const positions = (asked.at(-1)?.[1] ?? "").match(/\d+/g) ?? [];
  assert.ok(positions.length > 0);
  await quiet();
  session.type(`${positions.map((position) => words[Number(position) - 1]).join(" ")}\r`);
}

/** Whatever is typed before the keyboard was quiet for a moment is thrown away. */
export async function quiet(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
}

export async function turnPages(session: TerminalSession): Promise<void> {
  for (;;) {
    await session.next("Page ");
    const [, page, of] =
      /^Page (\d+) of (\d+)/.exec(session.shown.slice(session.shown.lastIndexOf("Page "))) ?? [];
    if (page === of) return;
    await session.next("Type more and press Enter.");
    await quiet();
    session.type("more\r");
  }
}

/** A year from now, whenever that is. */
export function withDates(script: string): string {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return script.replaceAll("2026-12-04", day(1)).replaceAll("2027-12-04", day(360));
}
