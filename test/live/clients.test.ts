/** Other people's client code, asked about good documents, bad ones, and those that it is known not to read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientVerdict } from "../../src/ceremony/effects.ts";
import { tryClients } from "../../src/live/clients.ts";
import { holdCeremony } from "../support/hold-ceremony.ts";
import { edit, exampleText, planOf } from "../support/scripts.ts";

const FILES = holdCeremony(planOf(exampleText("minimal")));

function changed(name: string, change: (text: string) => string): ReadonlyMap<string, Uint8Array> {
  const text = new TextDecoder().decode(FILES.get(name));
  const other = change(text);
  assert.notEqual(other, text);
  return new Map([...FILES, [name, new TextEncoder().encode(other)]]);
}

async function verdictOn(files: ReadonlyMap<string, Uint8Array>): Promise<ClientVerdict> {
  const [verdict, ...others] = await tryClients(files);
  assert.ok(verdict !== undefined);
  assert.deepEqual(others, []);
  assert.match(verdict.client, /tuf-js/);
  assert.match(verdict.version, /^\d+\.\d+\.\d+$/);
  return verdict;
}

test("a whole set of documents is accepted", async () => {
  const { accepted, isPartial, known } = await verdictOn(FILES);
  assert.deepEqual({ accepted, isPartial, known }, { accepted: true, isPartial: false, known: [] });
});

test("each document by itself, whose delegator was not made here, is only read", async () => {
  for (const file of FILES) assert.equal((await verdictOn(new Map([file]))).accepted, true);
});

const REFUSED: readonly (readonly [what: string, name: string, change: (text: string) => string])[] = [
  [
    "a root with a signature less",
    "1.root.json",
    (text) => text.replace(/"signatures": \[[^\]]*\]/, '"signatures": []'),
  ],
  [
    "a root that was changed after signing",
    "1.root.json",
    (text) => text.replace('"version": 1', '"version": 2'),
  ],
  [
    "targets that were changed after signing",
    "1.targets.json",
    (text) => text.replace('"version": 1', '"version": 2'),
  ],
  [
    "bins that were changed after signing",
    "1.bins.json",
    (text) => text.replace('"version":1', '"version":2'),
  ],
  [
    "a rehearsal's root",
    "1.root.json",
    (text) => text.replace('"_type": "root"', '"_type": "rehearsal-root"'),
  ],
  ["a root that is targets", "1.root.json", (text) => text.replace('"_type": "root"', '"_type": "targets"')],
  ["a root without roles", "1.root.json", (text) => text.replace('"roles"', '"rolls"')],
];
for (const [what, name, change] of REFUSED) {
  test(`${what} is refused`, async () => {
    assert.equal((await verdictOn(changed(name, change))).accepted, false);
  });
}

test("with more than 1,024 delegations only the first are parsed, all are verified, and the verdict says so", async () => {
  const plan = planOf(edit(exampleText("minimal"), "count: 16", "count: 2048"));
  const files = holdCeremony(plan);
  const { accepted, isPartial } = await verdictOn(files);
  assert.deepEqual({ accepted, isPartial }, { accepted: true, isPartial: true });
  const bins = new TextDecoder().decode(files.get("1.bins.json"));
  // One digit of the very last delegation, which is not parsed.
  const at = bins.lastIndexOf('"bin-7ff"');
  assert.notEqual(at, -1);
  const forged = `${bins.slice(0, at)}"bin-7fe"${bins.slice(at + 9)}`;
  const other = new Map([...files, ["1.bins.json", new TextEncoder().encode(forged)]]);
  assert.equal((await verdictOn(other)).accepted, false);
});

test("what tuf-js is known not to read is named: names beyond the basic plane", async () => {
  const withName = changed("1.targets.json", (text) =>
    text.replace('"targets": {}', '"targets": {"\u{1f600}": 1}'),
  );
  assert.deepEqual((await verdictOn(withName)).known, ["client/tuf-js-non-bmp-names"]);
});

test("P-384 is no excuse: a bad signature of such a key is a refusal without a known reason", async () => {
  const withScheme = changed("1.root.json", (text) => text.replace('"ed25519"', '"ecdsa-sha2-nistp384"'));
  const { accepted, known } = await verdictOn(withScheme);
  assert.deepEqual({ accepted, known }, { accepted: false, known: [] });
});
