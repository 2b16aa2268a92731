/** Remembered keys: never another's, whatever the spelling. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetKeys, parseKeyObjectOnce } from "../../src/tuf/key-cache.ts";
import { parseKeyObject } from "../../src/tuf/keys.ts";
import { json } from "../support/sample-metadata.ts";
import { makeTestKey } from "../support/test-keys.ts";

const point = makeTestKey("ed25519").publicKey.public;
const key = (text: string) => json(text.replaceAll("POINT", point));

const KEYS = [
  '{"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "POINT"}}',
  '{"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "POINT", "private": ""}}',
  '{"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "POINT"}, "name": "Ada"}',
  '{"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "POINT"}, "keyid_hash_algorithms": ["sha256"]}',
  '{"keytype": "ed2551", "scheme": "9ed25519", "keyval": {"public": "POINT"}}',
  '{"keytype": "ed25519", "scheme": "ed25519POINT", "keyval": {"public": ""}}',
  '{"keytype": "ed25519", "scheme": 1, "keyval": {"public": "POINT"}}',
  '{"keytype": "ed25519", "scheme": "ed25519", "keyval": "POINT"}',
  '["ed25519", "ed25519", "POINT"]',
  "null",
].map(key);

test("each key is read as itself, the first time and the second", () => {
  forgetKeys();
  const first = KEYS.map(parseKeyObjectOnce);
  assert.deepEqual(first, KEYS.map(parseKeyObject));
  assert.equal(new Set(first).size, KEYS.length);
  for (const [index, again] of KEYS.map(parseKeyObjectOnce).entries()) assert.equal(again, first[index]);
});

test("the order of members makes no other key", () => {
  const turned = key('{"keyval": {"public": "POINT"}, "scheme": "ed25519", "keytype": "ed25519"}');
  assert.deepEqual(parseKeyObjectOnce(turned), parseKeyObjectOnce(KEYS[0] ?? null));
});
