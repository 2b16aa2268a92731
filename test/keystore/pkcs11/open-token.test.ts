import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { describe, it } from "node:test";
import { NO_THIRD_PIN } from "../../../src/keystore/pkcs11/situations.ts";
import { listTokens } from "../../../src/keystore/pkcs11/token-store.ts";
import { pkcs11Addon, requires, softhsm } from "../../support/requires.ts";
import { CEREMONY, generate, OFFICER_PIN, profileOf, SoftTokens, USER_PIN } from "./soft-token.ts";

const soft = requires(softhsm, pkcs11Addon);
const LABEL = `${CEREMONY} key-1`;

describe("provision", () => {
  it("makes a token out of a blank one, with a new serial, and asks new PINs twice", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const before = await listTokens(tokens.module);
    assert.deepEqual(
      before.map(({ serial, initialised }) => ({ serial, initialised })),
      [{ serial: "", initialised: false }],
    );
    const store = await tokens.provision("Ada's");
    assert.match(store.info.serial, /^[0-9a-f]{16}$/);
    assert.deepEqual(
      tokens.pins.asked.map(({ purpose, repeat }) => `${purpose}${repeat ? " again" : ""}`),
      ["new-officer", "new-officer again", "new-user", "new-user again"],
    );
    assert.equal(tokens.pins.asked[0]?.minBytes, 6);
    const after = await listTokens(tokens.module);
    assert.deepEqual(
      after.filter(({ initialised }) => initialised).map(({ serial, label }) => ({ serial, label })),
      [{ serial: store.info.serial, label: "Ada's" }],
    );
    assert.equal((await store.login()).pinState, "ok");
  });

  it("fills all 32 bytes of a label, and takes letters beyond ASCII", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const labels = ["ä".repeat(16), "x", "日本語のトークン"];
    for (const label of labels) assert.equal((await tokens.provision(label)).info.label, label);
    const listed = (await listTokens(tokens.module)).map(({ label }) => label);
    for (const label of labels) assert.ok(listed.includes(label), label);
  });

  for (const label of ["", "x".repeat(33), `${"ä".repeat(16)}x`, "a\nb", " a", "\ud800"]) {
    it(`refuses the label ${JSON.stringify(label)}`, soft, async (test) => {
      const tokens = new SoftTokens(test);
      await assert.rejects(tokens.provision(label), { code: "token/label-too-long", exit: "device" });
      assert.equal(tokens.pins.asked.length, 0);
    });
  }

  it("erases an initialised token only when told to, and with its officer's PIN", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const store = await tokens.ready("one");
    await generate(store, "ed25519");
    await assert.rejects(store.provision({ label: "two", erase: false }), { code: "token/not-blank" });
    tokens.pins.officer = "not-it-at-all";
    await assert.rejects(store.provision({ label: "two", erase: true }), { code: "pin/wrong" });
    tokens.pins.officer = OFFICER_PIN;
    const info = await store.provision({ label: "two", erase: true });
    assert.equal(info.label, "two");
    await store.login();
    assert.equal(await store.sweep(LABEL), 0);
  });

  it(
    "refuses weak PINs and different entries, three rounds long, and destroys nothing",
    soft,
    async (test) => {
      const tokens = new SoftTokens(test);
      const entries = ["12345678", "111111", "abc", "first-one-77", "other-one-77"];
      const refusals: unknown[] = [];
      const store = await tokens.open({
        serial: "",
        pin: {
          kind: "function",
          pin: (request) => {
            if (!request.repeat) refusals.push(request.refused);
            return entries.shift() ?? null;
          },
        },
      });
      await assert.rejects(store.provision({ label: "x", erase: false }), { code: "pin/rejected" });
      assert.deepEqual(refusals, [null, "factory-default", "too-simple"]);
      await assert.rejects(store.provision({ label: "x", erase: false }), { code: "pin/cancelled" });
      assert.equal(store.info.initialised, false);
    },
  );

  it("refuses the officer's PIN as the user's", soft, async (test) => {
    const tokens = new SoftTokens(test);
    tokens.pins.user = OFFICER_PIN;
    await assert.rejects(tokens.provision(), {
      code: "pin/rejected",
      found: /the last one: the same as the security officer's/,
    });
    assert.equal(tokens.pins.asked.at(-1)?.refused, "same-as-officer");
  });

  it("names the vendor's command where PKCS#11 can't do it", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const store = await tokens.open({ serial: "", profile: profileOf("yubihsm2") });
    await assert.rejects(store.provision({ label: "x", erase: false }), {
      code: "token/vendor-tool",
      remedy: /yubihsm-shell/,
    });
  });
});

describe("login", () => {
  it(
    "counts two wrong PINs for a device and session, whoever opens it again, and then refuses",
    soft,
    async (test) => {
      const tokens = new SoftTokens(test);
      const store = await tokens.provision();
      const { serial } = store.info;
      tokens.pins.user = "not-the-right-one";
      await assert.rejects(store.login(), {
        code: "pin/wrong",
        found: /C_Login: CKR_PIN_INCORRECT \(0xa0\)/,
        remedy: /before the second try/,
      });
      assert.equal(tokens.pinFailures.of(serial), 1);
      const again = await tokens.open({ serial });
      await assert.rejects(again.login(), { code: "pin/wrong", remedy: NO_THIRD_PIN });
      tokens.pins.user = USER_PIN;
      const asked = tokens.pins.asked.length;
      await assert.rejects(again.login(), { code: "pin/two-failures" });
      assert.equal(tokens.pins.asked.length, asked);
    },
  );

  it("a cancelled, an empty and an impossible entry cost no try", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const store = await tokens.provision();
    for (const [entry, code] of [
      [null, "pin/cancelled"],
      ["", "pin/cancelled"],
      ["abc", "pin/not-accepted"],
      ["x".repeat(256), "pin/not-accepted"],
    ] as const) {
      tokens.pins.user = entry;
      await assert.rejects(store.login(), { code });
    }
    assert.equal(tokens.pinFailures.of(store.info.serial), 0);
    tokens.pins.user = USER_PIN;
    await store.login();
    const asked = tokens.pins.asked.length;
    assert.deepEqual(await store.login(), { pinState: "ok" });
    assert.equal(tokens.pins.asked.length, asked, "a second login asks for nothing");
  });

  it("refuses a token that has no user PIN", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const store = await tokens.open({ serial: "" });
    await assert.rejects(store.login(), { code: "token/not-initialised" });
  });

  it("refuses a terminal that is none", soft, async (test) => {
    const tokens = new SoftTokens(test);
    const { serial } = (await tokens.provision()).info;
    const input = openSync("/dev/null", "r");
    const store = await tokens.open({
      serial,
      pin: { kind: "terminal", prompt: () => "PIN: ", input, output: input },
    });
    await assert.rejects(store.login(), { code: "pin/no-terminal" });
  });
});
