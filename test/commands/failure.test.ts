/** What is no bug of the program, though nobody foresaw it. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { describeFailure } from "../../src/commands/failure.ts";

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
