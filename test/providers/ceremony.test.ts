/**
 * Ceremonies with a root of several keys, each on the token of another PKCS#11 provider: NSS, the TPM and openCryptoki have
 * the same serial number on every token, SoftHSM gets a new one and another slot each time.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import type { CeremonyState } from "../../src/ceremony/state.ts";
import { PinFailures } from "../../src/keystore/pkcs11/pin-source.ts";
import { listTokens, openToken } from "../../src/keystore/pkcs11/token-store.ts";
import { readDocument } from "../../src/tuf/read-document.ts";
import { profileOf } from "../keystore/pkcs11/soft-token.ts";
import { START } from "../live/ceremony-harness.ts";
import type { Deed } from "../support/exceptional-ceremony.ts";
import { judge } from "../support/openssl-judge.ts";
import { openssl, pkcs11Addon, requires } from "../support/requires.ts";
import { type Holder, machineModule, ProviderCeremony, scriptFor } from "./ceremony-bench.ts";
import { listKeys } from "./ceremony-keys.ts";
import { provider, superuser } from "./resources.ts";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

const HOLDERS: readonly Holder[] = [
  { id: "ada", name: "Ada Lovelace", device: "softhsm", scheme: "ed25519" },
  { id: "grace", name: "Grace Hopper", device: "nss", scheme: "ecdsa-sha2-nistp256" },
  { id: "hedy", name: "Hedy Lamarr", device: "tpm2", scheme: "ecdsa-sha2-nistp384" },
  { id: "joan", name: "Joan Clarke", device: "opencryptoki", scheme: "rsassa-pss-sha256" },
  { id: "mary", name: "Mary Jackson", device: "p11-kit", scheme: "ecdsa-sha2-nistp256" },
];

it(
  "five keys on five providers, in sessions between which SoftHSM's slots move among others with their labels",
  requires(...HOLDERS.map(({ device }) => provider(device)), superuser, pkcs11Addon, openssl),
  async (test) => {
    const names = HOLDERS.map(({ device }) => device);
    const ceremony = await ProviderCeremony.start(test, scriptFor(HOLDERS, 3), names);

    await ceremony.session([leaves("generate/root-hedy", "insert-token")]);
    await crowd(ceremony, "softhsm", "root-ada");
    await ceremony.session([leaves("sign/root/root-ada", "insert-token")]);
    await ceremony.session([leaves("sign/root/root-mary", "insert-token")]);
    await crowd(ceremony, "softhsm", "root-ada");
    await crowd(ceremony, "p11-kit", "root-mary");
    await ceremony.session();
    assert.deepEqual(await ceremony.finished(), []);

    const { sessions, state } = await ceremony.audit();
    assert.equal(sessions, 4);
    assert.ok(state !== null);
    checkSerials(state);
    const path = join(ceremony.folder, "metadata", "1.root.json");
    checkByOpenssl(path, state);
    checkByVerify(path);
    for (const { id, device, scheme } of HOLDERS) {
      const serial: string | null = state.serialOf(`root-${id}`);
      const wanted: string = `${serial} example-2026-root root-${id}: ${scheme}, both halves`;
      assert.deepEqual(await listKeys(ceremony, device), [wanted]);
    }
  },
);

it(
  "a key that is made anew is made on a blank token, and on none that has been initialised",
  requires(provider("softhsm"), provider("nss"), provider("p11-kit"), pkcs11Addon),
  async (test) => {
    const holders = HOLDERS.filter(({ device }) => ["softhsm", "nss", "p11-kit"].includes(device));
    const names = holders.map(({ device }) => device);
    const ceremony = await ProviderCeremony.start(test, scriptFor(holders, 2), names);
    const { second } = ceremony.provider("nss");
    assert.ok(second !== null);
    const postponed = holders.map(({ id }): Deed => {
      return { step: `generate/root-${id}`, prompt: "new-key", does: "postpone" };
    });
    await ceremony.session([
      ...postponed,
      {
        step: "generate/root-grace",
        prompt: "try-again",
        does: { chooses: "again" },
        before: ({ data }) => {
          assert.match(JSON.stringify(data), /"code":"token\/other-serial".*one blank token for root-grace/);
          ceremony.modules.set("nss", machineModule(second));
        },
      },
    ]);
    assert.equal((await ceremony.finished()).length, names.length);
    const { state } = await ceremony.audit();
    for (const { id, device } of holders) {
      if (device === "nss") continue;
      const keys = await listKeys(ceremony, device);
      const serial: string | null = state?.serialOf(`root-${id}`) ?? null;
      assert.equal(keys.length, 2);
      assert.equal(keys.filter((line) => line.startsWith(`${serial} example-2026-root root-`)).length, 1);
    }
  },
);

function leaves(step: string, prompt: Deed["prompt"]): Deed {
  return { step, prompt, does: "leaves" };
}

/** One more token with the label of the ceremony's own, in the slot before it: SoftHSM sorts them by their serials. */
async function crowd(ceremony: ProviderCeremony, name: "softhsm" | "p11-kit", label: string): Promise<void> {
  const { module, folder } = ceremony.provider(name);
  const { user, officer } = ceremony.pinsOf(name);
  const before = await listTokens(module);
  const store = await openToken({
    module,
    serial: before.find(({ initialised }) => !initialised)?.serial ?? "",
    blank: true,
    profile: profileOf(name),
    pin: { kind: "function", pin: ({ purpose }) => (purpose === "new-user" ? user : officer) },
    pinFailures: new PinFailures(),
  });
  const { serial } = await store.provision({ label, erase: false });
  await store.close();
  changeSerial(join(folder, "tokens"), serial, `0000000000001${String(before.length).padStart(3, "0")}`);

  const own = before.findLast((token) => token.label === label)?.serial;
  const placeIn = (tokens: typeof before) => tokens.findIndex((token) => token.serial === own);
  assert.equal(placeIn(await listTokens(module)), placeIn(before) + 1);
}

function changeSerial(tokens: string, from: string, to: string): void {
  for (const name of readdirSync(tokens)) {
    const path = join(tokens, name, "token.object");
    const bytes = readFileSync(path);
    const place = bytes.indexOf(from);
    if (place !== -1)
      writeFileSync(
        path,
        Buffer.concat([bytes.subarray(0, place), Buffer.from(to), bytes.subarray(place + 16)]),
      );
  }
}

function checkSerials(state: CeremonyState): void {
  const serials = HOLDERS.map(({ id }) => state.serialOf(`root-${id}`));
  const [softhsm, nss, tpm, opencryptoki, p11kit] = serials;
  assert.deepEqual([nss, tpm, opencryptoki], ["0000000000000000", "0000000000000000", "123"]);
  for (const serial of [softhsm, p11kit]) assert.match(serial ?? "", /^[0-9a-f]{16}$/);
  assert.equal(new Set(serials).size, 4);
}

/** Signature by signature, by somebody else's program. */
function checkByOpenssl(path: string, state: CeremonyState): void {
  const root = readDocument(readFileSync(path));
  assert.ok(root.kind === "root");
  assert.equal(root.signatures.length, HOLDERS.length);
  for (const { keyid, sig } of root.signatures) {
    const made = [...state.keys.values()].find((key) => key.keyid === keyid);
    assert.ok(made !== undefined && sig !== null, keyid);
    assert.ok(judge(made.publicKey, root.payload, sig), made.key);
  }
}

function checkByVerify(path: string): void {
  const run = spawnSync(process.execPath, [CLI, "verify", path, "--at", START, "--second-opinion"], {
    encoding: "utf8",
  });
  assert.equal(run.status, 0, run.stdout + run.stderr);
}
