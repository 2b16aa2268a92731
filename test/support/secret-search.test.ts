/** The search for secrets finds what it is for: a search that finds nothing proves nothing by itself. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { findInProcesses, formsOf, holdsAny } from "./secret-search.ts";

const SECRET = 'x!9Wd&3}Jm%8/Q"p+';
const forms = formsOf(SECRET);

test("it is found in every encoding, whatever stands around it", () => {
  for (let before = 0; before < 4; before += 1) {
    const bytes = Buffer.from(`${"a".repeat(before)}${SECRET}${"b".repeat(before)}`);
    const texts = [
      bytes.toString("hex"),
      bytes.toString("hex").toUpperCase(),
      bytes.toString("base64"),
      bytes.toString("base64url"),
      JSON.stringify(bytes.toString()),
      encodeURIComponent(bytes.toString()),
    ];
    for (const text of texts) assert.ok(holdsAny(Buffer.from(text), forms), text);
    assert.ok(holdsAny(bytes, forms));
    assert.ok(holdsAny(Buffer.from(bytes.toString(), "utf16le"), forms));
    assert.ok(holdsAny(Buffer.from(bytes.toString(), "utf16le").swap16(), forms));
  }
  assert.equal(
    holdsAny(Buffer.from("nothing of the kind, and a good deal of it ".repeat(100)), forms),
    false,
  );
});

test("it is found in arguments and environments of processes, and not any more when they have ended", async () => {
  const own = `a${process.pid}-${SECRET}`;
  const mine = formsOf(own);
  const argument = spawn("sleep", ["60", own], { stdio: "ignore" });
  const shell = spawn("sh", ["-c", "read line", own], { stdio: ["pipe", "ignore", "ignore"] });
  const environment = spawn("sleep", ["60"], {
    env: { PATH: process.env["PATH"], HIDDEN: own },
    stdio: "ignore",
  });
  await Promise.all([once(shell, "spawn"), once(environment, "spawn")]);
  const found = findInProcesses(mine);
  assert.ok(found.includes(`/proc/${shell.pid}/cmdline`));
  assert.ok(found.includes(`/proc/${environment.pid}/environ`));
  for (const child of [argument, shell, environment]) child.kill("SIGKILL");
  await Promise.all([shell, environment].map((child) => once(child, "close")));
  assert.deepEqual(findInProcesses(mine), []);
});
