/** Exceptions and the next ceremony on real PKCS#11 tokens. */
import assert from "node:assert/strict";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type SoftTokens, USER_PIN } from "../keystore/pkcs11/soft-token.ts";
import { planOf, time } from "../live/ceremony-harness.ts";
import { scriptOf } from "../support/exceptional-ceremony.ts";
import { acceptEverywhere, outputOf } from "../support/judge-chain.ts";
import { followUp } from "../support/previous-outputs.ts";
import { pkcs11Addon, requires, softhsm } from "../support/requires.ts";
import { edit, exampleText } from "../support/scripts.ts";
import { SoftCeremony } from "../support/soft-ceremony.ts";

const soft = requires(softhsm, pkcs11Addon);

/** minimal.yaml with its root keys on tokens: P-256, Ed25519, RSA-PSS; each is initialised in the ceremony. */
const SCHEMES = { ada: "ecdsa-sha2-nistp256", grace: "ed25519", admin: "rsassa-pss-sha256" } as const;
type Holder = keyof typeof SCHEMES;

function tokenScript(rest: (holder: Holder) => string): string {
  return exampleText("minimal").replaceAll(
    /\{ holder: (\w+), scheme: ed25519, store: file \}/g,
    (_, holder: Holder) =>
      `{ holder: ${holder}, scheme: ${SCHEMES[holder]}, store: hsm, device: softhsm, ${rest(holder)}, attestation: waived }`,
  );
}

const BOOTSTRAP = tokenScript(() => "serial: at-ceremony, provision: true");

describe("on SoftHSM tokens", () => {
  it("a token that is not there any more and comes back: the ceremony goes on", soft, async (test) => {
    const ceremony = SoftCeremony.onTokens(test, scriptOf(BOOTSTRAP));
    const away = join(ceremony.tokens.folder, "away");
    await ceremony.session([
      {
        step: "sign/root/root-grace",
        prompt: "insert-token",
        does: "retry",
        before: () => renameSync(ceremony.tokens.tokens, away),
      },
      {
        step: "sign/root/root-grace",
        prompt: "failure",
        does: "retry",
        happened: "the hub was unplugged",
        before: () => renameSync(away, ceremony.tokens.tokens),
      },
    ]);
    const [, gone] = await ceremony.finished();
    assert.match(gone ?? "", /^sign\/root\/root-grace (module|token)\/\S+: retry$/);
  });

  it("one token of three is gone for good: the two others are enough", soft, async (test) => {
    const ceremony = SoftCeremony.onTokens(test, scriptOf(BOOTSTRAP));
    await ceremony.session([
      {
        step: "sign/root/root-grace",
        prompt: "insert-token",
        does: "retry",
        before: (_request, { state }) => hide(ceremony.tokens, state.serialOf("root-grace")),
      },
      { step: "sign/root/root-grace", prompt: "try-again", does: "without-signer" },
    ]);
    assert.deepEqual((await ceremony.finished()).slice(1), [
      "sign/root/root-grace token/other-serial: without-signer",
    ]);
  });

  it(
    "a forgotten PIN before anything is signed: the token is initialised, its key made again",
    soft,
    async (test) => {
      const ceremony = SoftCeremony.onTokens(test, scriptOf(BOOTSTRAP));
      const { pins } = ceremony.tokens;
      const keyids: unknown[] = [];
      await ceremony.session([
        {
          step: "sign/root/root-ada",
          prompt: "insert-token",
          does: "retry",
          before: (_request, { state }) => {
            keyids.push(state.keys.get("root-ada")?.keyid);
            pins.user = "no-idea-any-more";
          },
        },
        { step: "sign/root/root-ada", prompt: "try-again", does: { chooses: "again" } },
        {
          step: "sign/root/root-ada",
          prompt: "try-again",
          does: "reinitialise",
          before: () => {
            pins.user = USER_PIN;
          },
        },
      ]);
      assert.deepEqual((await ceremony.finished()).slice(1), ["sign/root/root-ada pin/wrong: reinitialise"]);
      const made = ceremony.last?.state.keys.get("root-ada");
      assert.ok(made && made.keyid !== keyids[0], "another key");
      assert.equal(made.swept, 0, "initialising had left nothing of the first one");
    },
  );

  it("a wrong PIN and then the right one: no exception, and the key signs", soft, async (test) => {
    const ceremony = SoftCeremony.onTokens(test, scriptOf(BOOTSTRAP));
    const { pins } = ceremony.tokens;
    await ceremony.session([
      {
        step: "sign/root/root-ada",
        prompt: "insert-token",
        does: { chooses: "inserted" },
        before: () => {
          pins.user = "mistyped-it";
        },
      },
      {
        step: "sign/root/root-ada",
        prompt: "try-again",
        does: { chooses: "again" },
        before: ({ data }) => {
          assert.equal((data as { code: string }).code, "pin/wrong");
          pins.user = USER_PIN;
        },
      },
    ]);
    assert.deepEqual(await ceremony.finished(), []);
  });

  it(
    "two wrong PINs: the device is left alone for this session, and asked again in the next",
    soft,
    async (test) => {
      const ceremony = SoftCeremony.onTokens(test, scriptOf(BOOTSTRAP));
      const { pins } = ceremony.tokens;
      const again = { step: "sign/root/root-ada", prompt: "try-again", does: { chooses: "again" } } as const;
      let asked = 0;
      await ceremony.session([
        {
          step: "sign/root/root-ada",
          prompt: "insert-token",
          does: { chooses: "inserted" },
          before: () => {
            pins.user = "mistyped-it";
          },
        },
        again,
        {
          ...again,
          before: () => {
            pins.user = USER_PIN;
            asked = pins.asked.length;
          },
        },
        {
          step: "sign/root/root-ada",
          prompt: "failure",
          does: "pause",
          before: ({ data }) => {
            assert.equal((data as { code: string }).code, "pin/two-failures");
            assert.equal(pins.asked.length, asked, "nobody was asked a third time");
          },
        },
      ]);
      assert.equal(ceremony.last?.reason, "paused");
      await ceremony.session();
      assert.deepEqual(await ceremony.finished(), ["sign/root/root-ada pin/two-failures: pause"]);
    },
  );
});

