import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { possessionMessage } from "../../src/ceremony/possession.ts";
import { openSoftwareStore } from "../../src/keystore/software-store.ts";
import { SCHEMES } from "../../src/tuf/types.ts";
import { judge } from "../support/openssl-judge.ts";
import { openssl, requires } from "../support/requires.ts";

const possession = possessionMessage("test-1", "root-ada");
const payload = new TextEncoder().encode('{"_type":"rehearsal-root"}');
const request = { key: "root-ada", label: "test-1 root-ada" };

describe("the store of throw-away keys", requires(openssl), () => {
  for (const scheme of SCHEMES) {
    it(`${scheme}: makes, proves and signs`, async () => {
      const store = openSoftwareStore();
      const { publicKey, proof, swept, attributes } = await store.generate(
        { ...request, scheme },
        possession,
      );
      assert.equal(judge(publicKey, possession, proof), true);
      assert.equal(swept, 0);
      assert.equal(attributes["throwAway"], true);
      const sig = await store.sign({ ...request, document: "root", publicKey, payload });
      assert.equal(judge(publicKey, payload, sig), true);
    });
  }

  it("sweeps, never adopts, and ends", async () => {
    const store = openSoftwareStore();
    const first = await store.generate({ ...request, scheme: "ed25519" }, possession);
    const second = await store.generate({ ...request, scheme: "ed25519" }, possession);
    assert.equal(second.swept, 1);
    const sign = (made: typeof first) =>
      store.sign({ ...request, document: "root", publicKey: made.publicKey, payload });
    await assert.rejects(sign(first), { code: "software/not-here" });
    await sign(second);
    await store.close();
    await store.close();
    await assert.rejects(sign(second), { code: "software/not-here" });
  });

  it("never signs but a proof and documents", async () => {
    const store = openSoftwareStore();
    await assert.rejects(store.generate({ ...request, scheme: "ed25519" }, payload), {
      code: "key/not-a-proof",
    });
    const { publicKey } = await store.generate({ ...request, scheme: "ed25519" }, possession);
    const wrong = store.sign({ ...request, document: "root", publicKey, payload: possession });
    await assert.rejects(wrong, { code: "key/not-a-document" });
  });
});
