/** A digest as it stands on paper, typed behind an option: in hex or in words. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { readDigest } from "../../src/commands/read-digest.ts";
import { CeremonyError } from "../../src/errors.ts";
import { digestLines } from "../../src/terminal/panel.ts";
import { pgpWords } from "../../src/terminal/words.ts";
import { isSha256Hex } from "../../src/tuf/types.ts";

const digest = createHash("sha256").update("head").digest("hex");
assert.ok(isSha256Hex(digest));
const words = pgpWords(digest);

function refusal(typed: string): CeremonyError {
  try {
    readDigest("--head", typed);
  } catch (error) {
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.exit, "usage");
    return error;
  }
  return assert.fail("it was taken");
}

describe("a digest behind an option", () => {
  it("is 64 digits, in groups or in one piece, in upper or lower case", () => {
    const groups = digest.replaceAll(/(.{4})/g, "$1 ");
    for (const typed of [digest, groups, digest.toUpperCase(), digest.replaceAll(/(.{2})(?=.)/g, "$1:")])
      assert.equal(readDigest("--head", typed), digest);
  });

  it("is 32 words, whatever their case, with or without the numbers of the paper", () => {
    const onPaper = digestLines(digest).slice(2).join("\n");
    for (const typed of [words.join(" "), words.join(" ").toUpperCase(), words.join("-"), onPaper])
      assert.equal(readDigest("--head", typed), digest);
  });

  it("with a word that is no word: which one, and what was probably meant", () => {
    const wrong = [...words];
    wrong[6] = `${words[6]?.slice(0, -1)}`;
    const { expected, found, remedy } = refusal(wrong.join(" "));
    assert.match(expected, /^--head: as word 7 of 32 /);
    assert.match(found, /^"\w+" as word 7$/);
    assert.equal(remedy, `Did you mean "${words[6]?.toLowerCase()}"?`);
  });

  it("with a word left out or doubled: where the lists stop taking turns", () => {
    const short = words.filter((_, index) => index !== 9);
    assert.match(refusal(short.join(" ")).expected, /word 10 of 32 one of the list for even places/);
    const doubled = words.flatMap((word, index) => (index === 4 ? [word, word] : [word]));
    assert.match(refusal(doubled.join(" ")).found, /as word 6, a word of the other list$/);
  });

  it("with too few or too many words: how many", () => {
    assert.match(refusal(words.slice(0, 30).join(" ")).found, /^30, /);
    assert.match(refusal([...words, words[0]].join(" ")).found, /^33, /);
  });

  it("of anything else is refused as before", () => {
    for (const typed of ["", "no digest", digest.slice(1), `${digest}0`])
      assert.match(refusal(typed).expected, /64 hex digits, in groups or not, or 32 words/);
  });
});
