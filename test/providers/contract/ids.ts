/** CKA_IDs, which are never used twice, and halves of keys, which are never adopted. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GeneratedKey } from "../../../src/keystore/keystore.ts";
import { generate } from "../../keystore/pkcs11/soft-token.ts";
import { PROVIDERS } from "../provider.ts";
import { assertSigns, Bench, labelOf, PAYLOAD, type Suite, sign } from "./bench.ts";
import { FACTS } from "./facts.ts";
import type { RawObject } from "./raw.ts";

export function testIds({ name, there }: Suite): void {
  const { sameId } = FACTS[name];
  const [scheme] = PROVIDERS[name].schemes;
  assert.ok(scheme !== undefined);

  describe("ids", () => {
    it("of all that there are, a new key gets one that is free", there, async (test) => {
      const bench = await Bench.start(name, test);
      const store = await bench.ready();
      await store.close();
      const free = ["2a", "7f"];
      const taken = bench.raw(store, { do: "occupy-ids", except: free });
      assert.deepEqual([...new Set(taken.codes)], [0]);
      const narrow = await bench.again(store, { profile: { ...bench.profile, idBytes: 1 } });
      const made = new Map<string, GeneratedKey>();
      for (const key of ["one", "two"]) made.set(key, await generate(narrow, scheme, key));
      const ids = [...made.values()].map(({ attributes }) => attributes["CKA_ID"]);
      assert.deepEqual(ids.toSorted(), free);
      for (const [key, each] of made) await assertSigns(narrow, each, key);
    });

    it("a copy whose id is in use is refused, and nothing is written", there, async (test) => {
      const bench = await Bench.start(name, test);
      const store = await bench.ready();
      const made = await generate(store, scheme);
      await store.copies.makeTransport("transport");
      await store.close();
      const before = sorted(bench.raw(store, { do: "list" }).objects);
      const later = await bench.again(store);
      const copy = { wrappedAes: "00", wrapping: "AES_KEY_WRAP", wrappedKey: "00" } as const;
      await assert.rejects(
        later.copies.restore({
          transportLabel: "transport",
          label: labelOf("copy"),
          id: String(made.attributes["CKA_ID"]),
          publicKey: made.publicKey,
          copy,
          payload: PAYLOAD,
        }),
        { code: "token/id-in-use" },
      );
      await later.close();
      assert.deepEqual(sorted(bench.raw(store, { do: "list" }).objects), before);
      await assertSigns(await bench.again(store), made, "key-1");
    });

    it(`another program uses one twice: ${sameId}`, there, async (test) => {
      const bench = await Bench.start(name, test);
      const store = await bench.ready();
      const made = await generate(store, scheme);
      await store.close();
      const id = String(made.attributes["CKA_ID"]);
      const { codes, objects } = bench.raw(store, {
        do: "generate-with-id",
        key: "intruder",
        id,
        scheme,
        profile: bench.profile,
      });
      assert.deepEqual(codes, [0]);
      const labels = objects.filter(({ half }) => half === "private").map(({ label }) => label);
      const later = await bench.again(store);
      if (sameId === "older-destroyed") {
        assert.deepEqual(labels, ["intruder"]);
        await assert.rejects(sign(later, made, "key-1"), { code: "token/key-missing" });
      } else {
        assert.deepEqual(labels.toSorted(), ["intruder", labelOf("key-1")]);
        await assertSigns(later, made, "key-1");
      }
    });

    for (const half of ["public", "private"] as const)
      it(`a key without its ${half} half is swept, never adopted`, there, async (test) => {
        const bench = await Bench.start(name, test);
        const store = await bench.ready();
        const bystander = await generate(store, scheme, "bystander");
        const made = await generate(store, scheme);
        await store.close();
        assert.deepEqual(bench.raw(store, { do: "destroy-half", key: labelOf("key-1"), half }).codes, [0]);
        const later = await bench.again(store);
        await assert.rejects(sign(later, made, "key-1"), { code: "token/key-several" });
        const anew = await generate(later, scheme);
        assert.equal(anew.swept, 1);
        assert.notEqual(anew.publicKey.public, made.publicKey.public);
        await later.close();
        const { objects } = bench.raw(store, { do: "list" });
        const ours = objects.filter(({ label }) => label === labelOf("key-1"));
        assert.deepEqual(ours.map((object) => object.half).toSorted(), ["private", "public"]);
        const latest = await bench.again(store);
        await assertSigns(latest, anew, "key-1");
        await assertSigns(latest, bystander, "bystander");
      });
  });
}

/** Tokens list their objects in any order. */
function sorted(objects: readonly RawObject[]): readonly string[] {
  return objects.map(({ half, label, id }) => `${half} ${label} ${id}`).toSorted();
}
