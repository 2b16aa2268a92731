/** Typing what the screens of `tuf-ceremony token …` ask for, with SoftHSM's tokens. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli, quiet, start } from "../exchange/typing.ts";
import { OFFICER_PIN, type SoftTokens, USER_PIN } from "../keystore/pkcs11/soft-token.ts";
import type { TerminalSession } from "../support/terminal-session.ts";

export function writeMachine(tokens: SoftTokens, device = "softhsm"): string {
  const path = join(tokens.folder, `${device}.yaml`);
  const { module, env } = tokens.module;
  writeFileSync(path, JSON.stringify({ modules: { [device]: { module, env } } }));
  return path;
}

export async function startToken(machine: string, ...words: readonly string[]): Promise<TerminalSession> {
  return await start("token", ...words, "--machine", machine);
}

/** Commands that ask nothing: their JSON. */
export function tokenJson(machine: string, ...words: readonly string[]) {
  const run = runToken(machine, ...words, "--json");
  assert.equal(run.status, 0, run.stdout + run.stderr);
  return JSON.parse(run.stdout);
}

export function runToken(machine: string, ...words: readonly string[]) {
  return spawnSync(process.execPath, [cli, "token", ...words, "--machine", machine], { encoding: "utf8" });
}

export async function typeAt(session: TerminalSession, prompt: string, text: string): Promise<void> {
  await session.next(prompt);
  await quiet();
  session.type(`${text}\r`);
}

export async function typePin(session: TerminalSession): Promise<void> {
  await typeAt(session, "PIN: ", USER_PIN);
}

export async function typeNewPin(session: TerminalSession, name: string, pin: string): Promise<void> {
  await typeAt(session, `${name} (6 to 255 characters): `, pin);
  await typeAt(session, `${name}, once more: `, pin);
}

/** Shows nothing of the PINs, and ends well. */
export async function endWell(session: TerminalSession): Promise<void> {
  assert.equal(await session.exit, 0, session.shown);
  for (const pin of [USER_PIN, OFFICER_PIN]) assert.ok(!session.shown.includes(pin));
}
