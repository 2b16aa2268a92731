import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { judge } from "../../support/openssl-judge.ts";
import { compiler, opensc, openssl, pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import { isAlive } from "./processes.ts";
import { CEREMONY, FakeTokens, generate, SoftTokens } from "./soft-token.ts";

const KILLS = 100;
/** About as long as the token process takes for a key. */
const WINDOW_MILLISECONDS = 24;
const LABEL = `${CEREMONY} key-1`;
const PAYLOAD = Buffer.from('{"_type":"root"}');

describe("a token process killed while it makes a key", () => {
  it(
    `${KILLS} times at random moments: the next one makes exactly one usable key`,
    requires(softhsm, pkcs11Addon, opensc, openssl),
    async (test) => {
      const tokens = new SoftTokens(test);
      const first = await tokens.ready();
      const { serial } = first.info;
      const bystander = await generate(first, "ed25519", "bystander");
      await first.close();

      let killed = 0;
      const leftOver = new Map<number, number>();
      while (killed < KILLS) {
        const store = await tokens.open({ serial });
        await store.login();
        const swept = await store.sweep(LABEL);
        leftOver.set(swept, (leftOver.get(swept) ?? 0) + 1);
        const attempt = generate(store, "ed25519").then(
          () => "made",
          (error: unknown) => error,
        );
        await delay(Math.random() * WINDOW_MILLISECONDS);
        if (store.pid !== undefined) process.kill(store.pid, "SIGKILL");
        const outcome = await attempt;
        if (outcome === "made") continue; // too late: once more
        killed += 1;
        assert.equal(outcome instanceof Error && "code" in outcome && outcome.code, "module/crashed");
      }

      const store = await tokens.open({ serial });
      await store.login();
      const made = await generate(store, "ed25519");
      const counts = [...leftOver]
        .toSorted(([a], [b]) => a - b)
        .map(([objects, times]) => `${objects} objects ${times} times`);
      test.diagnostic(`survived ${killed} kills; found before the next attempt: ${counts.join(", ")}`);
      assert.deepEqual(tokens.listObjects(serial, LABEL).toSorted(), ["Private", "Public"]);
      for (const [key, { publicKey }] of [
        ["key-1", made],
        ["bystander", bystander],
      ] as const) {
        const label = `${CEREMONY} ${key}`;
        const sig = await store.sign({ key, label, publicKey, document: "root", payload: PAYLOAD });
        assert.equal(judge(publicKey, PAYLOAD, sig), true, key);
      }
    },
  );
});

describe("a token process whose parent is gone", () => {
  for (const busy of ["idle", "hang-in-sign"]) {
    it(`ends at once: ${busy}`, requires(softhsm, pkcs11Addon, compiler), async (test) => {
      const tokens = new FakeTokens(test);
      const store = await tokens.ready();
      await generate(store, "ed25519");
      tokens.misbehave(busy);
      const parent = spawn(
        process.execPath,
        [
          fileURLToPath(new URL("abandon.ts", import.meta.url)),
          JSON.stringify(tokens.fake),
          store.info.serial,
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const child = Number(await firstLine(parent));
      assert.ok(isAlive(child));
      parent.kill("SIGKILL");
      for (let tries = 0; isAlive(child); tries += 1) {
        assert.ok(tries < 200, "the token process outlives its parent");
        await delay(20);
      }
    });
  }
});

async function firstLine(process: ChildProcess): Promise<string> {
  const [text] = await once(process.stdout ?? process, "data");
  return String(text).trim();
}
