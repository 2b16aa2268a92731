/** A key on its way to a second token: wrapped, restored, and refused where the token does not do it. */
import assert from "node:assert/strict";
import { describe, type TestContext } from "node:test";
import type { GeneratedKey } from "../../../src/keystore/keystore.ts";
import type { WrappedKey } from "../../../src/keystore/pkcs11/protocol.ts";
import type { TokenStore } from "../../../src/keystore/pkcs11/token-store.ts";
import type { Scheme } from "../../../src/tuf/types.ts";
import { generate } from "../../keystore/pkcs11/soft-token.ts";
import { judge } from "../../support/openssl-judge.ts";
import { PROVIDERS } from "../provider.ts";
import { assertSigns, Bench, labelOf, PAYLOAD, refusalOf, type Suite } from "./bench.ts";
import { itDecides } from "./cells.ts";
import { FACTS } from "./facts.ts";

const TRANSPORT = "transport";

export function testCopies({ name, there }: Suite): void {
  const { wraps, restores, wrapRefusal, restoreRefusal } = FACTS[name];
  describe("copies", () => {
    for (const scheme of PROVIDERS[name].schemes) {
      const where = { provider: name, scheme };
      itDecides(where, ["wrap", "restore"], there, async (test, verdict) => {
        const bench = await Bench.start(name, test);
        const first = await bench.ready("first", { wrappable: true });
        const second = await prepareSecond(bench, first);
        const transport = await second.copies.makeTransport(TRANSPORT);
        const wrap = async (store: TokenStore) => {
          const made = await generate(store, scheme);
          const [copy] = await store.copies.wrap(made.publicKey, [transport]);
          assert.ok(copy !== undefined);
          return { made, copy };
        };

        if (wraps.includes(scheme)) {
          const { made, copy } = await wrap(first);
          await assertKept(first, made);
          verdict.yes("wrap");
          const [code, found] = await restore(second, scheme, made, copy);
          assert.equal(code, restores.includes(scheme) ? null : restoreRefusal, found);
          if (code !== null) await assertLeftEmpty(bench, second);
          else await assertRestored(bench, second, made);
          await assertSigns(first, made, "key-1");
          if (code === null) verdict.yes("restore");
          else verdict.no(found, "restore");
          return;
        }
        const refusal = await refusalOf(wrap(first));
        assert.equal(refusal.code, wrapRefusal, refusal.found);
        verdict.no(refusal.found, "wrap");
        const source = await prepareSource(scheme, test);
        if (source === null) {
          verdict.no("no token wraps one", "restore");
          return;
        }
        const { made, copy } = await wrap(source);
        const [code, found] = await restore(second, scheme, made, copy);
        assert.equal(code, restoreRefusal, found);
        await assertLeftEmpty(bench, second);
        verdict.no(found, "restore");
      });
    }
  });
}

/** Where there is one token only, it is its own second: restored is what another provider has wrapped. */
async function prepareSecond(bench: Bench, first: TokenStore): Promise<TokenStore> {
  const { second } = bench.provider;
  return second === null ? first : await bench.ready("second", { module: second });
}

/** For those that restore nothing of their own: a SoftHSM that wraps such a key; null where that wraps none either. */
async function prepareSource(scheme: Scheme, test: TestContext): Promise<TokenStore | null> {
  if (!FACTS.softhsm.wraps.includes(scheme)) return null;
  const softhsm = await Bench.start("softhsm", test);
  return await softhsm.ready("source", { wrappable: true });
}

/** The situation, or null where it worked, and what was found. */
async function restore(
  store: TokenStore,
  scheme: Scheme,
  { publicKey, attributes }: GeneratedKey,
  copy: WrappedKey,
): Promise<readonly [string | null, string]> {
  assert.equal(publicKey.scheme, scheme);
  const attempt = store.copies.restore({
    transportLabel: TRANSPORT,
    label: labelOf("key-1"),
    id: String(attributes["CKA_ID"]),
    publicKey,
    copy,
    payload: PAYLOAD,
  });
  const settled = await attempt.catch(() => null);
  if (settled === null) {
    const { code, found } = await refusalOf(attempt);
    return [code, found];
  }
  assert.equal(judge(publicKey, PAYLOAD, settled.signature), true);
  const { CKA_ID: id, ...flags } = settled.attributes;
  assert.equal(id, attributes["CKA_ID"]);
  assert.deepEqual(flags, {
    CKA_LOCAL: false,
    CKA_SENSITIVE: true,
    CKA_EXTRACTABLE: false,
    CKA_ALWAYS_SENSITIVE: false,
    CKA_NEVER_EXTRACTABLE: false,
    CKA_KEY_GEN_MECHANISM: null,
  });
  return [null, ""];
}

/** Copied once, it does not leave its token again. */
async function assertKept(store: TokenStore, { publicKey, attributes }: GeneratedKey): Promise<void> {
  assert.equal(attributes["CKA_EXTRACTABLE"], true);
  const now = await store.find(labelOf("key-1"), publicKey);
  assert.equal(now?.["CKA_EXTRACTABLE"], false);
  const { modulus, exponent } = { modulus: "c5".repeat(384), exponent: "010001" };
  await assert.rejects(store.copies.wrap(publicKey, [{ modulus, exponent }]), {
    code: "token/key-not-wrappable",
  });
}

async function assertRestored(bench: Bench, second: TokenStore, made: GeneratedKey): Promise<void> {
  const module = bench.provider.second ?? bench.module;
  await second.close();
  await assertSigns(await bench.again(second, { module }), made, "key-1");
  const { objects } = bench.raw(second, { do: "list" }, module);
  const ours = objects.filter(({ label }) => label === labelOf("key-1"));
  assert.deepEqual(ours.map(({ half }) => half).toSorted(), ["private", "public"]);
}

/** Nothing of a key that was refused, in the eyes of another process. */
async function assertLeftEmpty(bench: Bench, second: TokenStore): Promise<void> {
  await second.close();
  const { objects } = bench.raw(second, { do: "list" }, bench.provider.second ?? bench.module);
  assert.deepEqual(
    objects.filter(({ label }) => label === labelOf("key-1")),
    [],
  );
}
