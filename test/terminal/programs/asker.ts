/**
 * Asks one question of each form in a real terminal, as a ceremony does, and writes the outcomes to the file that is
 * its first argument: what shows on the screen is left to the prompts. Between the questions it computes for a while,
 * and lends the terminal to a program that reads a PIN. With `crash` as second argument it throws after the first one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Accept, AskRequest, PromptId } from "../../../src/ceremony/effects.ts";
import { askTerminal } from "../../../src/terminal/ask.ts";
import { type RenderedScreen, renderFrame } from "../../../src/terminal/screen.ts";
import { CeremonyTerminal } from "../../../src/terminal/terminal.ts";
import type { Sha256Hex } from "../../../src/tuf/types.ts";

const file = process.argv[2] ?? "";
const DIGEST = "e58294f2e9a227486e8b061b31cc528fd7fa3f19000000000000000000000000" as Sha256Hex; // 64 hex digits
const PEOPLE = new Map([
  ["admin", "Edsger Dijkstra"],
  ["ada", "Ada Lovelace"],
  ["grace", "Grace Hopper \u001b]0;owned\u0007\u202e"],
]);

const terminal = new CeremonyTerminal({
  input: process.stdin,
  output: process.stdout,
  environment: process.env,
});
terminal.gate.open();

await question("clock", { form: "choice", options: ["right", "wrong"] });
if (process.argv[3] === "crash") throw new Error("crashed as asked");
await compute();
await question("script-words", { form: "words", from: "paper", sha256: DIGEST, positions: [0, 1] });
await lend();
await question("sign-document", { form: "words", from: "screen", sha256: DIGEST, positions: [2, 3] });
await question("beacon", { form: "text", fields: ["headline"] });
await question("failure", { form: "exception" });
terminal.gate.close();
process.stdout.write("the end\n");

async function question(prompt: PromptId, accept: Accept): Promise<void> {
  const request: AskRequest = { prompt, who: ["ada"], data: null, accept, dispositions: ["retry", "abort"] };
  const outcome = await askTerminal(terminal, request, screen(prompt), PEOPLE);
  appendFileSync(file, `${JSON.stringify(outcome)}\n`);
  if ("paused" in outcome) {
    terminal.gate.close();
    process.stdout.write("left\n");
    process.exit(4);
  }
}

function screen(title: string): RenderedScreen {
  return {
    place: {
      ceremony: "x\u001b[2J".repeat(50),
      rehearsal: true,
      step: { number: 1, of: 5 },
      who: ["Ada Lovelace"],
      minutesLeft: 12,
      next: null,
    },
    title: `Question ${title}`,
    body: [["Body."]],
  };
}

/** Blocks the event loop: what is typed meanwhile waits in the kernel. */
async function compute(): Promise<void> {
  const frame = (): readonly string[] =>
    renderFrame(screen("work"), ["Computing."], { exception: false, pages: { page: 1, of: 1 } });
  terminal.show(frame);
  await new Promise(setImmediate);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
}

async function lend(): Promise<void> {
  const frame = (): readonly string[] => ["A PIN is asked for now."];
  await terminal.lend(frame, async () => {
    const program = fileURLToPath(new URL("pin-reader.ts", import.meta.url));
    const child = spawn(process.execPath, [program, file], { stdio: "inherit" });
    await once(child, "exit");
  });
}
