import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { readSecret } from "../../src/keystore/secret-entry.ts";
import { PseudoTerminal } from "../support/pseudo-terminal.ts";
import { requires, script } from "../support/requires.ts";

class MadeUpInput extends PassThrough {
  readonly isTTY: boolean = true;
  isRaw = false;
  readonly modes: boolean[] = [];
  setRawMode(raw: boolean): this {
    this.isRaw = raw;
    this.modes.push(raw);
    return this;
  }
}
class MadeUpOutput extends PassThrough {
  readonly isTTY = true;
}

function start(options: { signal?: AbortSignal; maxBytes?: number } = {}) {
  const input = new MadeUpInput();
  const output = new MadeUpOutput();
  const result = readSecret({ input, output }, { prompt: "PIN: ", maxBytes: 64, ...options });
  const shown = () => {
    const chunks: unknown[] = [];
    for (let chunk: unknown = output.read(); chunk !== null; chunk = output.read()) chunks.push(chunk);
    return chunks.join("");
  };
  return { input, output, result, shown };
}

async function untilPrompt(output: PassThrough): Promise<void> {
  while (output.readableLength === 0) await delay(5);
}

describe("readSecret", () => {
  it("gives the bytes, shows only the prompt, and leaves the mode it found", async () => {
    const { input, output, result, shown } = start();
    await untilPrompt(output);
    input.write("12");
    input.write("34\r");
    const read = await result;
    assert.equal(read.kind, "entered");
    assert.equal(read.kind === "entered" && Buffer.from(read.secret).toString(), "1234");
    assert.equal(shown(), "PIN: \n");
    assert.deepEqual(input.modes, [true, false]);
    assert.equal(input.isPaused(), true);
  });

  it("throws away what was typed before the prompt", async () => {
    const { input, output, result } = start();
    input.write("too early\r");
    await untilPrompt(output);
    input.write("right\r");
    const read = await result;
    assert.equal(read.kind === "entered" && Buffer.from(read.secret).toString(), "right");
  });

  it("zeroes the chunks it was given", async () => {
    const { input, output, result } = start();
    await untilPrompt(output);
    const chunk = Buffer.from("secret\r");
    input.write(chunk);
    await result;
    assert.deepEqual(chunk, Buffer.alloc(7));
  });

  it("keeps raw mode where it was on", async () => {
    const input = new MadeUpInput();
    input.isRaw = true;
    const output = new MadeUpOutput();
    const result = readSecret({ input, output }, { prompt: "", maxBytes: 8 });
    input.end();
    assert.deepEqual(await result, { kind: "cancelled" });
    assert.equal(input.isRaw, true);
  });

  it("is cancelled by Ctrl-C, by the end of input and by its signal", async () => {
    const byKey = start();
    await untilPrompt(byKey.output);
    byKey.input.write("12\x03");
    assert.deepEqual(await byKey.result, { kind: "cancelled" });

    const byEnd = start();
    await untilPrompt(byEnd.output);
    byEnd.input.end();
    assert.deepEqual(await byEnd.result, { kind: "cancelled" });

    const abort = new AbortController();
    const bySignal = start({ signal: abort.signal });
    await untilPrompt(bySignal.output);
    abort.abort();
    assert.deepEqual(await bySignal.result, { kind: "cancelled" });
  });

  it("is cancelled by a Ctrl-C that came before its prompt", async () => {
    const { input, result, shown } = start();
    input.write("early\x03er");
    assert.deepEqual(await result, { kind: "cancelled" });
    assert.equal(shown(), "");
  });

  it("is cancelled by exactly the word exception, and waits after an empty Enter", async () => {
    for (const [typed, kind] of [
      ["exception\r", "cancelled"],
      ["\r\rexception\r", "cancelled"],
      ["exceptions\r", "entered"],
      ["Exception\r", "entered"],
      ["\r1\r", "entered"],
    ] as const) {
      const { input, output, result } = start();
      await untilPrompt(output);
      input.write(typed);
      assert.equal((await result).kind, kind, typed);
    }
  });

  it("refuses what is too long", async () => {
    const { input, output, result } = start({ maxBytes: 4 });
    await untilPrompt(output);
    input.write("12345\r");
    assert.deepEqual(await result, { kind: "too-long" });
  });

  it("refuses where there is no terminal", async () => {
    const input = Object.assign(new PassThrough(), { isTTY: false, setRawMode: () => undefined });
    await assert.rejects(readSecret({ input, output: new MadeUpOutput() }, { prompt: "", maxBytes: 8 }), {
      code: "secret/no-terminal",
    });
  });

  it(
    "shows nothing in a real terminal, and doesn't take what was typed before the prompt",
    requires(script),
    async () => {
      const terminal = new PseudoTerminal([
        process.execPath,
        "--input-type=module-typescript",
        "--eval",
        `import { readSecret } from ${JSON.stringify(import.meta.resolve("../../src/keystore/secret-entry.ts"))};
       console.log("ready");
       for (const wait = Date.now() + 300; Date.now() < wait; );
       const read = await readSecret({ input: process.stdin, output: process.stdout }, { prompt: "PIN: ", maxBytes: 64 });
       console.log(read.kind === "entered" ? "sum " + read.secret.reduce((sum, byte) => sum + byte, 0) : read.kind);`,
      ]);
      await terminal.untilShown("ready");
      terminal.type("early\rsec");
      await terminal.untilShown("PIN: ");
      terminal.type("hunter2\r");
      assert.equal(await terminal.exit, 0);
      const expected = Buffer.from("hunter2").reduce((sum, byte) => sum + byte, 0);
      assert.match(terminal.shown, new RegExp(`PIN: \r\nsum ${expected}\r\n$`));
      assert.doesNotMatch(terminal.shown, /hunter2/);
    },
  );
});
