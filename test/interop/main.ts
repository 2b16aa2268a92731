/**
 * `npm run test:interop [NAME…]`: what ceremonies produce, given to other people's implementations, and what those sign,
 * verified by us; NAME is a file of with-peers/, without its ending.
 *
 * Builds the peers that this machine has the toolchains for (into a cache folder outside of the repository), runs the
 * tests, and ends with a table of the peers: which were tested, in which versions. A peer that is not there fails nothing
 * here, and everything where the environment variable CI is set.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { INSTALLED } from "./installed-peers.ts";
import { type PreparedPeer, preparePeers } from "./prepare-peers.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

const rows = await preparePeers((line) => process.stdout.write(`${line}\n`));
const isComplete = rows.every(({ lacking }) => lacking === null);
const isWanted = isComplete || !process.env["CI"];
const isGood = isWanted && runTests(process.argv.slice(2));
process.stdout.write(describe(rows, isWanted));
if (!isComplete && !isWanted) process.stdout.write("In CI all of them must be there: nothing was tested.\n");
process.exitCode = isGood ? 0 : 1;

function runTests(names: readonly string[]): boolean {
  const all = globSync("test/interop/with-peers/*.interop.ts", { cwd: PROJECT }).sort();
  const files = all.filter(
    (path) => names.length === 0 || names.some((name) => path.endsWith(`/${name}.interop.ts`)),
  );
  if (files.length === 0) throw new RangeError(`no test is called ${names.join()}`);
  const installed = Object.fromEntries(rows.map(({ peer, lacking }) => [peer.name, lacking]));
  const options = [
    "--test-concurrency=2",
    "--test-timeout=600000",
    "--test-global-setup=./test/support/temporary-folder.ts",
    "--test-reporter=./test/support/reporter.ts",
  ];
  const { status } = spawnSync(process.execPath, ["--test", ...options, ...files], {
    cwd: PROJECT,
    env: { ...process.env, [INSTALLED]: JSON.stringify(installed) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return status === 0;
}

function describe(all: readonly PreparedPeer[], isTested: boolean): string {
  const lines = all.map(({ peer, versions, lacking }) => {
    const verdict = lacking ?? versions;
    return `  ${peer.name.padEnd(11)} ${lacking === null && isTested ? "tested    " : "not tested"}  ${verdict}`;
  });
  return `\nPeers:\n${lines.join("\n")}\n`;
}
