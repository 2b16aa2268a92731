/**
 * `npm run test:hsm [PROVIDER…]`: the contract (contract/) held by every PKCS#11 provider, or those that are named, and then
 * a matrix of what their tests have found out in this run.
 *
 * `no` is a device's own refusal, `skipped` what this machine lacks. A failure anywhere makes it exit 1, also one of a test
 * that decides no cell; where the environment variable CI is set, so does everything that was skipped.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CELLS_FILE, readCells } from "./contract/cells.ts";
import { describeMatrix } from "./matrix.ts";
import { PROVIDERS, type ProviderName } from "./provider.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "tuf-ceremony-hsm-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const cells = join(folder, "cells");
writeFileSync(cells, "");

const providers = choose(process.argv.slice(2));
const isGood = runTests(providers, cells);
const { text, failed, skipped } = describeMatrix(providers, readCells(cells));
process.stdout.write(`\n${text}`);
const isWanting = skipped > 0 && process.env["CI"] !== undefined;
process.exitCode = isGood && failed === 0 && !isWanting ? 0 : 1;

function choose(names: readonly string[]): readonly ProviderName[] {
  const all = Object.keys(PROVIDERS).filter(isProvider);
  const unknown = names.filter((name) => !isProvider(name));
  if (unknown.length > 0) throw new RangeError(`no provider is called ${unknown.join(" or ")}`);
  return all.filter((name) => names.length === 0 || names.includes(name));
}

function isProvider(name: string): name is ProviderName {
  return Object.hasOwn(PROVIDERS, name);
}

function runTests(names: readonly ProviderName[], path: string): boolean {
  const options = [
    "--test-concurrency=2",
    "--test-timeout=600000",
    "--test-global-setup=./test/support/temporary-folder.ts",
    "--test-reporter=./test/support/reporter.ts",
  ];
  const files = names.map((name) => `test/providers/contract/${name}.hsm.ts`);
  const { status } = spawnSync(process.execPath, ["--test", ...options, ...files], {
    cwd: PROJECT,
    env: { ...process.env, [CELLS_FILE]: path },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return status === 0;
}
