import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { possessionMessage } from "../../../src/ceremony/possession.ts";
import type { GeneratedKey } from "../../../src/keystore/keystore.ts";
import type { TokenStore } from "../../../src/keystore/pkcs11/token-store.ts";
import { SCHEMES, type Scheme } from "../../../src/tuf/types.ts";
import { judge } from "../../support/openssl-judge.ts";
import { opensc, openssl, pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import { CEREMONY, generate, profileOf, SoftTokens } from "./soft-token.ts";

const soft = requires(softhsm, pkcs11Addon);
const softAndOpensc = requires(softhsm, pkcs11Addon, opensc);
const softAndOpenssl = requires(softhsm, pkcs11Addon, openssl);
const softAndJudges = requires(softhsm, pkcs11Addon, opensc, openssl);
const PAYLOAD = Buffer.from('{"_type":"root","version":1}');
const LABEL = `${CEREMONY} key-1`;

describe("generate and sign", () => {
  for (const scheme of SCHEMES) {
    it(`${scheme}: OpenSSL accepts proof and signature`, softAndOpenssl, async (test) => {
      const tokens = new SoftTokens(test);
      const store = await tokens.ready();
      const made = await generate(store, scheme);
      assert.equal(made.publicKey.scheme, scheme);
      assert.equal(judge(made.publicKey, possessionMessage(CEREMONY, "key-1"), made.proof), true);
      const request = {
        key: "key-1",
        label: LABEL,
        publicKey: made.publicKey,
        document: "root",
        payload: PAYLOAD,
      };
      const signature = await store.sign(request);
      assert.match(signature, /^[0-9a-f]+$/);
      assert.equal(judge(made.publicKey, PAYLOAD, signature), true);
      assert.equal(judge(made.publicKey, Buffer.from("{}"), signature), false);
      const { CKA_ID: id, CKA_KEY_GEN_MECHANISM: mechanism, ...flags } = made.attributes;
      assert.match(String(id), /^[0-9a-f]{32}$/);
      assert.equal(mechanism, MECHANISMS[scheme]);
      assert.deepEqual(flags, {
        CKA_LOCAL: true,
        CKA_SENSITIVE: true,
        CKA_EXTRACTABLE: false,
        CKA_ALWAYS_SENSITIVE: true,
        CKA_NEVER_EXTRACTABLE: true,
      });
      assert.deepEqual(await store.find(LABEL, made.publicKey), made.attributes);
    });
  }

  it("signs in a later process, whatever slot the token is in by then", softAndOpenssl, async (test) => {
    const tokens = new SoftTokens(test);
    const first = await tokens.ready("same label");
    const made = await generate(first, "ecdsa-sha2-nistp256");
    const { serial } = first.info;
    await first.close();
    await (await tokens.provision("same label")).close();
    const again = await tokens.open({ serial, label: "same label" });
    await again.login();
    const request = {
      key: "key-1",
      label: LABEL,
      publicKey: made.publicKey,
      document: "root",
      payload: PAYLOAD,
    };
    assert.equal(judge(made.publicKey, PAYLOAD, await again.sign(request)), true);
  });

  it("never adopts: what is under the label is destroyed first, halves too", softAndOpensc, async (test) => {
    const tokens = new SoftTokens(test);
    const store = await tokens.ready();
    const first = await generate(store, "ed25519");
    tokens.makeForeignKey(store.info.serial, LABEL);
    tokens.destroyHalf(store.info.serial, LABEL, "pubkey");
    const second = await generate(store, "ed25519");
    assert.equal(second.swept, 3);
    assert.notEqual(second.publicKey.public, first.publicKey.public);
    assert.deepEqual(tokens.listObjects(store.info.serial, LABEL).toSorted(), ["Private", "Public"]);
  });

  it(
    "refuses to sign with two keys under the label, half a key, another key, none",
    softAndOpensc,
    async (test) => {
      const tokens = new SoftTokens(test);
      const store = await tokens.ready();
      const { serial } = store.info;
      const key1 = await generate(store, "ecdsa-sha2-nistp256", "key-1");
      const key2 = await generate(store, "ecdsa-sha2-nistp256", "key-2");
      const sign = (label: string) =>
        store.sign({ key: "key-1", label, publicKey: key1.publicKey, document: "root", payload: PAYLOAD });
      await assert.rejects(sign(`${CEREMONY} key-2`), { code: "token/key-other" });
      await assert.rejects(sign(`${CEREMONY} key-3`), { code: "token/key-missing" });
      await assert.rejects(store.find(LABEL, key2.publicKey), { code: "token/key-other" });
      assert.equal(await store.find(`${CEREMONY} key-3`, key1.publicKey), null);
      tokens.makeForeignKey(serial, LABEL);
      await assert.rejects(sign(LABEL), { code: "token/key-several", found: /2 public and 2 private/ });
      assert.equal(await store.sweep(LABEL), 4);
      await generate(store, "ecdsa-sha2-nistp256");
      tokens.destroyHalf(serial, LABEL, "privkey");
      await assert.rejects(sign(LABEL), { code: "token/key-several", found: /1 public and 0 private/ });
      await store.destroy(LABEL);
      await assert.rejects(store.destroy(LABEL), { code: "token/key-missing" });
    },
  );

  for (const scheme of SCHEMES) {
    it(`${scheme}: finds a key of an earlier ceremony by its public part`, softAndJudges, async (test) => {
      const tokens = new SoftTokens(test);
      const store = await tokens.ready();
      const made = await generate(store, scheme, "key-1");
      const other = await generate(store, scheme, "key-2");
      tokens.makeForeignKey(store.info.serial, LABEL);
      const sign = ({ publicKey }: GeneratedKey) =>
        store.sign({ key: "any", label: null, publicKey, document: "root", payload: PAYLOAD });
      assert.equal(judge(made.publicKey, PAYLOAD, await sign(made)), true);
      assert.equal(judge(other.publicKey, PAYLOAD, await sign(other)), true);
      tokens.destroyHalf(store.info.serial, `${CEREMONY} key-2`, "privkey");
      await assert.rejects(sign(other), { code: "token/key-several", found: /1 public and 0 private/ });
      tokens.destroyHalf(store.info.serial, `${CEREMONY} key-2`, "pubkey");
      await assert.rejects(sign(other), { code: "token/key-missing", found: /no key with this public part/ });
    });
  }

  it("signs documents and proofs only, and nothing before the login", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const store = await tokens.provision();
    await assert.rejects(generate(store, "ed25519"), { code: "token/not-logged-in" });
    await store.login();
    const request = { key: "key-1", label: LABEL, scheme: "ed25519" as const };
    await assert.rejects(store.generate(request, PAYLOAD), { code: "key/not-a-proof" });
    const { publicKey } = await generate(store, "ed25519");
    const proof = possessionMessage(CEREMONY, "other");
    await assert.rejects(store.sign({ ...request, publicKey, document: "root", payload: proof }), {
      code: "key/not-a-document",
    });
  });

  it("knows what a device can't do before it asks it", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const plain = await tokens.ready();
    const { publicKey } = await generate(plain, "ed25519");
    const { serial } = plain.info;
    const yubihsm = await tokens.open({ serial, profile: profileOf("yubihsm2") });
    const payload = Buffer.concat([PAYLOAD, Buffer.alloc(3134)]);
    await assert.rejects(yubihsm.sign({ key: "key-1", label: LABEL, publicKey, document: "root", payload }), {
      code: "token/payload-too-long",
      found: /3162 bytes; yubihsm2 takes 3134/,
    });
    const nitrokey = await tokens.open({ serial, profile: profileOf("nitrokey-hsm2") });
    await assert.rejects(generate(nitrokey, "ed25519"), { code: "token/mechanism-missing" });
    const yubikey = await tokens.open({ serial, profile: profileOf("yubikey") });
    await assert.rejects(generate(yubikey, "ecdsa-sha2-nistp256"), {
      code: "token/vendor-tool",
      remedy: /ykman/,
    });
  });
});

