/** Devices, modules and PINs that fail in a ceremony, one after the other: each is said clearly, and it goes on. */
import assert from "node:assert/strict";
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import type { AskRequest } from "../../src/ceremony/effects.ts";
import { FakeTokens, USER_PIN } from "../keystore/pkcs11/soft-token.ts";
import { type Deed, scriptOf } from "../support/exceptional-ceremony.ts";
import { compiler, pkcs11Addon, requires, softhsm } from "../support/requires.ts";
import { exampleText } from "../support/scripts.ts";
import { SoftCeremony } from "../support/soft-ceremony.ts";

const faking = requires(softhsm, pkcs11Addon, compiler);

/** Two keys on tokens that are initialised in the ceremony, one on a token that was brought along. */
const SCRIPT = exampleText("minimal")
  .replace(
    "root-ada: { holder: ada, scheme: ed25519, store: file }",
    "root-ada: { holder: ada, scheme: ed25519, store: hsm, device: softhsm, serial: at-ceremony, provision: true, attestation: waived }",
  )
  .replace(
    "root-grace: { holder: grace, scheme: ed25519, store: file }",
    "root-grace: { holder: grace, scheme: ed25519, store: hsm, device: softhsm, serial: at-ceremony, provision: true, attestation: waived }",
  )
  .replace(
    "root-admin: { holder: admin, scheme: ed25519, store: file }",
    "root-admin: { holder: admin, scheme: ed25519, store: hsm, device: softhsm, serial: at-ceremony, attestation: waived }",
  );

/** Something that goes wrong, and what is said of it. */
interface Trouble {
  readonly code: string;
  readonly begins: () => void;
  readonly ends: () => void;
}

/** Each trouble begins when the last one has ended; `mishaps` are just tried again, the others are explained. */
function troublesAt(
  step: string,
  first: Deed["prompt"],
  troubles: readonly Trouble[],
  mishaps: ReadonlySet<string>,
): readonly Deed[] {
  const said: Deed[] = [{ step, prompt: first, does: "retry", before: () => troubles[0]?.begins() }];
  for (const [index, { code, ends }] of troubles.entries()) {
    const isMishap = mishaps.has(code);
    said.push({
      step,
      prompt: isMishap ? "try-again" : "failure",
      does: isMishap ? { chooses: "again" } : "retry",
      happened: code,
      before: (request) => {
        assert.deepEqual(saidOf(request), code);
        ends();
        troubles[index + 1]?.begins();
      },
    });
  }
  return said;
}

/** The code; every failure also says what was expected, what was found and what to do. */
function saidOf({ data }: AskRequest): unknown {
  assert.ok(typeof data === "object" && data !== null && !Array.isArray(data));
  const { code, expected, found, remedy } = data as { [member: string]: unknown };
  for (const text of [expected, found, remedy])
    assert.ok(typeof text === "string" && text !== "", String(code));
  return code;
}

const MISHAPS = new Set([
  "token/none",
  "token/several",
  "token/other-serial",
  "token/device-error",
  "machine/no-module",
  "module/missing",
  "pin/wrong",
  "pin/cancelled",
]);

it(
  "modules that are none, tokens that are not there or too many, PINs near their limit",
  faking,
  async (test) => {
    const tokens = new FakeTokens(test);
    for (const label of ["brought along", "left in the machine"])
      await (await tokens.provision(label)).close();
    const [brought = ""] = readdirSync(tokens.tokens);
    const ceremony = SoftCeremony.onTokens(test, scriptOf(SCRIPT), tokens);
    const { modules } = ceremony;
    const right = modules.get("softhsm");
    assert.ok(right);
    const put = (module: string) => () => void modules.set("softhsm", { ...right, module });
    const putBack = () => void modules.set("softhsm", right);
    const text = join(tokens.folder, "module.so");
    writeFileSync(text, "not a library at all\n");
    const says = (words: string) => () => tokens.misbehave(words);
    const tries = (words: string, used: string) => () => {
      tokens.misbehave(words);
      writeFileSync(join(tokens.folder, "tries"), used);
    };
    const heal = tries("", "");
    let asked = 0;
    const untouched = () => {
      assert.equal(tokens.pins.asked.length, asked, "nobody was asked for a PIN");
      heal();
    };

    await ceremony.session([
      ...troublesAt(
        "generate/root-ada",
        "insert-token",
        [
          { code: "module/missing", begins: put("/nowhere/at/all.so"), ends: putBack },
          { code: "module/not-pkcs11", begins: put(text), ends: putBack },
          { code: "module/not-pkcs11", begins: put(process.execPath), ends: putBack },
          { code: "machine/no-module", begins: () => void modules.delete("softhsm"), ends: putBack },
          { code: "token/none", begins: says("removed"), ends: heal },
        ],
        MISHAPS,
      ),
      ...troublesAt(
        "generate/root-admin",
        "insert-token",
        [
          {
            code: "token/several",
            begins: () => {},
            ends: () => renameSync(join(tokens.tokens, brought), join(tokens.folder, brought)),
          },
        ],
        MISHAPS,
      ),
      ...troublesAt(
        "sign/root/root-ada",
        "insert-token",
        [
          { code: "token/other-serial", begins: says("two-alike"), ends: heal },
          { code: "token/none", begins: says("removed"), ends: heal },
          {
            code: "pin/final-try",
            begins: () => {
              asked = tokens.pins.asked.length;
              tries("three-tries", "xx")();
            },
            ends: untouched,
          },
          { code: "pin/locked", begins: tries("three-tries", "xxx"), ends: untouched },
          { code: "token/pinpad", begins: says("pinpad"), ends: untouched },
          { code: "module/crashed", begins: says("crash-in-sign"), ends: heal },
          { code: "token/signature-bad", begins: says("bad-signature"), ends: heal },
        ],
        MISHAPS,
      ),
      {
        step: "sign/root/root-grace",
        prompt: "insert-token",
        does: { chooses: "inserted" },
        before: () => {
          tokens.pins.user = null;
        },
      },
      {
        step: "sign/root/root-grace",
        prompt: "try-again",
        does: { chooses: "again" },
        before: (request) => {
          assert.equal(saidOf(request), "pin/cancelled");
          tokens.pins.user = USER_PIN;
        },
      },
    ]);
    const listed = await ceremony.finished();
    assert.deepEqual(
      listed.filter((line) => !line.includes(" exception: ")),
      [
        "generate/root-ada module/not-pkcs11: retry",
        "generate/root-ada module/not-pkcs11: retry",
        "sign/root/root-ada pin/final-try: retry",
        "sign/root/root-ada pin/locked: retry",
        "sign/root/root-ada token/pinpad: retry",
        "sign/root/root-ada module/crashed: retry",
        "sign/root/root-ada token/signature-bad: retry",
      ],
    );
  },
);
