/** What is said when that goes away which a token lives by, and that keys are there when it is back. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { generate } from "../../keystore/pkcs11/soft-token.ts";
import { PROVIDERS } from "../provider.ts";
import { assertSigns, Bench, refusalOf, type Suite } from "./bench.ts";
import { itDecides } from "./cells.ts";
import { cutOffOf } from "./cut-off.ts";
import { FACTS } from "./facts.ts";

/** A module that waits for its daemon for ever shall be given up by us, and not by whoever runs the tests. */
const patienceSeconds = { open: 10, login: 10, generate: 20, sign: 10, find: 10, close: 2 };

export function testUnplugged({ name, there }: Suite): void {
  const { cutOff } = FACTS[name];
  describe("cut off from what it lives by", () => {
    for (const scheme of PROVIDERS[name].schemes)
      itDecides({ provider: name, scheme }, ["unplugged"], there, async (test, verdict) => {
        const bench = await Bench.start(name, test);
        const device = cutOffOf(bench.provider);
        bench.afterwards(() => device.end());
        const store = await bench.ready();
        const made = await generate(store, scheme);
        await store.close();
        const { serial, label } = store.info;
        const open = () => bench.open({ serial, label, blank: false, patienceSeconds });
        const signer = await bench.again(store, { patienceSeconds });
        const maker = await bench.again(store, { patienceSeconds });
        const stranger = await open();

        await device.takeAway();
        await assertOutcome(cutOff.sign, () => assertSigns(signer, made, "key-1"));
        await assertOutcome(cutOff.sign, () => assertSigns(signer, made, "key-1"));
        await assertOutcome(cutOff.generate, async () => {
          await assertSigns(maker, await generate(maker, scheme, "key-2"), "key-2");
        });
        await assertOutcome(cutOff.login, () => stranger.login());
        await assertOutcome(cutOff.open, open);
        for (const each of [signer, maker, stranger]) await each.close();

        await device.bringBack();
        const back = await bench.again(store);
        await assertSigns(back, made, "key-1");
        const anew = await generate(back, scheme, "key-2");
        await assertSigns(back, anew, "key-2");
        verdict.yes("unplugged");
      });
  });
}

/** Either it works, and the caller has seen to it that the signature is right, or the situation has the name it must have. */
async function assertOutcome(expected: string, attempt: () => Promise<unknown>): Promise<void> {
  if (expected === "works") {
    await attempt();
    return;
  }
  const refusal = await refusalOf(attempt());
  assert.equal(refusal.code, expected, refusal.found);
}