describe("the next ceremony on the same tokens", () => {
  it(
    "keys of the bootstrap, found by their public part, renew root, targets and bins",
    soft,
    async (test) => {
      const first = SoftCeremony.onTokens(test, scriptOf(BOOTSTRAP));
      await first.session();
      await first.finished();
      const made = first.last?.state.keys ?? new Map();

      const renewal = tokenScript((holder) => {
        const key = made.get(`root-${holder}`);
        return `serial: "${key?.serial}", keyid: ${key?.keyid}`;
      })
        .replaceAll(/targets-1|bins-1/g, (name) => name.replace("1", "2"))
        .replaceAll("2027-12-04", "2027-12-11")
        .replaceAll("2026-12-04", "2026-12-11");
      const text = edit(
        edit(renewal, "ceremony: example-2026-root", "ceremony: example-2026-renewal"),
        "previous: none",
        "previous:PREVIOUS",
      );
      const second = SoftCeremony.onTokens(test, followUp(text, first.folder), first.tokens);
      assert.equal(planOf(second.loaded).kind, "renewal");
      second.now = Date.parse("2026-12-11T15:00:00Z") / 1000;
      await second.session();
      assert.deepEqual(await second.finished(), []);
      assert.ok(!second.prompts.some((prompt) => prompt.startsWith("generate/")), "no key was made");
      const output = (role: string) => outputOf(second.folder, `2.${role}.json`);
      acceptEverywhere(
        {
          roots: [outputOf(first.folder, "1.root.json"), output("root")],
          targets: output("targets"),
          bins: output("bins"),
        },
        time("2026-12-31T00:00:00Z"),
      );
    },
  );
});

/** Takes one token away, as if somebody had gone home with it. */
function hide(tokens: SoftTokens, serial: string | null): void {
  assert.ok(serial);
  const [name] = readdirSync(tokens.tokens).filter((folder) => folder.endsWith(serial.slice(-12)));
  assert.ok(name, `a folder for ${serial} among ${readdirSync(tokens.tokens).join(" ")}`);
  renameSync(join(tokens.tokens, name), join(tokens.folder, name));
}
