/** From blank to a label and PINs, and whether there is a way back. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generate } from "../../keystore/pkcs11/soft-token.ts";
import { PROVIDERS } from "../provider.ts";
import { assertSigns, Bench, NEW_USER_PIN, type Suite, USER_PIN } from "./bench.ts";
import { FACTS } from "./facts.ts";

export function testProvisioning({ name, there }: Suite): void {
  const { erase } = FACTS[name];
  const [scheme] = PROVIDERS[name].schemes;
  assert.ok(scheme !== undefined);

  describe("provisioning", () => {
    it("a blank one gets its label and PINs, and nobody else's", there, async (test) => {
      const bench = await Bench.start(name, test);
      const store = await bench.openBlank();
      assert.equal(store.info.initialised, false);
      await assert.rejects(store.login(), { code: "token/not-initialised" });
      const info = await store.provision({ label: "first", erase: false });
      const { label, initialised, userPinInitialised, writeProtected, userPin } = info;
      assert.deepEqual(
        { label, initialised, userPinInitialised, writeProtected, userPin },
        {
          label: "first",
          initialised: true,
          userPinInitialised: true,
          writeProtected: false,
          userPin: "unknown", // no flag is set: every try is left
        },
      );
      assert.ok(bench.pins.asked.every(({ purpose }) => purpose.startsWith("new-")));
      await store.login();
      assert.deepEqual(await store.keys(), { keys: [], more: 0 });
    });

    it("one that is not blank is left alone", there, async (test) => {
      const bench = await Bench.start(name, test);
      const store = await bench.ready();
      const made = await generate(store, scheme);
      const asked = bench.pins.asked.length;
      await assert.rejects(store.provision({ label: "again", erase: false }), { code: "token/not-blank" });
      assert.equal(bench.pins.asked.length, asked);
      await store.close();
      const later = await bench.again(store);
      assert.equal(later.info.label, "first");
      await assertSigns(later, made, "key-1");
    });

    it(erase === "refused" ? "nothing erases it" : "told to, it erases every key", there, async (test) => {
      const bench = await Bench.start(name, test);
      const store = await bench.ready();
      const made = await generate(store, scheme);
      if (erase === "refused") {
        await assert.rejects(store.provision({ label: "again", erase: true }), {
          code: "token/not-erasable",
        });
        await store.close();
        await assertSigns(await bench.again(store), made, "key-1");
        return;
      }
      bench.pins.user = NEW_USER_PIN;
      await store.provision({ label: store.info.label, erase: true });
      await store.close();
      const left = bench.raw(store, { do: "list" }).objects.map(({ half }) => half);
      assert.deepEqual(left, erase === "empties" ? [] : ["public"]);
      bench.pins.user = USER_PIN;
      await assert.rejects(bench.again(store), { code: "pin/wrong" });
    });
  });
}
