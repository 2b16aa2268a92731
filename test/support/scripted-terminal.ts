/** A terminal inside this process: each time a prompt stands there, the next answer is typed. */
import { PassThrough, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { CeremonyTerminal } from "../../src/terminal/terminal.ts";

const PROMPT = /\n>$/;

export interface ScriptedTerminal {
  readonly terminal: CeremonyTerminal;
  /** Everything that was written. */
  readonly shown: () => string;
  readonly close: () => void;
}

export function scriptedTerminal(answers: readonly string[]): ScriptedTerminal {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const left = [...answers];
  let shown = "";
  const output = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        shown += chunk.toString();
        const plain = stripVTControlCharacters(shown).trimEnd();
        // A prompt is drawn again while it is typed into: only an empty line is one that waits for its answer.
        if (PROMPT.test(plain)) {
          const answer = left.shift();
          if (answer !== undefined) setTimeout(() => input.write(`${answer}\r`), 5);
        }
        done();
      },
    }),
    { isTTY: true, columns: 80, rows: 24 },
  );
  // Like a terminal's own stream, it outlives every prompt.
  Object.assign(output, { end: () => output });
  const terminal = new CeremonyTerminal({ input, output, environment: { NO_COLOR: "1" } });
  terminal.gate.open();
  return { terminal, shown: () => shown, close: () => terminal.gate.close() };
}
