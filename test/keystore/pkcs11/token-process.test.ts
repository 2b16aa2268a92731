import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { GeneratedKey } from "../../../src/keystore/keystore.ts";
import { PinFailures } from "../../../src/keystore/pkcs11/pin-source.ts";
import type { TokenStore } from "../../../src/keystore/pkcs11/token-store.ts";
import { judge } from "../../support/openssl-judge.ts";
import { compiler, openssl, pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import { isAlive } from "./processes.ts";
import { CEREMONY, FakeTokens, generate, SoftTokens, USER_PIN } from "./soft-token.ts";

const faking = requires(softhsm, pkcs11Addon, compiler, openssl);
const PAYLOAD = Buffer.from('{"_type":"root","version":1}');

function sign(store: TokenStore, { publicKey }: GeneratedKey): Promise<string> {
  return store.sign({
    key: "key-1",
    label: `${CEREMONY} key-1`,
    publicKey,
    document: "root",
    payload: PAYLOAD,
  });
}

describe("a token that lies about its keys", () => {
  const lies = [
    ["other-public-key", "ed25519", /^token\/(key-unreadable|signature-bad)$/],
    ["other-public-key", "ecdsa-sha2-nistp256", /^token\/key-unreadable$/],
    ["off-curve", "ecdsa-sha2-nistp384", /^token\/key-unreadable$/],
    ["bad-signature", "ed25519", /^token\/signature-bad$/],
    ["bad-signature", "rsassa-pss-sha256", /^token\/signature-bad$/],
    ["short-signature", "ecdsa-sha2-nistp256", /^token\/signature-bad$/],
    ["extractable", "ed25519", /^token\/key-exposed$/],
    ["not-sensitive", "ed25519", /^token\/key-exposed$/],
  ] as const;
  for (const [lie, scheme, code] of lies) {
    it(
      `${lie}, ${scheme}: the new key is refused, and made again once the token is honest`,
      faking,
      async (test) => {
        const tokens = new FakeTokens(test);
        const store = await tokens.ready();
        tokens.misbehave(lie);
        await assert.rejects(generate(store, scheme), { code, exit: "device" });
        tokens.misbehave("");
        const made = await generate(store, scheme);
        assert.equal(made.swept, 2);
        tokens.misbehave(lie);
        if (lie.endsWith("signature"))
          await assert.rejects(sign(store, made), { code: "token/signature-bad" });
      },
    );
  }

  it("records what it says where that is no reason to refuse", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const store = await tokens.ready();
    tokens.misbehave("not-local");
    assert.equal((await generate(store, "ed25519")).attributes["CKA_LOCAL"], false);
  });
});

describe("devices that differ", () => {
  it("tries the curve's identifier where its name is refused", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const store = await tokens.ready();
    tokens.misbehave("identifiers-only");
    const made = await generate(store, "ed25519");
    assert.equal(judge(made.publicKey, PAYLOAD, await sign(store, made)), true);
  });

  for (const scheme of ["ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"] as const) {
    it(`reads a point without its wrapping: ${scheme}`, faking, async (test) => {
      const tokens = new FakeTokens(test);
      const store = await tokens.ready();
      tokens.misbehave("bare-point");
      const made = await generate(store, scheme);
      assert.equal(judge(made.publicKey, PAYLOAD, await sign(store, made)), true);
    });
  }

  const refusals = [
    ["full", "token/full", /CKR_DEVICE_MEMORY \(0x31\)/],
    ["vendor-code", "token/unknown-code", /C_SignInit: return value 0x80000042/],
    ["removed", "token/gone", /CKR_DEVICE_REMOVED|no token with its serial/],
  ] as const;
  for (const [word, code, found] of refusals) {
    it(`${word}: ${code}`, faking, async (test) => {
      const tokens = new FakeTokens(test);
      const store = await tokens.ready();
      tokens.misbehave(word);
      await assert.rejects(generate(store, "ed25519"), { code, found });
    });
  }

  it("removed between two calls, then back: the key signs", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const store = await tokens.ready();
    const made = await generate(store, "ed25519");
    tokens.misbehave("removed");
    await assert.rejects(sign(store, made), { code: "token/gone" });
    await assert.rejects(tokens.open({ serial: store.info.serial }), {
      code: "token/absent",
      found: "no token at all",
    });
    tokens.misbehave("");
    assert.equal(judge(made.publicKey, PAYLOAD, await sign(store, made)), true);
  });

  it("refuses two tokens with one serial", faking, async (test) => {
    const tokens = new FakeTokens(test);
    await (await tokens.provision("one")).close();
    await (await tokens.provision("two")).close();
    tokens.misbehave("two-alike");
    await assert.rejects(tokens.open({ serial: "SAME" }), { code: "token/ambiguous" });
    const store = await tokens.open({ serial: "SAME", label: "two" });
    assert.equal(store.info.label, "two");
  });

  it("shows a token's own text only escaped", faking, async (test) => {
    const tokens = new FakeTokens(test);
    await (await tokens.provision("one")).close();
    tokens.misbehave("escapes");
    await assert.rejects(tokens.open({ serial: "1" }), {
      code: "token/absent",
      found: /^[ -~]*\\u\{1b\}\[2J\\u\{202e\}[ -~]*$/,
    });
  });

  it("refuses PIN pads and write protection before anything is asked", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const { serial } = (await tokens.provision()).info;
    const asked = tokens.pins.asked.length;
    tokens.misbehave("pinpad");
    await assert.rejects((await tokens.open({ serial })).login(), { code: "token/pinpad" });
    tokens.misbehave("write-protected");
    await assert.rejects((await tokens.open({ serial })).provision({ label: "x", erase: true }), {
      code: "token/read-only",
    });
    assert.equal(tokens.pins.asked.length, asked);
  });
});

