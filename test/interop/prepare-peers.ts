/** Builds the peers that this machine has the toolchains for, into a cache folder outside of the repository. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Peer } from "./peer.ts";
import { cacheOf, PEERS, type PeerInfo, scriptOf } from "./peer-table.ts";

export interface PreparedPeer {
  readonly peer: PeerInfo;
  /** `tuf 7.0.1, securesystemslib 1.6.0`; empty where the peer is not there. */
  readonly versions: string;
  /** Null: it is there. */
  readonly lacking: string | null;
}

/** All of them, in the order of the table. `say` is told how each installation ended. */
export async function preparePeers(say: (line: string) => void): Promise<readonly PreparedPeer[]> {
  return await Promise.all(PEERS.map((peer) => prepare(peer, say)));
}

async function prepare(peer: PeerInfo, say: (line: string) => void): Promise<PreparedPeer> {
  const lacking = findLacking(peer) ?? install(peer, say);
  return { peer, lacking, versions: lacking === null ? await versionsOf(peer) : "" };
}

function findLacking({ programs, remedy }: PeerInfo): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const lacking = programs.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return lacking.length === 0 ? null : `no ${lacking.join(", no ")}: ${remedy}`;
}

/** Says what it does only where there is something to say. */
function install(peer: PeerInfo, say: (line: string) => void): string | null {
  const began = performance.now();
  const { status } = spawnSync("sh", [scriptOf(peer, "install.sh"), cacheOf(peer)], {
    stdio: ["ignore", 2, "inherit"],
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`${peer.name}: install.sh ended with ${status} after ${seconds} s`);
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
