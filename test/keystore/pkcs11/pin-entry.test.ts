import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { PseudoTerminal } from "../../support/pseudo-terminal.ts";
import { compiler, pkcs11Addon, requires, script, softhsm } from "../../support/requires.ts";
import { findInProcesses, formsOf } from "../../support/secret-search.ts";
import { FakeTokens } from "./soft-token.ts";

/** Put together at run time, so that the search finds nothing but a leak. */
const typed = (word: string) => `${word}-${["s3", "cr", "t"].join("")}-47`;
const EARLY = typed("early");
const OFFICER = typed("officer");
const USER = typed("user");
const WRONG = typed("wrong");

describe("a PIN typed on the terminal", () => {
  it("would be found in arguments and environments", () => {
    const planted = [
      spawn("sleep", ["60"], { env: { PATH: process.env["PATH"], PLANTED: USER }, stdio: "ignore" }),
      // A shell that starts nothing: what it had forked would have its arguments for a moment.
      spawn("sh", ["-c", "read line", OFFICER], { stdio: ["pipe", "ignore", "ignore"] }),
    ];
    try {
      assert.deepEqual(findInProcesses(formsOf(USER)), [`/proc/${planted[0]?.pid}/environ`]);
      assert.deepEqual(findInProcesses(formsOf(OFFICER)), [`/proc/${planted[1]?.pid}/cmdline`]);
    } finally {
      for (const process of planted) process.kill();
    }
  });

  it(
    "is found nowhere: screen, arguments, environments, channel, errors, what the library prints",
    requires(softhsm, pkcs11Addon, compiler, script),
    async (test) => {
      const tokens = new FakeTokens(test);
      tokens.misbehave("chatty");
      const dump = join(tokens.folder, "dump");
      const program = fileURLToPath(new URL("at-terminal.ts", import.meta.url));
      const terminal = new PseudoTerminal([process.execPath, program, JSON.stringify(tokens.fake), dump]);
      test.after(() => terminal.kill());

      await terminal.untilShown("echo is off");
      terminal.type(`${EARLY}\r`);
      const answer = async (prompt: string, keys: string, times = 1) => {
        await terminal.untilShown(prompt, times);
        terminal.type(keys);
      };
      await answer("new-officer> ", "\x03");
      await answer("new-officer> ", `${OFFICER}\r`, 2);
      await answer("new-officer again> ", `${OFFICER}x\x7f\r`);
      await answer("new-user> ", `${OFFICER}\r`);
      await answer("new-user> ", `${WRONG}\x15${USER}\r`, 2);
      await answer("new-user again> ", `${USER}\r`);
      await terminal.untilShown("provision: done");
      await answer("\nuser> ", `${WRONG}\r`);
      await answer("\nuser> ", `${USER}\r`, 2);
      await terminal.untilShown("generate: done");
      const secrets = [EARLY, OFFICER, USER, WRONG];
      const inProcesses = findInProcesses(secrets.flatMap(formsOf));
      assert.equal(await terminal.exit, 0);

      assert.deepEqual(inProcesses, []);
      const crossed = readFileSync(dump, "utf8");
      assert.match(crossed, /"kind":"ask-pin"/);
      assert.match(crossed, /"kind":"answer"/);
      for (const secret of secrets) {
        assert.ok(!terminal.shown.includes(secret), `${secret} on the screen`);
        assert.ok(!crossed.includes(secret), `${secret} on the channel`);
        assert.ok(!crossed.includes(Buffer.from(secret).toString("hex")), `${secret} on the channel in hex`);
      }
      const codes = [...terminal.shown.matchAll(/(?:provision|login|generate): (\S+)/g)].map(
        (match) => match[1],
      );
      assert.deepEqual(codes, ["pin/cancelled", "done", "pin/wrong", "done", "done"]);
    },
  );
});
