/** One case, for whoever has to find out why. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { escapeForTerminal } from "../../src/terminal/escape.ts";
import { makeCase } from "./cases.ts";
import { judgeCase } from "./judge-case.ts";
import { FULL_DEPTH } from "./run-block.ts";

/** The exit status: 1 where something is wrong. */
export async function showCase(seed: number, number: number, folder: string | null): Promise<number> {
  const given = makeCase(seed, number);
  if (given === null) throw new TypeError("every number has a case");
  const { verdict, rules, problems, cpuMilliseconds } = await judgeCase(given, FULL_DEPTH);
  const lines = [
    `${given.generator}, ${given.way}, at ${given.at}`,
    ...given.files.map(({ name, bytes }) => `${escapeForTerminal(name)}: ${bytes.length} bytes`),
    ...(folder === null ? given.files.map(({ bytes }) => show(bytes)) : []),
    `${verdict}, ${cpuMilliseconds.toFixed(1)} ms of CPU`,
    ...[...rules].sort(),
    ...problems.map((problem) => `PROBLEM ${problem.split("\n").map(escapeForTerminal).join("\n")}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (folder !== null) {
    mkdirSync(folder, { recursive: true });
    for (const { name, bytes } of given.files) writeFileSync(join(folder, name), bytes);
  }
  return problems.length === 0 ? 0 : 1;
}

function show(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 6000));
  return text.split("\n").map(escapeForTerminal).join("\n");
}
