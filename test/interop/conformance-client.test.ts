/** The client under test itself: its words, and what it leaves where it is killed. */
import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runClient } from "./client-runner.ts";
import { rootPath } from "./simulated-repository.ts";
import { begin, initialize, refresh } from "./trial.ts";

const KILL_AT = new URL("kill-at.ts", import.meta.url).href;

test("killed at any moment of storing, it has the old root or the new one, whole, and goes on", async (t) => {
  const kept: number[] = [];
  const unfinished: number[] = [];
  let size = 0;
  for (let moment = 1; ; moment += 1) {
    const trial = await begin(t);
    const { client, repository } = trial;
    const next = repository.publish();
    size = next.length;
    await initialize(trial);
    const environment = { NODE_OPTIONS: `--import=${KILL_AT}`, KILL_AT: String(moment) };
    const { status, signal, error } = await client.refresh({ environment });
    if (signal === null) {
      assert.equal(status, 0, error);
      break;
    }
    const { trustedRoot } = client;
    const index = repository.published.findIndex((bytes) => trustedRoot?.toString() === bytes.toString());
    assert.notEqual(index, -1, `at moment ${moment}`);
    kept.push(index);
    const beside = join(client.metadataFolder, "root.json.new");
    if (existsSync(beside)) unfinished.push(statSync(beside).size);
    assert.deepEqual(
      client.trustedRoles.map(([role]) => role),
      ["root"],
    );
    assert.equal(await refresh(trial), 0);
    assert.deepEqual(client.trustedRoot, next);
  }
  // It was killed before and after the one moment from which on the new root is trusted, and in the middle of the file.
  assert.deepEqual([kept.toSorted(), new Set(kept).size], [kept, 2]);
  assert.ok(
    unfinished.some((bytes) => bytes > 0 && bytes < size),
    unfinished.join(),
  );
  t.diagnostic(`survived ${kept.length} SIGKILLs`);
});

test("without a trusted root nothing is asked for", async (t) => {
  const { client, server } = await begin(t);
  const { status, error } = await client.refresh();
  assert.equal(status, 1);
  assert.match(error, /refused \[metadata\/unreadable\]/);
  assert.deepEqual(server.requests, []);
});

test("what is stored is verified again before anything is asked for", async (t) => {
  const trial = await begin(t);
  const { client, repository, server } = trial;
  await initialize(trial);
  repository.signers.clear();
  writeFileSync(join(client.metadataFolder, "root.json"), repository.publish());
  assert.equal(await refresh(trial), 1);
  assert.deepEqual(server.requests, []);
});

test("the metadata URL may be without a slash at its end", async (t) => {
  const trial = await begin(t);
  await initialize(trial);
  const { client, server } = trial;
  const url = `${server.url}/metadata`;
  const words = ["--metadata-dir", client.metadataFolder, "--metadata-url", url, "refresh"];
  assert.equal((await runClient(words)).status, 0);
  assert.deepEqual(server.requests, [rootPath(2)]);
});

test("download is not offered, and asks for nothing", async (t) => {
  const trial = await begin(t);
  await initialize(trial);
  const { client, server } = trial;
  const { status, error } = await runClient([
    ...["--metadata-dir", client.metadataFolder, "--metadata-url", `${server.url}/metadata/`],
    ...[
      "--target-name",
      "a",
      "--target-base-url",
      `${server.url}/targets/`,
      "--target-dir",
      client.metadataFolder,
    ],
    "download",
  ]);
  assert.equal(status, 1);
  assert.match(error, /^conformance-client: refused \[client\/no-download\]: .*not offered/);
  assert.deepEqual(server.requests, []);
});

test("help says that the client follows roots only", async () => {
  const { status, out } = await runClient(["--help"]);
  assert.equal(status, 0);
  assert.match(out, /refresh +follows the chain of roots .*, and ends there:/);
  assert.match(out, /download +is not offered/);
});

const misuses: readonly (readonly string[])[] = [
  [],
  ["update"],
  ["init", "root.json"],
  ["--metadata-dir", ".", "init"],
  ["--metadata-dir", ".", "init", "one.json", "two.json"],
  ["--metadata-dir", ".", "refresh"],
  ["--metadata-dir", ".", "--metadata-url", "https://127.0.0.1/", "refresh"],
  ["--metadata-dir", ".", "--metadata-url", "http://127.0.0.1.example.org/", "refresh"],
  ["--metadata-dir", ".", "--metadata-url", "http://192.0.2.1/metadata/", "refresh"],
  ["--metadata-dir", ".", "--metadata-url", "metadata", "refresh"],
  ["--metadata-dir", ".", "--time-limit", "0", "--metadata-url", "http://127.0.0.1/", "refresh"],
  ["--force", "refresh"],
];
for (const words of misuses) {
  test(`refused: ${words.join(" ") || "no words"}`, async () => {
    const { status, out, error } = await runClient(words);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(error, /conformance-client: refused \[client\/usage\]: /);
  });
}
