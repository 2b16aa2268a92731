/** How large a root may be: clients stop where CLIENT_LIMITS has it, and one of them further on. */
import assert from "node:assert/strict";
import { CLIENT_LIMITS } from "../../../src/tuf/chain.ts";
import { testEachPeer } from "../installed-peers.ts";
import { publish } from "../online-roles.ts";
import type { PeerName } from "../peer-table.ts";
import { serveRepository } from "../repository-server.ts";
import { holdThree } from "../sample-ceremonies.ts";

const LIMITS: Readonly<Record<PeerName, number>> = {
  "python-tuf": CLIENT_LIMITS.rootBytes,
  "go-tuf": CLIENT_LIMITS.rootBytes,
  tough: 1024 * 1024,
  "tuf-js": CLIENT_LIMITS.rootBytes,
};

const held = holdThree({
  scheme: "ed25519",
  root: { threshold: 2, keys: 3 },
  targets: { threshold: 1, keys: 1 },
  delegating: "nothing",
  bins: 2,
});
const [bootstrap = new Uint8Array(), second = bootstrap] = held.roots;

/** White space behind a document is no part of what is signed. */
function padded(bytes: Uint8Array, size: number): Uint8Array {
  const large = new Uint8Array(size).fill(" ".charCodeAt(0));
  large.set(bytes);
  return large;
}

testEachPeer(
  "a root of as many bytes as clients read is accepted, and none with one more",
  async (peer, context) => {
    const server = await serveRepository(publish(held).files);
    context.after(server.close);
    const refresh = async (size: number) => {
      server.files.set("/metadata/2.root.json", padded(second, size));
      return await peer.refresh({ bootstrap, serverUrl: server.url, target: null });
    };
    const limit = LIMITS[peer.info.name];
    assert.deepEqual(await refresh(limit), { accepted: true, rootVersion: held.roots.length });
    assert.equal((await refresh(limit + 1)).accepted, false);
  },
);
