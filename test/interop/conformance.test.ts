/**
 * What the root-only tests of tuf-conformance ask of a client, under the names that they have there: run-conformance.sh
 * runs the suite itself, where it is to be had. Written from what those tests do, with a simulator of our own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { object } from "../../src/tuf/json.ts";
import { serializeJson } from "../../src/tuf/serialize.ts";
import type { JsonValue, Scheme } from "../../src/tuf/types.ts";
import { faketime, requires } from "../support/requires.ts";
import { json, replaceAt } from "../support/sample-metadata.ts";
import { ROOT_ROTATIONS } from "./root-rotations.ts";
import { daysFromNow, makeSigner, rootPath, spoilSignature } from "./simulated-repository.ts";
import { begin, initialize, refresh, type Trial } from "./trial.ts";

for (const { name, roots, isLastAccepted } of ROOT_ROTATIONS) {
  test(`test_root_rotation[${name}]`, async (t) => {
    const trial = await begin(t);
    const { client, repository, server } = trial;
    const signers = Array.from({ length: 10 }, () => makeSigner());
    repository.startAnew();
    for (const root of roots) {
      repository.clearRole("root", root.threshold);
      for (const [digit, signer] of signers.entries()) {
        if (root.keys.includes(digit)) repository.addKey("root", signer);
        if (root.signers.includes(digit)) repository.addSigner(signer);
      }
      repository.publish();
    }
    await initialize(trial);
    assert.equal(await refresh(trial), isLastAccepted ? 0 : 1);
    assert.deepEqual(client.trustedRoot, repository.published.at(isLastAccepted ? -1 : -2));
    // Each successor was asked for once, and behind an accepted last one another that isn't there.
    const asked = roots.keys().map((index) => rootPath(index + 2));
    assert.deepEqual(server.requests, [...asked].slice(0, isLastAccepted ? roots.length : roots.length - 1));
  });
}

const keytypes: readonly (readonly [keytype: string, scheme: Scheme])[] = [
  ["rsa", "rsassa-pss-sha256"],
  ["ecdsa", "ecdsa-sha2-nistp256"],
  ["ed25519", "ed25519"],
];
for (const [keytype, scheme] of keytypes) {
  test(`test_keytype_and_scheme[${keytype}/${scheme}]`, async (t) => {
    const trial = await begin(t);
    const { client, repository } = trial;
    await initialize(trial);
    const signer = makeSigner(scheme);
    assert.equal(signer.wire.get("keytype"), keytype);
    repository.addKey("root", signer);
    repository.addSigner(signer);
    repository.role("root").threshold += 1;
    repository.publish();
    assert.equal(await refresh(trial), 0);
    assert.deepEqual(client.trustedRoles, [["root", 2]]);

    repository.serve(3, spoilSignature(repository.publish(), signer));
    assert.equal(await refresh(trial), 1);
    assert.deepEqual(client.trustedRoot, repository.published[1]);
  });
}

/** The suite leaves open whether `init` succeeds; `refresh` may not, and may not ask for anything. */
async function refuseInitialRoot({ client, server, ...rest }: Trial, root: Uint8Array): Promise<void> {
  const { status, error } = await client.init(root);
  assert.equal(status, 1);
  assert.match(error, /^conformance-client: refused \[client\/untrusted\]/);
  assert.equal(await refresh({ client, server, ...rest }), 1);
  assert.deepEqual([client.trustedRoles, server.requests], [[], []]);
}

test("test_invalid_initial_root", async (t) => {
  const trial = await begin(t);
  await refuseInitialRoot(
    trial,
    rewrite(trial.repository.published[0], (root) => replaceAt(root, ["signed", "version"], undefined)),
  );
});

test("test_unsigned_initial_root", async (t) => {
  const trial = await begin(t);
  const other = makeSigner().sign(new TextEncoder().encode("something else"));
  await refuseInitialRoot(
    trial,
    rewrite(trial.repository.published[0], (root) => replaceAt(root, ["signatures", 0, "sig"], other)),
  );
});

test("test_custom_fields", async (t) => {
  const trial = await begin(t);
  const { client, repository } = trial;
  await initialize(trial);
  assert.equal(await refresh(trial), 0);
  const signer = makeSigner("ecdsa-sha2-nistp256", object([["extra-field", json('{"a": 1, "b": 2}')]]));
  repository.extra.set("custom-field", "value");
  repository.addKey("root", signer);
  repository.addSigner(signer);
  repository.role("root").extra.set("another-field", "value");
  repository.publish();
  assert.equal(await refresh(trial), 0);
  assert.deepEqual(client.trustedRoles, [["root", 2]]);
});

test("test_faketime", requires(faketime), async (t) => {
  const trial = await begin(t);
  await initialize(trial);
  trial.repository.expires = daysFromNow(7);
  trial.repository.publish();
  assert.equal(await refresh(trial), 0);
  assert.equal(await refresh(trial, 8), 1);
});

test("test_unsigned_metadata[root]", async (t) => {
  const trial = await begin(t);
  const { client, repository } = trial;
  repository.signers.clear();
  repository.publish();
  await initialize(trial);
  assert.equal(await refresh(trial), 1);
  assert.deepEqual(client.trustedRoles, [["root", 1]]);
});

test("test_url_and_metadata_version_mismatch[root]", async (t) => {
  const trial = await begin(t);
  const { client, repository } = trial;
  repository.version += 1;
  repository.publish(); // version 3, as 2.root.json
  await initialize(trial);
  assert.equal(await refresh(trial), 1);
  assert.deepEqual(client.trustedRoles, [["root", 1]]);
});

test("test_expired_local_root", requires(faketime), async (t) => {
  const trial = await begin(t);
  const { client, repository } = trial;
  await initialize(trial);
  repository.expires = daysFromNow(7);
  repository.publish();
  assert.equal(await refresh(trial), 0);
  repository.expires = daysFromNow(21);
  repository.publish();
  assert.equal(await refresh(trial, 18), 0);
  assert.deepEqual(client.trustedRoles, [["root", 3]]);
});

/** There the client may also refuse the snapshot that counts on it; this one knows roots only. */
test("test_duplicate_keys", async (t) => {
  const trial = await begin(t);
  const { client, repository } = trial;
  await initialize(trial);
  const signer = makeSigner();
  for (let times = 0; times < 9; times += 1) repository.addKey("snapshot", signer);
  repository.role("snapshot").threshold = 6;
  repository.publish();
  assert.equal(await refresh(trial), 1);
  assert.deepEqual(client.trustedRoles, [["root", 1]]);
});

function rewrite(bytes: Uint8Array | undefined, change: (document: JsonValue) => JsonValue): Uint8Array {
  return serializeJson(change(json(new TextDecoder().decode(bytes))), "compact");
}
