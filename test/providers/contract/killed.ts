/** The token process killed in the middle of making a key, at random moments. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { generate } from "../../keystore/pkcs11/soft-token.ts";
import { PROVIDERS } from "../provider.ts";
import { assertSigns, Bench, labelOf, refusalOf, type Suite } from "./bench.ts";
import { itDecides } from "./cells.ts";

const KILLS = 5;

export function testKilled({ name, there }: Suite): void {
  describe(`killed ${KILLS} times while it makes a key`, () => {
    for (const scheme of PROVIDERS[name].schemes)
      itDecides({ provider: name, scheme }, ["killed"], there, async (test, verdict) => {
        const bench = await Bench.start(name, test);
        const first = await bench.ready();
        const began = performance.now();
        const bystander = await generate(first, scheme, "bystander");
        const window = performance.now() - began;
        await first.close();

        const leftOver: number[] = [];
        while (leftOver.length < KILLS) {
          const store = await bench.again(first);
          const attempt = generate(store, scheme);
          const outcome = refusalOf(attempt);
          outcome.catch(() => {}); // looked at below
          await delay(Math.random() * window);
          if (store.pid !== undefined) process.kill(store.pid, "SIGKILL");
          const isMade = await attempt.then(
            () => true,
            () => false,
          );
          await store.close();
          await bench.quiet();
          if (isMade) continue; // too late: once more
          assert.equal((await outcome).code, "module/crashed");
          const { objects } = bench.raw(first, { do: "list" });
          leftOver.push(objects.filter(({ label }) => label === labelOf("key-1")).length);
        }
        test.diagnostic(`left by each: ${leftOver.join(", ")} objects`);

        const store = await bench.again(first);
        const made = await generate(store, scheme);
        await store.close();
        const { objects } = bench.raw(first, { do: "list" });
        const ours = objects.filter(({ label }) => label === labelOf("key-1"));
        assert.deepEqual(ours.map(({ half }) => half).toSorted(), ["private", "public"]);
        const later = await bench.again(first);
        await assertSigns(later, made, "key-1");
        await assertSigns(later, bystander, "bystander");
        verdict.yes("killed");
      });
  });
}