describe("finding the token", () => {
  it("refuses another serial and another label, and says what is there", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const { serial } = (await tokens.provision("mine")).info;
    await assert.rejects(tokens.open({ serial: "0123456789abcdef" }), {
      code: "token/absent",
      found: new RegExp(`not "0123456789abcdef" but .*"${serial}" labelled "mine"`),
    });
    await assert.rejects(tokens.open({ serial, label: "yours" }), { code: "token/absent" });
  });

  for (const what of ["token", "all tokens"])
    it(`says that ${what} is gone, and goes on when it is back`, softAndOpenssl, async (test) => {
      const tokens = new SoftTokens(test);
      const store = await tokens.ready();
      const { publicKey } = await generate(store, "ed25519");
      const request = { key: "key-1", label: LABEL, publicKey, document: "root", payload: PAYLOAD };
      const [name = ""] = readdirSync(tokens.tokens);
      const from = what === "token" ? join(tokens.tokens, name) : tokens.tokens;
      renameSync(from, `${tokens.folder}/away`);
      await assert.rejects(store.sign(request), { code: "token/gone" });
      await assert.rejects(generate(store, "ed25519", "key-2"), { code: "token/gone" });
      renameSync(`${tokens.folder}/away`, from);
      await store.close();
      const again = await tokens.open({ serial: store.info.serial });
      await again.login();
      assert.equal(judge(publicKey, PAYLOAD, await again.sign(request)), true);
    });

  it("refuses everything once it is closed, and can be closed twice", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const store: TokenStore = await tokens.ready();
    await store.close();
    await store.close();
    await assert.rejects(generate(store, "ed25519"), { code: "token/closed" });
  });
});

/** PKCS#11's numbers: what the token says that it used. */
const MECHANISMS: Readonly<Record<Scheme, number>> = {
  ed25519: 0x1055,
  "ecdsa-sha2-nistp256": 0x1040,
  "ecdsa-sha2-nistp384": 0x1040,
  "rsassa-pss-sha256": 0,
};
