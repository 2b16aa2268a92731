import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { EVEN_WORDS, ODD_WORDS } from "../../src/terminal/pgp-word-list.ts";
import { hexGroups, isPgpWord, pgpWords } from "../../src/terminal/words.ts";
import { isSha256Hex, type Sha256Hex } from "../../src/tuf/types.ts";

function sha256(text: string): Sha256Hex {
  const hex = createHash("sha256").update(text).digest("hex");
  assert.ok(isSha256Hex(hex));
  return hex;
}

function digest(hex: string): Sha256Hex {
  const padded = hex.padEnd(64, "0");
  assert.ok(isSha256Hex(padded));
  return padded;
}

test("the list is the one that was published", () => {
  assert.equal(EVEN_WORDS.length, 256);
  assert.equal(ODD_WORDS.length, 256);
  assert.equal(new Set([...EVEN_WORDS, ...ODD_WORDS].map((word) => word.toLowerCase())).size, 512);
  for (const word of [...EVEN_WORDS, ...ODD_WORDS]) assert.match(word, /^[A-Za-z]{4,11}$/);
});

// The fingerprint that Zimmermann's description and Wikipedia's article "PGP word list" spell out.
test("spells the published example", () => {
  const words = pgpWords(digest("e58294f2e9a227486e8b061b31cc528fd7fa3f19"));
  assert.deepEqual(
    words.slice(0, 20).join(" "),
    "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa afflict bravado " +
      "chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless",
  );
  assert.equal(words.length, 32);
});

test("every word of a digest is in the list, and nothing else is", () => {
  for (const word of pgpWords(sha256("anything"))) assert.ok(isPgpWord(word.toLowerCase()));
  for (const other of ["", "123456", "exception", "more", "pluto ", "Pluto"]) assert.ok(!isPgpWord(other));
});

test("groups hex digits by four", () => {
  const hex = sha256("anything");
  assert.equal(hexGroups(hex).join(""), hex);
  assert.deepEqual(
    hexGroups(hex).map((group) => group.length),
    Array.from({ length: 16 }, () => 4),
  );
});
