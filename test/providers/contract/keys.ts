/** A key's life on one provider: made, found again by others, signed with, destroyed. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe } from "node:test";
import { possessionMessage } from "../../../src/ceremony/possession.ts";
import type { GeneratedKey } from "../../../src/keystore/keystore.ts";
import type { TokenStore } from "../../../src/keystore/pkcs11/token-store.ts";
import { SCHEMES } from "../../../src/tuf/types.ts";
import { CEREMONY, generate } from "../../keystore/pkcs11/soft-token.ts";
import { judge } from "../../support/openssl-judge.ts";
import { PROVIDERS } from "../provider.ts";
import { assertSigns, Bench, labelOf, PAYLOAD, refusalOf, type Suite, sign } from "./bench.ts";
import { COLUMNS, itDecides } from "./cells.ts";
import { attributesOf, FACTS } from "./facts.ts";
import { assertSeenByOpensc } from "./opensc.ts";

export function testKeys({ name, there }: Suite): void {
  const facts = FACTS[name];
  describe("keys", () => {
    for (const scheme of PROVIDERS[name].schemes) {
      const where = { provider: name, scheme };
      itDecides(where, ["generate", "sign", "verify", "destroy"], there, async (test, verdict) => {
        const bench = await Bench.start(name, test);
        const store = await bench.ready();
        const bystander = await generate(store, scheme, "bystander");
        const made = await generate(store, scheme);
        const { CKA_ID: id, ...attributes } = made.attributes;
        assert.match(String(id), new RegExp(`^[0-9a-f]{${2 * bench.profile.idBytes}}$`));
        assert.deepEqual(attributes, attributesOf(facts, scheme));
        assert.equal(made.swept, 0);
        if (facts.opensc) assertSeenByOpensc(bench, store, made.publicKey, labelOf("key-1"));
        verdict.yes("generate");

        await store.close();
        const later = await bench.again(store);
        assert.deepEqual(await later.find(labelOf("key-1"), made.publicKey), made.attributes);
        const signature = await sign(later, made, "key-1");
        verdict.yes("sign");
        assert.equal(judge(made.publicKey, possessionMessage(CEREMONY, "key-1"), made.proof), true);
        assert.equal(judge(made.publicKey, PAYLOAD, signature), true);
        assert.equal(judge(made.publicKey, Buffer.from("{}"), signature), false);
        verdict.yes("verify");

        assert.equal(await later.destroyKey({ label: labelOf("key-1"), id: String(id) }), 2);
        await assertGone(later, made);
        await later.close();
        const latest = await bench.again(store);
        await assertGone(latest, made);
        await assertSigns(latest, bystander, "bystander");
        await latest.close();
        const left = bench.raw(store, { do: "list" }).objects;
        assert.deepEqual(left.map(({ half, label }) => `${half} ${label}`).toSorted(), [
          `private ${labelOf("bystander")}`,
          `public ${labelOf("bystander")}`,
        ]);
        verdict.yes("destroy");
      });
    }

    for (const scheme of SCHEMES.filter((other) => !PROVIDERS[name].schemes.includes(other))) {
      itDecides({ provider: name, scheme }, COLUMNS, there, async (test, verdict) => {
        const bench = await Bench.start(name, test);
        const store = await bench.ready("first", { profile: { ...bench.profile, schemes: SCHEMES } });
        const refusal = await refusalOf(generate(store, scheme));
        assert.equal(refusal.code, facts.unknownScheme, refusal.found);
        await store.close();
        assert.deepEqual(bench.raw(store, { do: "list" }).objects, []);
        verdict.no(refusal.found, ...COLUMNS);
      });
    }
  });
}

async function assertGone(store: TokenStore, made: GeneratedKey): Promise<void> {
  assert.equal(await store.find(labelOf("key-1"), made.publicKey), null);
  await assert.rejects(sign(store, made, "key-1"), { code: "token/key-missing" });
}
