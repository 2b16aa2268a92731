/** The peers: programs around other people's TUF implementations (peers/README.md says what they can be asked). */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface PeerInfo {
  /** Its folder below `peers/`. */
  readonly folder: PeerFolder;
  /** The library that it asks; `about` says so too. */
  readonly name: PeerName;
  /** What has to be on the PATH to build and run it. */
  readonly programs: readonly string[];
  /** How to get these. */
  readonly remedy: string;
}

export type PeerFolder = "python" | "go" | "rust" | "javascript";
export type PeerName = "python-tuf" | "go-tuf" | "tough" | "tuf-js";

export const PEERS: readonly PeerInfo[] = [
  {
    folder: "python",
    name: "python-tuf",
    programs: ["python3"],
    remedy: "install Python 3.10 or newer with venv or pip: apt-get install python3-venv",
  },
  {
    folder: "go",
    name: "go-tuf",
    programs: ["go"],
    remedy: "install Go 1.25 or newer: https://go.dev/dl/",
  },
  {
    folder: "rust",
    name: "tough",
    programs: ["cargo", "cc"],
    remedy: "install Rust 1.85 or newer, https://rustup.rs/, and a C compiler",
  },
  {
    folder: "javascript",
    name: "tuf-js",
    programs: ["npm"],
    remedy: "install npm",
  },
];

/** `install.sh` and `run.sh` of a peer. */
export function scriptOf({ folder }: PeerInfo, name: "install.sh" | "run.sh"): string {
  return fileURLToPath(new URL(`peers/${folder}/${name}`, import.meta.url));
}

/** What a peer is built into: outside of the repository, kept from one run to the next. */
export function cacheOf({ folder }: PeerInfo): string {
  const caches = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(caches, "tuf-ceremony", "interop", folder);
}

/** Starts a peer that is installed: as a server, or with words behind it as a command. */
export function commandOf(info: PeerInfo): readonly string[] {
  return ["sh", scriptOf(info, "run.sh"), cacheOf(info)];
}
