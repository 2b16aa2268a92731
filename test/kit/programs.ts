/** How the tests of the kit and of the image run programs, and the files that are run once everything is built. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** What it said on its standard output; throws unless it succeeds. */
export function run(
  command: string,
  words: readonly string[],
  env: Record<string, string> = {},
  cwd = PROJECT,
): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new Error(`${command} ${words.join(" ")}: exit status ${status}\n${stdout}${stderr}`);
}

/** The exit status of the test runner. */
export function runTests(files: readonly string[], env: Record<string, string>): number {
  const options = [
    "--test-concurrency=1",
    "--test-timeout=900000",
    "--test-global-setup=./test/support/temporary-folder.ts",
    "--test-reporter=./test/support/reporter.ts",
  ];
  const { status } = spawnSync(process.execPath, ["--test", ...options, ...files], {
    cwd: PROJECT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return status ?? 1;
}
