import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { possessionMessage } from "../../src/ceremony/possession.ts";
import { type OneTimeKey, startOneTimeKey } from "../../src/keystore/one-time.ts";
import { type PublicKey, SCHEMES, type Scheme } from "../../src/tuf/types.ts";
import { judge } from "../support/openssl-judge.ts";
import { openssl, requires } from "../support/requires.ts";

const possession = possessionMessage("test-1", "targets-a");
const payload = new TextEncoder().encode('{"_type":"targets"}');

function generate(store: OneTimeKey, scheme: Scheme = "ed25519") {
  return store.generate({ key: "targets-a", label: "test-1 targets-a", scheme }, possession);
}
function sign(store: OneTimeKey, publicKey: PublicKey, document: string, bytes: Uint8Array = payload) {
  return store.sign({ key: "targets-a", label: "test-1 targets-a", publicKey, document, payload: bytes });
}
async function untilGone(pid: number): Promise<void> {
  for (let waited = 0; existsSync(`/proc/${pid}`); waited += 20) {
    assert.ok(waited < 60_000, `process ${pid} is still there`);
    await delay(20);
  }
}

describe("a one-time key", () => {
  for (const scheme of SCHEMES) {
    it(`${scheme}: proves possession, signs each document once, and ends`, requires(openssl), async () => {
      const store = startOneTimeKey(["targets", "bins"]);
      const { publicKey, proof, swept, attributes } = await generate(store, scheme);
      assert.equal(publicKey.scheme, scheme);
      assert.equal(judge(publicKey, possession, proof), true);
      assert.equal(swept, 0);
      assert.deepEqual(attributes, { store: "one-time", noCoreDumps: true, documents: "targets bins" });

      assert.equal(judge(publicKey, payload, await sign(store, publicKey, "targets")), true);
      const large = new Uint8Array(4_000_000).fill(0x7b);
      assert.equal(judge(publicKey, large, await sign(store, publicKey, "bins", large)), true);
      assert.equal(await store.ended, "finished");
      await assert.rejects(sign(store, publicKey, "bins"), { code: "one-time/lost" });
      await store.close();
    });
  }

  it("refuses a document twice, one that is not listed, and a second key", async () => {
    const store = startOneTimeKey(["targets", "bins"]);
    await assert.rejects(store.generate({ key: "a", label: "a", scheme: "ed25519" }, payload), {
      code: "key/not-a-proof",
    });
    const { publicKey } = await generate(store);
    await assert.rejects(generate(store), { code: "one-time/made-twice" });
    await sign(store, publicKey, "targets");
    await assert.rejects(sign(store, publicKey, "targets"), {
      code: "one-time/not-to-sign",
      expected: "only bins left to sign with this key",
      found: "a request for targets",
    });
    await assert.rejects(sign(store, publicKey, "root"), { code: "one-time/not-to-sign" });
    await assert.rejects(sign(store, publicKey, "bins", possession), { code: "key/not-a-document" });
    await sign(store, publicKey, "bins");
    assert.equal(await store.ended, "finished");
  });

  it("refuses to sign for another key or before there is one", async () => {
    const store = startOneTimeKey(["targets"]);
    const other: PublicKey = { keytype: "ed25519", scheme: "ed25519", public: "00".repeat(32) };
    await assert.rejects(sign(store, other, "targets"), { code: "one-time/other-key" });
    await generate(store);
    await assert.rejects(sign(store, other, "targets"), { code: "one-time/other-key" });
    await store.close();
    await store.close();
    assert.equal(await store.ended, "closed");
  });

  it("is lost with its process, also in the middle of a call", async () => {
    const store = startOneTimeKey(["targets"]);
    const { publicKey } = await generate(store);
    process.kill(store.pid ?? 0, "SIGKILL");
    await assert.rejects(sign(store, publicKey, "targets"), { code: "one-time/lost", found: /SIGKILL/ });
    assert.equal(await store.ended, "lost");

    const early = startOneTimeKey(["targets"]);
    const answer = generate(early, "rsassa-pss-sha256");
    process.kill(early.pid ?? 0, "SIGKILL");
    await assert.rejects(answer, { code: "one-time/lost" });
    assert.equal(await early.ended, "lost");
  });

  it("isn't reached by Ctrl-C or the debugger's signal, and has nothing of ours in its arguments and environment", async () => {
    const store = startOneTimeKey(["targets"]);
    const { publicKey } = await generate(store);
    const pid = store.pid ?? 0;
    process.kill(pid, "SIGINT");
    process.kill(pid, "SIGUSR1");
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const names = environment.map((pair) => pair.slice(0, pair.indexOf("="))).filter((name) => name !== "");
    const expected = ["LD_LIBRARY_PATH", "NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE", "PWD", "TERM"];
    assert.deepEqual(
      names.filter((name) => !expected.includes(name)),
      [],
    );
    assert.match(readFileSync(`/proc/${pid}/limits`, "utf8"), /Max core file size +0 +0 /);
    assert.equal(readFileSync(`/proc/${pid}/coredump_filter`, "utf8"), "00000000\n");
    await sign(store, publicKey, "targets");
    assert.equal(await store.ended, "finished");
  });

  it("ends when its parent is killed", async () => {
    const program = `import { startOneTimeKey } from ${JSON.stringify(import.meta.resolve("../../src/keystore/one-time.ts"))};
      const store = startOneTimeKey(["targets"]);
      await store.generate({ key: "k", label: "k", scheme: "ed25519" }, Buffer.from("tuf-ceremony proof of possession v1\\na\\nb\\n"));
      console.log(store.pid);`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(line);
    assert.ok(existsSync(`/proc/${pid}`));
    parent.kill("SIGKILL");
    await untilGone(pid);
  });
});
