/** Wrong PINs, PINs that lock, and the officer who sets a new one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generate } from "../../keystore/pkcs11/soft-token.ts";
import { PROVIDERS } from "../provider.ts";
import { assertSigns, Bench, NEW_USER_PIN, refusalOf, type Suite, USER_PIN, WRONG_PIN } from "./bench.ts";
import { FACTS } from "./facts.ts";

const PIN_INCORRECT = 0xa0;
const PIN_LOCKED = 0xa4;

export function testPins({ name, there }: Suite): void {
  const { afterWrongPin, locks, unlock } = FACTS[name];
  const [scheme] = PROVIDERS[name].schemes;
  assert.ok(scheme !== undefined);

  describe("PINs", () => {
    it("a wrong one is refused, and the right one works after it", there, async (test) => {
      const bench = await Bench.start(name, test);
      const store = await bench.openBlank();
      await store.provision({ label: "first", erase: false });
      bench.pins.user = WRONG_PIN;
      await assert.rejects(store.login(), { code: "pin/wrong" });
      assert.equal(store.pinState, afterWrongPin);
      await assert.rejects(generate(store, scheme), { code: "token/not-logged-in" });
      bench.pins.user = USER_PIN;
      await store.login();
      await assertSigns(store, await generate(store, scheme), "key-1");
      assert.equal(store.pinState, bench.profile.pin.tries === "unknown" ? "unknown" : "ok");
    });

    it(
      unlock === "keeps-keys" ? "the officer sets a new one, and keys stay" : "no officer sets a new one",
      there,
      async (test) => {
        const bench = await Bench.start(name, test);
        const store = await bench.ready();
        const made = await generate(store, scheme);
        bench.pins.user = NEW_USER_PIN;
        if (unlock !== "keeps-keys") {
          await assert.rejects(store.unlock(), { code: unlock });
          bench.pins.user = USER_PIN;
          await store.close();
          await assertSigns(await bench.again(store), made, "key-1");
          return;
        }
        await store.unlock();
        await store.login();
        await assertSigns(store, made, "key-1");
        await store.close();
        await assertSigns(await bench.again(store), made, "key-1");
        bench.pins.user = USER_PIN;
        await assert.rejects(bench.again(store), { code: "pin/wrong" });
      },
    );

    // A TPM's lock is for all of its users and goes by its own clock; ours is not locked.
    if (!locks) return;

    it(
      "the last try is left alone; locked, the officer's PIN opens it and keys stay",
      there,
      async (test) => {
        const bench = await Bench.start(name, test);
        const store = await bench.ready();
        const made = await generate(store, scheme);
        await store.close();
        const { codes } = bench.raw(store, { do: "wrong-pins", pin: WRONG_PIN, times: 2 });
        assert.deepEqual(codes, [PIN_INCORRECT, PIN_INCORRECT]);
        const asked = bench.pins.asked.length;
        const refusal = await refusalOf(bench.again(store));
        assert.equal(refusal.code, "pin/final-try");
        assert.equal(bench.pins.asked.length, asked);

        const locking = bench.raw(store, { do: "wrong-pins", pin: WRONG_PIN, times: 2 });
        assert.deepEqual(locking.codes, [PIN_INCORRECT, PIN_LOCKED]);
        assert.equal((await refusalOf(bench.again(store))).code, "pin/locked");
        assert.equal(bench.pins.asked.length, asked);

        const { serial, label } = store.info;
        const locked = await bench.open({ serial, label, blank: false });
        assert.equal(locked.pinState, "locked");
        bench.pins.user = NEW_USER_PIN;
        await locked.unlock();
        assert.equal(locked.pinState, "ok");
        await locked.login();
        await assertSigns(locked, made, "key-1");
      },
    );
  });
}
