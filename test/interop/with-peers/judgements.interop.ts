/**
 * Chains of roots, published, bad and trapped, judged by us and by each peer: where the verdicts differ there is a line in
 * disagreements.tsv and a reason for it, and nothing else differs. After an intended change: UPDATE_GOLDEN=1.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { fixtures, requires } from "../../support/requires.ts";
import { DECISIONS } from "../decisions.ts";
import { compare, FILE, lineOf, readLines } from "../disagreements.ts";
import { testEachPeer } from "../installed-peers.ts";
import { readCases } from "../judged-cases.ts";
import { limitsOf } from "../limits.ts";
import { judgeRoots } from "../our-verdict.ts";
import type { Peer } from "../peer.ts";
import { PEERS } from "../peer-table.ts";

const { skip } = requires(fixtures);
const cases = skip === false ? await readCases() : [];
const judged = cases.map((each) => ({ each, ours: judgeRoots(each.roots, null) }));

testEachPeer("chains are judged as we judge them, but where it is written", compareAll, fixtures);

async function compareAll(peer: Peer, context: TestContext): Promise<void> {
  const lines = await linesOf(peer);
  if (process.env["UPDATE_GOLDEN"] === "1") update(peer, lines);
  assert.deepEqual(lines, readLines(peer.info.name), "see what differs; if that is right: UPDATE_GOLDEN=1");
  const unexplained = lines.filter((line) => line.endsWith("\t"));
  assert.deepEqual(unexplained, [], "what we accept and a client refuses has a written reason");
  context.diagnostic(`${peer.info.name}: ${lines.length} of ${cases.length} chains are judged otherwise`);
}

/** Each disagreement, in the order of the cases; fails where a limit is written that the client does not have. */
async function linesOf(peer: Peer): Promise<readonly string[]> {
  const { name } = peer.info;
  const lines: string[] = [];
  for (const { each, ours } of judged) {
    const theirs = await peer.chain(each.roots);
    assert.equal(theirs.length, each.roots.length);
    const disagreement = compare(name, each, ours, theirs);
    if (disagreement !== null) lines.push(lineOf(disagreement));
    const agreed = ours.slice(0, disagreement === null ? ours.length : disagreement.place - 1);
    for (const step of agreed) {
      if (step.isAccepted)
        assert.deepEqual(limitsOf(name, step), [], `${each.name}: ${name} has no such limit`);
    }
  }
  return lines;
}

function update({ info }: Peer, lines: readonly string[]): void {
  const all = PEERS.flatMap(({ name }) => (name === info.name ? lines : readLines(name)));
  writeFileSync(FILE, `${all.join("\n")}\n`);
}

test("every decision is about a case that there is", requires(fixtures), () => {
  for (const { id, clients } of DECISIONS) {
    for (const client of clients) {
      assert.ok(
        readLines(client).some((line) => line.includes(id)),
        `${client}: ${id}`,
      );
    }
  }
});
