/** The command line as a process of its own, and what it used. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ProcessUsage {
  /** Null where it had to be ended. */
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
  /** Of the main thread: what somebody waits for, on a machine that does nothing else. */
  readonly cpuMilliseconds: number;
  /** Most that was resident at one time, in 1,000,000 bytes. */
  readonly peakMegabytes: number;
}

export const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

/** Its last act is to say what it used, on a descriptor of its own. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from "node:fs";
  process.on("exit", () => {
    const { user, system } = process.threadCpuUsage();
    writeSync(3, JSON.stringify([(user + system) / 1000, process.resourceUsage().maxRSS * 1024 / 1_000_000]));
  });
`)}`;

/** Nothing takes half as long. */
const PATIENCE_MILLISECONDS = 20_000;

/** @param options of Node itself */
export async function runCli(
  words: readonly string[],
  options: readonly string[] = [],
): Promise<ProcessUsage> {
  const child = spawn(process.execPath, [...options, "--import", TELL_USAGE, CLI, ...words], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    timeout: PATIENCE_MILLISECONDS,
    killSignal: "SIGKILL",
  });
  const texts = ["", "", ""];
  for (const [index, stream] of child.stdio.slice(1).entries()) {
    if (stream === null || stream === undefined || !("setEncoding" in stream)) continue;
    stream.setEncoding("utf8").on("data", (text: string) => {
      texts[index] += text;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const [out = "", error = "", told = ""] = texts;
  const [cpuMilliseconds, peakMegabytes] = told === "" ? [Infinity, Infinity] : JSON.parse(told);
  return { status, out, error, cpuMilliseconds, peakMegabytes };
}
