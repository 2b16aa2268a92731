/** Lines of files, whatever their length and however they end. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { readLines } from "../../src/live/read-lines.ts";
import { MAX_LINE_BYTES } from "../../src/transcript/read.ts";

const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-lines-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function linesOf(text: string): readonly string[] {
  const path = join(folder, "file");
  writeFileSync(path, text);
  const decoder = new TextDecoder();
  return Array.from(readLines(path), (line) => decoder.decode(line));
}

test("the lines with their line feeds, whatever their lengths", () => {
  const length = fc.oneof(fc.nat(5), fc.nat(300_000));
  fc.assert(
    fc.property(fc.array(length, { maxLength: 12 }), fc.nat(300_000), (lengths, rest) => {
      const lines = [...lengths.map((count) => `${"x".repeat(count)}\n`), "y".repeat(rest)];
      assert.deepEqual(
        linesOf(lines.join("")),
        lines.filter((line) => line !== ""),
      );
    }),
    { numRuns: 50 },
  );
});

test("a file without a byte has no line", () => {
  assert.deepEqual(linesOf(""), []);
});

test("the longest line is whole, a longer one comes as its beginning and its rest", () => {
  const longest = `${"x".repeat(MAX_LINE_BYTES - 1)}\n`;
  assert.deepEqual(linesOf(`a\n${longest}b\n`), ["a\n", longest, "b\n"]);
  const [beginning, ...rest] = linesOf(`${"x".repeat(2 * MAX_LINE_BYTES)}\nb\n`);
  assert.equal(beginning?.length, MAX_LINE_BYTES + 1);
  assert.equal(rest.join("").length, MAX_LINE_BYTES - 1 + "\nb\n".length);
});

test("neither a link nor what is not there is read", () => {
  const link = join(folder, "link");
  writeFileSync(join(folder, "target"), "x\n");
  symlinkSync(join(folder, "target"), link);
  assert.throws(() => [...readLines(link)], { code: "ELOOP" });
  assert.throws(() => [...readLines(join(folder, "nothing"))], { code: "ENOENT" });
});