describe("a PIN that locks after three tries", () => {
  it("is never tried for the last time, in whatever session", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const store = await tokens.provision();
    const { serial } = store.info;
    tokens.misbehave("three-tries");
    tokens.pins.user = "not-the-right-one";
    await assert.rejects(store.login(), { code: "pin/wrong" });
    assert.equal(store.pinState, "low");
    await assert.rejects(store.login(), { code: "pin/wrong" });
    assert.equal(store.pinState, "final");
    tokens.pins.user = USER_PIN;
    const asked = tokens.pins.asked.length;
    const nextSession = await tokens.open({ serial, pinFailures: new PinFailures() });
    await assert.rejects(nextSession.login(), { code: "pin/final-try" });
    assert.equal(tokens.pins.asked.length, asked);
  });

  it("says so when it is locked", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const { serial } = (await tokens.provision()).info;
    tokens.misbehave("three-tries");
    writeFileSync(join(tokens.folder, "tries"), "xxx");
    const store = await tokens.open({ serial });
    assert.equal(store.pinState, "locked");
    await assert.rejects(store.login(), { code: "pin/locked" });
  });

  it("counts from the start again after the right PIN", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const store = await tokens.provision();
    tokens.misbehave("three-tries");
    tokens.pins.user = "not-the-right-one";
    await assert.rejects(store.login(), { code: "pin/wrong" });
    tokens.pins.user = USER_PIN;
    assert.deepEqual(await store.login(), { pinState: "ok" });
  });
});

describe("a library that breaks its process", () => {
  const breaks = [
    ["crash-in-sign", "module/crashed", /SIGSEGV/],
    ["hang-in-sign", "module/hangs", /none for 0\.3 s \(sign\)/],
    ["rubbish-in-channel", "module/protocol", /nobody asked for/],
    ["flood-in-channel", "module/protocol", /nobody asked for/],
  ] as const;
  for (const [word, code, found] of breaks) {
    it(`${word}: ${code}; nothing is lost`, faking, async (test) => {
      const tokens = new FakeTokens(test);
      const store = await tokens.ready("t", {
        patienceSeconds: { sign: word === "hang-in-sign" ? 0.3 : 20 },
      });
      const made = await generate(store, "ed25519");
      tokens.misbehave(word);
      await assert.rejects(sign(store, made), { code, found, exit: "device" });
      await assert.rejects(sign(store, made), { code }, "and says so again");
      await untilGone(store.pid);
      tokens.misbehave("");
      const again = await tokens.open({ serial: store.info.serial });
      await again.login();
      assert.equal(judge(made.publicKey, PAYLOAD, await sign(again, made)), true);
    });
  }

  it("can be closed while somebody is asked for a PIN", faking, async (test) => {
    const tokens = new SoftTokens(test);
    const { serial } = (await tokens.provision()).info;
    const asked = Promise.withResolvers<void>();
    const never = new Promise<never>(() => {});
    const pin = () => {
      asked.resolve();
      return never;
    };
    const store = await tokens.open({ serial, pin: { kind: "function", pin } });
    const login = assert.rejects(store.login(), { code: "token/closed" });
    await asked.promise;
    await store.close();
    await login;
  });

  it("hang-in-login: module/hangs, but a person may take their time", faking, async (test) => {
    const tokens = new FakeTokens(test);
    const { serial } = (await tokens.provision()).info;
    const pin = {
      kind: "function" as const,
      pin: async () => {
        await delay(600);
        return USER_PIN;
      },
    };
    const slow = await tokens.open({ serial, pin, patienceSeconds: { login: 0.3 } });
    assert.deepEqual(await slow.login(), { pinState: "ok" });
    tokens.misbehave("hang-in-login");
    const store = await tokens.open({ serial, pin, patienceSeconds: { login: 0.3 } });
    await assert.rejects(store.login(), { code: "module/hangs" });
    await untilGone(store.pid);
  });
});

async function untilGone(pid: number | undefined): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (pid === undefined || !isAlive(pid)) return;
    await delay(20);
  }
  assert.fail("the token process is still there");
}
