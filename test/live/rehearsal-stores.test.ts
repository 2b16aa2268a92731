/** Throw-away keys: they sign while their process lives, and then they are gone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effects } from "../../src/ceremony/effects.ts";
import { CeremonyState } from "../../src/ceremony/state.ts";
import { CeremonyError } from "../../src/errors.ts";
import type { Situation } from "../../src/live/people.ts";
import { throwAwayStores } from "../../src/live/rehearsal-stores.ts";
import { acceptSignature } from "../../src/tuf/accept-signature.ts";
import { keyObject, parseKeyObject } from "../../src/tuf/keys.ts";
import { SCHEMES } from "../../src/tuf/types.ts";
import { exampleText, planOf } from "../support/scripts.ts";

const plan = planOf(exampleText("minimal"));
const [step = assert.fail()] = plan.steps;
const situation: Situation = { state: new CeremonyState(plan, true), step };
const payload = new TextEncoder().encode("a document");
const message = new TextEncoder().encode("possession");

const making = (scheme: Effects["generate"]["request"]["scheme"]): Effects["generate"]["request"] => ({
  key: "root-ada",
  store: "file",
  scheme,
  label: "x root-ada",
  device: null,
  serial: null,
  documents: [],
});

function signing(publicKey: Effects["sign"]["request"]["publicKey"]): Effects["sign"]["request"] {
  const { key, store, label, device, serial } = making("ed25519");
  const { scriptSha256: sha256 } = plan;
  return { key, store, label, device, serial, role: "root", publicKey, sizeBytes: payload.length, sha256 };
}

const isGone = (error: unknown) =>
  error instanceof CeremonyError && error.code === "rehearsal/key-gone" && error.exit === "device";

for (const scheme of SCHEMES) {
  test(`${scheme}: proves its possession, signs, and is no more once it was ended`, async () => {
    const stores = throwAwayStores();
    const { publicKey, proof } = await stores.generate(making(scheme), message, situation, false);
    assert.equal(publicKey.scheme, scheme);
    const parsed = parseKeyObject(keyObject(publicKey));
    assert.ok(acceptSignature(parsed, message, proof).ok);
    const { sig } = await stores.sign(signing(publicKey), payload, situation);
    assert.ok(acceptSignature(parsed, payload, sig).ok);
    await stores.endKey({ key: "root-ada" });
    await assert.rejects(stores.sign(signing(publicKey), payload, situation), isGone);
    await stores.endKey({ key: "root-ada" });
  });
}

test("a key that is made again takes the place of the first", async () => {
  const stores = throwAwayStores();
  const first = await stores.generate(making("ed25519"), message, situation, false);
  const second = await stores.generate(making("ed25519"), message, situation, true);
  assert.notEqual(first.publicKey.public, second.publicKey.public);
  const { sig } = await stores.sign(signing(second.publicKey), payload, situation);
  assert.ok(acceptSignature(parseKeyObject(keyObject(second.publicKey)), payload, sig).ok);
});

test("closed, twice too: no key is left", async () => {
  const stores = throwAwayStores();
  const { publicKey } = await stores.generate(making("ed25519"), message, situation, false);
  await stores.close();
  await stores.close();
  await assert.rejects(stores.sign(signing(publicKey), payload, situation), isGone);
});

test("a token is there under every serial, blank where any blank one will do", async () => {
  const stores = throwAwayStores();
  const looking = { key: "root-ada", device: "softhsm", notThese: [] };
  const named = await stores.findToken({ ...looking, serial: "0001", blank: false }, situation);
  assert.deepEqual([named.serial, named.initialised], ["0001", true]);
  const any = await stores.findToken({ ...looking, serial: null, blank: true }, situation);
  assert.deepEqual([any.serial, any.initialised], ["rehearsal-root-ada", false]);
  const { key, device } = looking;
  const provisioned = await stores.provision(
    { key, device, serial: any.serial, label: "x root-ada" },
    situation,
  );
  assert.deepEqual(
    [provisioned.serial, provisioned.label, provisioned.initialised],
    [any.serial, "x root-ada", true],
  );
});
