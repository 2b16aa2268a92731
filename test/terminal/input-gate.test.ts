import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { InputGate, QUIET_MILLISECONDS } from "../../src/terminal/input-gate.ts";
import type { Key } from "../../src/terminal/keys.ts";

class MadeUpInput extends PassThrough {
  isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(raw: boolean): void {
    this.modes.push(raw);
  }
}

function open(context: { after(done: () => void): void }): {
  input: MadeUpInput;
  gate: InputGate;
  keys: Key[];
} {
  const input = new MadeUpInput();
  const gate = new InputGate(input);
  gate.open();
  context.after(() => gate.close());
  return { input, gate, keys: [] };
}

test("refuses what is no terminal", () => {
  const input = new MadeUpInput();
  input.isTTY = false;
  assert.throws(() => new InputGate(input).open(), { code: "terminal/none", exit: "usage" });
  assert.deepEqual(input.modes, []);
});

test("is raw from the beginning to the end, and gives the terminal back once", () => {
  const input = new MadeUpInput();
  const listeners = process.eventNames().map((name) => process.listenerCount(name));
  const gate = new InputGate(input);
  gate.open();
  gate.close();
  gate.close();
  assert.deepEqual(input.modes, [true, false]);
  assert.deepEqual(
    process.eventNames().map((name) => process.listenerCount(name)),
    listeners,
  );
});

test("throws away what comes while nobody listens, and waits until it is quiet", async (context) => {
  const { input, gate, keys } = open(context);
  input.write("early");
  const begun = performance.now();
  const typing = setInterval(() => input.write("x"), 15);
  setTimeout(() => clearInterval(typing), 120);
  await gate.flush();
  assert.ok(performance.now() - begun >= 105 + QUIET_MILLISECONDS - 10);
  const stop = gate.listen((key) => keys.push(key));
  input.write("a");
  await delay(5);
  stop();
  input.write("b");
  await delay(5);
  assert.deepEqual(keys, [{ kind: "character", text: "a" }]);
});

test("zeroes the terminal's chunks", async (context) => {
  const { input } = open(context);
  const chunk = Buffer.from("123456");
  input.write(chunk);
  await delay(5);
  assert.deepEqual([...chunk], [0, 0, 0, 0, 0, 0]);
});

test("Ctrl-C is never lost: it aborts the pause signal until somebody resumes", async (context) => {
  const { input, gate, keys } = open(context);
  const { pauseSignal } = gate;
  input.write("xx\u0003");
  await delay(5);
  assert.equal(pauseSignal.aborted, true);
  gate.resume();
  assert.equal(gate.pauseSignal.aborted, false);
  gate.listen((key) => keys.push(key));
  process.emit("SIGINT");
  assert.deepEqual(keys, [{ kind: "interrupt" }]);
  assert.equal(gate.pauseSignal.aborted, true);
});

test("a terminal that hangs up pauses for good", async (context) => {
  const { input, gate } = open(context);
  input.end();
  await delay(5);
  assert.equal(gate.gone, true);
  gate.resume();
  assert.equal(gate.pauseSignal.aborted, true);
  await gate.flush();
});

test("reads nothing while the terminal is lent, and throws away what was left", async (context) => {
  const { input, gate, keys } = open(context);
  const result = await gate.lend(async () => {
    input.write("a PIN");
    await delay(20);
    assert.equal(input.readableLength, "a PIN".length, "nobody here has read it");
    return 7;
  });
  gate.listen((key) => keys.push(key));
  await delay(5);
  assert.equal(result, 7);
  assert.deepEqual(keys, []);
  await assert.rejects(
    gate.lend(async () => {
      throw new Error("the child failed");
    }),
    /the child failed/,
  );
  assert.equal(input.isPaused(), false);
});
