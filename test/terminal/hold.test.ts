/** The hold screen, where nobody is in front of it any more. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hold } from "../../src/terminal/hold.ts";
import { CeremonyTerminal } from "../../src/terminal/terminal.ts";

test("a terminal that is gone is no word of anybody's: nothing is left, the program ends", async (context) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const terminal = new CeremonyTerminal({ input, output, environment: {} });
  terminal.gate.open();
  context.after(() => terminal.gate.close());
  input.end();
  await delay(5);
  const place = { ceremony: "", rehearsal: false, step: null, who: [], minutesLeft: null, next: null };
  await assert.rejects(hold(terminal, place), { code: "terminal/gone", exit: "device" });
});
