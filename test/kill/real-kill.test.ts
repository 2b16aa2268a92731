/** Real processes, really killed: that the copies which kill.test.ts resumes are what a SIGKILL leaves. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { isSha256Hex } from "../../src/tuf/types.ts";
import { SoftTokens } from "../keystore/pkcs11/soft-token.ts";
import { loadScript, SCRIPTS } from "../live/ceremony-harness.ts";
import { opensc, pkcs11Addon, requires, softhsm } from "../support/requires.ts";
import { edit, exampleText } from "../support/scripts.ts";
import type { ChildOptions } from "./ceremony-child.ts";
import { attempt } from "./interrupted-ceremony.ts";
import { makeMedia } from "./media-stores.ts";
import { readImage } from "./simulated-disk.ts";
import { checkSurvival, isFinished, pendingAction } from "./survival.ts";

const PROGRAM = fileURLToPath(new URL("ceremony-child.ts", import.meta.url));
const MINIMAL = join(SCRIPTS, "minimal.yaml");
const HOLDERS = ["ada", "grace", "admin"];
const SAMPLES = 8;
const TOKEN_KILLS = 40;
/** About as long as a token takes for a key, and the message that it is about to. */
const WINDOW_MILLISECONDS = 30;

test(`${SAMPLES} real SIGKILLs from the first moment to the last leave what a copy of the disk shows`, async (t) => {
  const told = await outputOf(start({ base: newBase(t), tell: true }));
  const total = told.split("\n").length - 2;
  assert.ok(total > 800);
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const base = newBase(t);
    const killAt = 1 + Math.floor(((sample + Math.random()) * total) / SAMPLES);
    const child = start({ base, killAt });
    assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"], `at moment ${killAt}`);
    const image = readImage(base);
    if (isFinished(image)) continue;
    await attempt({ loaded: loadScript("minimal.yaml"), from: image, number: 2, moment: () => {} }, (held) =>
      checkSurvival(held, image),
    );
    // And where it was killed: with its stale lock, and the same real stores.
    assert.match(await outputOf(start({ base, number: 2 })), /^finished [0-9a-f]{64}\n$/);
  }
  t.diagnostic(`survived ${SAMPLES} real SIGKILLs at moments 1 to ${total}`);
});

test("of two sessions on one folder at once the second is refused, and nothing is lost", async (t) => {
  const base = newBase(t);
  const first = start({ base, hangAt: "before asking beacon" });
  await once(first.stdout, "data");
  assert.equal(await outputOf(start({ base, number: 2 })), "refused folder/locked\n");
  first.kill("SIGKILL");
  await once(first, "exit");
  assert.match(await outputOf(start({ base, number: 2 })), /^finished /);
});

test(
  `${TOKEN_KILLS} SIGKILLs while a token makes a key leave exactly one key for each planned one`,
  requires(softhsm, pkcs11Addon, opensc),
  async (t) => {
    let survived = 0;
    let ceremonies = 0;
    // A machine may be so quick that a key is there before it was killed often enough: then in another ceremony.
    while (survived < TOKEN_KILLS) {
      survived += await killGenerations(t, Math.ceil((TOKEN_KILLS - survived) / HOLDERS.length));
      ceremonies += 1;
    }
    t.diagnostic(`survived ${survived} SIGKILLs inside key generation, in ${ceremonies} ceremonies`);
  },
);

/** One ceremony to its end, in which each token's key is killed while it is made, `allowed` times at most. How often. */
async function killGenerations(t: TestContext, allowed: number): Promise<number> {
  const base = newBase(t);
  const tokens = new SoftTokens(t);
  const script = writeTokenScript(base);
  const module = { module: tokens.module.module, env: tokens.module.env ?? {}, initString: undefined };
  const kills = new Map<string, number>();
  let said = "";
  for (let number = 1; !said.startsWith("finished"); number += 1) {
    const child = start({ base, script, module, number, tell: true });
    const output = outputOf(child);
    const key = await killWhileGenerating(child, (name) => (kills.get(name) ?? 0) < allowed);
    said = (await output).split("\n").at(-2) ?? "";
    const isInside = pendingAction(readImage(base))?.kind === "generate";
    if (key !== null && isInside) kills.set(key, (kills.get(key) ?? 0) + 1);
  }
  const [, head = ""] = said.split(" ");
  assert.ok(isSha256Hex(head));
  const verdict = await auditFolder(join(base, "ceremony"), head);
  assert.deepEqual(verdict.problems, []);
  assert.equal(verdict.end, "finished");
  for (const { key, serial } of verdict.state?.keys.values() ?? []) {
    if (serial === null) continue;
    const objects = tokens.listObjects(serial, `example-2026-root ${key}`);
    assert.deepEqual(objects.toSorted(), ["Private", "Public"]);
    assert.equal(verdict.state?.hasSigned("root", key), true);
  }
  return [...kills.values()].reduce((sum, count) => sum + count, 0);
}

function start(
  options: Partial<ChildOptions> & { readonly base: string },
): ChildProcessByStdio<null, Readable, null> {
  const all: ChildOptions = {
    script: MINIMAL,
    number: 1,
    killAt: null,
    hangAt: null,
    tell: false,
    module: null,
    ...options,
  };
  return spawn(process.execPath, [PROGRAM, JSON.stringify(all)], {
    stdio: ["ignore", "pipe", "inherit"],
    // A process group of its own, token processes included, that can be killed at once.
    detached: true,
  });
}

async function outputOf(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await once(child, "close");
  return text;
}

/**
 * Kills the child's process group at a random moment after a token has been logged in to for making a key. Null: it
 * came to its end.
 */
async function killWhileGenerating(
  child: ChildProcessByStdio<null, Readable, null>,
  isWanted: (key: string) => boolean,
): Promise<string | null> {
  let key: string | null = null;
  let waits = 0;
  for await (const line of createInterface(child.stdout)) {
    const begun = /^before generating (root-.*)$/.exec(line);
    if (begun !== null) {
      key = begun[1] ?? null;
      waits = 0;
    }
    // The first wait is for the login, the second for the key.
    if (line === "before performing generate") waits += 1;
    if (key === null || waits !== 2 || !isWanted(key)) continue;
    await delay(Math.random() * WINDOW_MILLISECONDS);
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await once(child, "close");
    return key;
  }
  return null;
}

/** minimal.yaml with its root keys on soft tokens. */
function writeTokenScript(base: string): string {
  const text = HOLDERS.reduce(
    (script, holder, index) =>
      edit(
        script,
        `root-${holder}: { holder: ${holder}, scheme: ed25519, store: file }`,
        `root-${holder}: { holder: ${holder}, scheme: ${index === 1 ? "ecdsa-sha2-nistp256" : "ed25519"}, store: hsm, device: softhsm, serial: at-ceremony, provision: true, attestation: waived }`,
      ),
    exampleText("minimal"),
  );
  const folder = join(base, "script");
  cpSync(join(SCRIPTS, "keys"), join(folder, "keys"), { recursive: true });
  writeFileSync(join(folder, "minimal.yaml"), text);
  return join(folder, "minimal.yaml");
}

function newBase(t: TestContext): string {
  const base = mkdtempSync(join(tmpdir(), "tuf-ceremony-kill-"));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  makeMedia(base, HOLDERS);
  return base;
}
