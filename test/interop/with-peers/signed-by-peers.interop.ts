/** What peers sign, of every scheme, is accepted by us: by the code of `verify`, and once as files by the program. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { verifyByJavaScript } from "../../../src/tuf/javascript-signatures.ts";
import { SCHEMES, type Scheme } from "../../../src/tuf/types.ts";
import { start } from "../../commands/command-line.ts";
import { testEachPeer } from "../installed-peers.ts";
import { judgeDelegated, judgeRoots, refusingRules } from "../our-verdict.ts";
import type { Peer, SignedByPeer } from "../peer.ts";
import type { PeerName } from "../peer-table.ts";

/** What a peer does not sign with, and why. */
const UNSIGNED: Readonly<Record<PeerName, Readonly<Partial<Record<Scheme, string>>>>> = {
  "python-tuf": {},
  "go-tuf": {
    "ecdsa-sha2-nistp384": "go-tuf declares every ECDSA key that it signs with as ecdsa-sha2-nistp256",
  },
  tough: { "ecdsa-sha2-nistp384": "the only curve that tough knows for ECDSA is P-256" },
  "tuf-js": {},
};

testEachPeer("we accept what it signs, of every scheme", async (peer) => {
  for (const scheme of SCHEMES) {
    const answer = await peer.sign(scheme);
    const why = UNSIGNED[peer.info.name][scheme];
    if ("unsupported" in answer) assert.equal(answer.unsupported, why);
    else checkSigned(answer, scheme);
    assert.equal("unsupported" in answer, why !== undefined);
  }
});

testEachPeer(
  "the program accepts the files, and refuses them where one bit is another",
  async (peer, context) => {
    const scheme: Scheme = "ecdsa-sha2-nistp256";
    const { roots, targets } = await signWith(peer, scheme);
    const [first = targets, second = targets] = roots;
    const files = writeFiles(context, {
      "1.root.json": first,
      "2.root.json": second,
      "1.targets.json": targets,
    });
    const accepted = start("verify", "--second-opinion", ...files);
    assert.equal(accepted.status, 0, accepted.out + accepted.error);

    for (const [index, path] of files.entries()) {
      const [good = targets] = [[first, second, targets][index]];
      writeFileSync(path, flipInSignature(good));
      assert.equal(start("verify", ...files).status, 1, path);
      writeFileSync(path, good);
    }
  },
);

function checkSigned({ roots, targets }: SignedByPeer, scheme: Scheme): void {
  assert.equal(roots.length, 2);
  const [, second = targets] = roots;
  const below = judgeDelegated(
    second,
    [{ name: "targets", delegator: "root", bytes: targets }],
    verifyByJavaScript,
  );
  for (const step of [...judgeRoots(roots, verifyByJavaScript), ...below]) {
    assert.ok(step.isAccepted, `${scheme}: ${refusingRules(step).join()}`);
  }
  const keys = judgeRoots(roots, verifyByJavaScript).flatMap(
    ({ own }) => own?.signers.map(({ key }) => key.scheme) ?? [],
  );
  // Two keys of the first root, two of the second, and no other ones.
  assert.deepEqual(keys, Array(4).fill(scheme));
}

async function signWith(peer: Peer, scheme: Scheme): Promise<SignedByPeer> {
  const answer = await peer.sign(scheme);
  assert.ok(!("unsupported" in answer));
  return answer;
}

function writeFiles(context: TestContext, files: Readonly<Record<string, Uint8Array>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "interop-signed-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return Object.entries(files).map(([name, bytes]) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  });
}

/** The last digit of the first signature is another. */
function flipInSignature(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const flipped = text.replace(
    /("sig": *"[0-9a-f]*)([0-9a-f])"/,
    (_, before: string, digit: string) => `${before}${(Number.parseInt(digit, 16) ^ 1).toString(16)}"`,
  );
  assert.notEqual(flipped, text);
  return new TextEncoder().encode(flipped);
}
