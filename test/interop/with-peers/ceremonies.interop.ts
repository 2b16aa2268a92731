/**
 * What ceremonies produce, of every scheme and shape: the peers follow its chain of roots, verify its delegations, and as
 * complete clients get to the last root and to a target, from a server on this machine.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyByJavaScript } from "../../../src/tuf/javascript-signatures.ts";
import { SCHEMES } from "../../../src/tuf/types.ts";
import { testEachPeer } from "../installed-peers.ts";
import { isTooSlow, KNOWN_LIMITS, type KnownLimit, limitOf } from "../known-limits.ts";
import { type Published, publish } from "../online-roles.ts";
import { judgeDelegated, judgeRoots, refusingRules } from "../our-verdict.ts";
import type { DelegatedDocument, Peer, PeerStep } from "../peer.ts";
import { PEERS } from "../peer-table.ts";
import { serveRepository } from "../repository-server.ts";
import {
  type Delegating,
  describeShape,
  type HeldCeremonies,
  holdThree,
  type Quorum,
  type Shape,
} from "../sample-ceremonies.ts";

const DELEGATING: readonly Delegating[] = ["nothing", "paths", "bins", "bins of targets", "succinct bins"];

const QUORUMS: readonly (readonly [root: Quorum, targets: Quorum])[] = [
  [
    { threshold: 2, keys: 3 },
    { threshold: 1, keys: 1 },
  ],
  [
    { threshold: 3, keys: 5 },
    { threshold: 2, keys: 2 },
  ],
  [
    { threshold: 5, keys: 9 },
    { threshold: 2, keys: 3 },
  ],
];

const SHAPES: readonly Shape[] = [...SCHEMES, "mixed" as const].flatMap((scheme) =>
  QUORUMS.flatMap(([root, targets]) =>
    DELEGATING.map((delegating) => ({ scheme, root, targets, delegating, bins: 4 })),
  ),
);

/** As PEP 458 wants it, and with as many bins as all of them read in reasonable time. */
const MANY_BINS: readonly Shape[] = [16_384, 1024].map((bins) => ({
  scheme: "mixed",
  root: { threshold: 2, keys: 3 },
  targets: { threshold: 2, keys: 2 },
  delegating: "bins",
  bins,
}));

interface Repository {
  readonly held: HeldCeremonies;
  readonly published: Published;
}

const repositories: readonly Repository[] = [...SHAPES, ...MANY_BINS].map((shape) => {
  const held = holdThree(shape);
  return { held, published: publish(held) };
});

test("we accept all of it, by both of our implementations", () => {
  for (const { held, published } of repositories) {
    const steps = [
      ...judgeRoots(held.roots, verifyByJavaScript),
      ...judgeDelegated(rootOf(held, 1), delegatedAtFirst(held), verifyByJavaScript),
      ...judgeDelegated(rootOf(held, 3), delegatedAtLast(held, published), verifyByJavaScript),
    ];
    for (const step of steps) {
      assert.ok(step.isAccepted, `${describeShape(held.shape)}: ${refusingRules(step).join()}`);
    }
  }
});

testEachPeer("every chain of three roots is followed", async (peer) => {
  for (const { held } of repositories) {
    const limit = limitOf(peer.info.name, held.shape);
    const steps = await peer.chain(held.roots);
    assert.equal(steps.length, 3);
    for (const step of steps) check(step, limit?.refuses === "root" ? limit : undefined, held.shape);
  }
});

testEachPeer("every delegated document is verified", async (peer) => {
  for (const { held, published } of repositories) {
    if (isTooSlow(peer.info.name, "delegated", held.shape)) continue;
    await checkDelegated(peer, held, rootOf(held, 1), delegatedAtFirst(held));
    await checkDelegated(peer, held, rootOf(held, 3), delegatedAtLast(held, published));
  }
});

testEachPeer(
  "every repository is refreshed from its first root on, and its target is downloaded",
  async (peer) => {
    for (const { held, published } of repositories) {
      if (isTooSlow(peer.info.name, "refresh", held.shape)) continue;
      const server = await serveRepository(published.files);
      try {
        await checkRefresh(peer, held, published, server.url);
      } finally {
        await server.close();
      }
    }
  },
);

test("every known limit is of a peer and of a shape that are tested", () => {
  for (const limit of KNOWN_LIMITS) {
    assert.ok(PEERS.some(({ name }) => name === limit.client));
    assert.ok(SHAPES.some((shape) => limitOf(limit.client, shape) === limit));
  }
});

async function checkDelegated(
  peer: Peer,
  { shape }: HeldCeremonies,
  root: Uint8Array,
  documents: readonly DelegatedDocument[],
): Promise<void> {
  const limit = limitOf(peer.info.name, shape);
  const steps = await peer.delegated(root, documents);
  assert.equal(steps.length, documents.length);
  for (const [index, step] of steps.entries()) {
    const { name = "", delegator = "" } = documents[index] ?? {};
    const isRefused =
      limit?.refuses === "root" || (limit?.refuses === "bins" && [name, delegator].includes("bins"));
    check(step, isRefused ? limit : undefined, shape);
  }
}

async function checkRefresh(
  peer: Peer,
  { shape, roots }: HeldCeremonies,
  { target }: Published,
  serverUrl: string,
): Promise<void> {
  const [bootstrap = new Uint8Array()] = roots;
  const limit = limitOf(peer.info.name, shape);
  const answer = await peer.refresh({ bootstrap, serverUrl, target: target?.path ?? null });
  check(answer, limit, shape);
  if (answer.accepted) assert.equal(answer.rootVersion, roots.length, describeShape(shape));
  if (limit?.refuses !== "target") return;
  const withoutTarget = await peer.refresh({ bootstrap, serverUrl, target: null });
  assert.deepEqual(withoutTarget, { accepted: true, rootVersion: roots.length }, describeShape(shape));
}

/** Refused for the reason that the limit says; accepted without one. */
function check(step: PeerStep, limit: KnownLimit | undefined, shape: Shape): void {
  const message = `${describeShape(shape)}: ${step.accepted ? "accepted" : step.error}`;
  assert.equal(step.accepted, limit === undefined, message);
  if (!step.accepted && limit !== undefined) assert.match(step.error, limit.error, message);
}

function rootOf({ roots }: HeldCeremonies, version: number): Uint8Array {
  const root = roots[version - 1];
  if (root === undefined) throw new RangeError(`no root ${version}`);
  return root;
}

function delegatedAtFirst({ first }: HeldCeremonies): readonly DelegatedDocument[] {
  return belowRoot(first);
}

/** With the bin that has the target. */
function delegatedAtLast({ last, shape }: HeldCeremonies, { bin }: Published): readonly DelegatedDocument[] {
  const delegator = shape.delegating === "bins of targets" ? "targets" : "bins";
  return bin === null ? belowRoot(last) : [...belowRoot(last), { ...bin, delegator }];
}

/** Delegators first. */
function belowRoot(documents: ReadonlyMap<string, Uint8Array>): readonly DelegatedDocument[] {
  const all = Array.from(documents, ([name, bytes]) => ({
    name,
    bytes,
    delegator: name === "targets" ? "root" : "targets",
  }));
  const top = all.filter(({ name }) => name === "targets");
  return [...top, ...all.filter(({ name }) => name !== "targets" && name !== "root")];
}
