/** The peers of this run as things that tests require (test/support/requires.ts). main.ts says which there are. */
import { type SuiteContext, suite, type TestContext, test } from "node:test";
import { type Resource, requires } from "../support/requires.ts";
import { Peer } from "./peer.ts";
import { PEERS, type PeerInfo } from "./peer-table.ts";

/** Names the variable in which main.ts tells it: a JSON object, by the peer's name null or why it is not there. */
export const INSTALLED = "TUF_INTEROP_PEERS";

const lacking: Readonly<Record<string, string | null>> = JSON.parse(process.env[INSTALLED] ?? "{}");

function installed({ name }: PeerInfo): Resource {
  const why = lacking[name];
  return { isThere: why === null, missing: `no ${name} (${why ?? "npm run test:interop"})` };
}

/** The same test for each peer, all at the same time. The peer ends with its test. `resources`: what it needs besides. */
export function testEachPeer(
  title: string,
  body: (peer: Peer, context: TestContext) => Promise<void>,
  ...resources: readonly Resource[]
): void {
  suite(title, { concurrency: true }, (_: SuiteContext) => {
    for (const info of PEERS) {
      test(info.name, requires(installed(info), ...resources), async (context) => {
        const peer = new Peer(info);
        context.after(() => peer.close());
        await body(peer, context);
      });
    }
  });
}
