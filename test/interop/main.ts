/**
 * `npm run test:interop [NAME…]`: what ceremonies produce, given to other people's implementations, and what those sign,
 * verified by us; NAME is a file of with-peers/, without its ending.
 *
 * Builds the peers that this machine has the toolchains for (into a cache folder outside of the repository), runs the
 * tests, and ends with a table of the peers: which were tested, in which versions. A peer that is not there fails nothing
 * here, and everything where the environment variable CI is set.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { INSTALLED } from "./installed-peers.ts";
import { Peer } from "./peer.ts";
import { cacheOf, PEERS, type PeerInfo, scriptOf } from "./peer-table.ts";

interface Row {
  readonly peer: PeerInfo;
  /** `tuf 7.0.1, securesystemslib 1.6.0`; empty where the peer is not there. */
  readonly versions: string;
  /** Null: it is there. */
  readonly lacking: string | null;
}

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

const rows = await Promise.all(PEERS.map(prepare));
const isComplete = rows.every(({ lacking }) => lacking === null);
const isWanted = isComplete || !process.env["CI"];
const isGood = isWanted && runTests(process.argv.slice(2));
process.stdout.write(describe(rows, isWanted));
if (!isComplete && !isWanted) process.stdout.write("In CI all of them must be there: nothing was tested.\n");
process.exitCode = isGood ? 0 : 1;

async function prepare(peer: PeerInfo): Promise<Row> {
  const lacking = findLacking(peer) ?? install(peer);
  return { peer, lacking, versions: lacking === null ? await versionsOf(peer) : "" };
}

function findLacking({ programs, remedy }: PeerInfo): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const lacking = programs.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return lacking.length === 0 ? null : `no ${lacking.join(", no ")}: ${remedy}`;
}

/** Says what it does only where there is something to say. */
function install(peer: PeerInfo): string | null {
  const began = performance.now();
  const { status } = spawnSync("sh", [scriptOf(peer, "install.sh"), cacheOf(peer)], {
    stdio: ["ignore", 2, "inherit"],
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${peer.name}: install.sh ended with ${status} after ${seconds} s\n`);
  return status === 0 ? null : `peers/${peer.folder}/install.sh failed: ${peer.remedy}`;
}

async function versionsOf(info: PeerInfo): Promise<string> {
  const peer = new Peer(info);
  const { name, versions } = await peer.about();
  peer.close();
  if (name !== info.name) throw new TypeError(`the peer ${info.folder} calls itself ${name}`);
  return Object.entries(versions)
    .map(([library, version]) => `${library} ${version}`)
    .join(", ");
}

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

function describe(all: readonly Row[], isTested: boolean): string {
  const lines = all.map(({ peer, versions, lacking }) => {
    const verdict = lacking ?? versions;
    return `  ${peer.name.padEnd(11)} ${lacking === null && isTested ? "tested    " : "not tested"}  ${verdict}`;
  });
  return `\nPeers:\n${lines.join("\n")}\n`;
}
