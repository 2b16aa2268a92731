/** What is no bug of the program, though nobody foresaw it. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { describeFailure } from "../../src/commands/failure.ts";
import { CeremonyError } from "../../src/errors.ts";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test("what the system says of a file is told with its path, escaped: exit status 3", () => {
  const folder = mkdtempSync(join(tmpdir(), "failure-"));
  try {
    symlinkSync("loop\u001b[2J", join(folder, "loop\u001b[2J"));
    const { status, text } = describeFailure(thrownBy(() => readdirSync(join(folder, "loop\u001b[2J"))));
    assert.equal(status, 3);
    assert.match(
      text,
      /^tuf-ceremony: device \[system\/ELOOP\]\n {2}expected .*\n {2}found {5}ELOOP: ".*loop\\u\{1b\}\[2J"\n/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an error of the system that is about no file is a bug, and its message stays secret", () => {
  const error = Object.assign(new Error("write EPIPE secret"), {
    code: "EPIPE",
    syscall: "write",
    errno: -32,
  });
  const { status, text } = describeFailure(error);
  assert.equal(status, 70);
  assert.doesNotMatch(text, /secret/);
});

const REFUSAL = new CeremonyError({
  code: "folder/other-files",
  exit: "refused",
  expected: "in the ceremony folder only files that the transcript names, and each of them as it was written",
  found: `"${"long-".repeat(20)}name": a file that nothing in the transcript speaks of, and 3 more`,
  remedy: "Move what does not belong there out of the folder; compare what is changed with another copy.",
});

test("on a terminal no word is broken that a line has room for, and the parts hang under their beginning", () => {
  for (const columns of [50, 80, 200]) {
    const lines = describeFailure(REFUSAL, columns).text.split("\n");
    for (const line of lines) assert.ok(line.length <= Math.min(columns, 80), line);
    for (const line of lines.slice(1, -1))
      assert.match(line, /^ {2}(?:expected|found {3}|remedy {2}| {8}) {2}\S/);
    assert.match(lines.join(" ").replaceAll(/\s+/g, " "), /out of the folder; compare what is changed/);
  }
});

test("elsewhere each part stays on its line, and both say the same", () => {
  const { text } = describeFailure(REFUSAL);
  assert.equal(text.split("\n").length, 5);
  assert.equal(describeFailure(REFUSAL, 80).text.replaceAll(/\s+/g, ""), text.replaceAll(/\s+/g, ""));
});

test("a bug is told in the terminal's width, too; only the lines to be copied are whole", () => {
  const lines = describeFailure(new TypeError("secret"), 60).text.split("\n");
  for (const line of lines) assert.ok(line.length <= 60 || line.startsWith("  at "), line);
});
