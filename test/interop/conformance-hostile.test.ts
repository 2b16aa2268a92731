/** The client where a repository is broken or its server hostile: it ends, and what it trusted stays. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { CLIENT_LIMITS } from "../../src/tuf/chain.ts";
import { faketime, requires } from "../support/requires.ts";
import type { Ended } from "./client-runner.ts";
import { daysFromNow, rootPath } from "./simulated-repository.ts";
import { begin, initialize, refresh, type Trial } from "./trial.ts";

const ELSEWHERE = "/elsewhere/2.root.json";

/** Initialized with root 1, and root 2 is published. */
async function beginWithTwo(context: TestContext): Promise<Trial & { readonly next: Uint8Array }> {
  const trial = await begin(context);
  const next = trial.repository.publish();
  await initialize(trial);
  return { ...trial, next };
}

function assertRefused({ status, error }: Ended, code: string): void {
  assert.equal(status, 1, error);
  assert.ok(error.includes(`conformance-client: refused [${code}]: `), error);
}

function* endlessly(): Generator<Uint8Array> {
  for (;;) yield Buffer.alloc(64 * 1024, " ");
}

function sendForEver(response: ServerResponse): void {
  pipeline(Readable.from(endlessly()), response.writeHead(200), () => undefined);
}

/** Always something, never all: only a limit for the whole answer ends it. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(" "), 50);
  response.writeHead(200).on("close", () => clearInterval(timer));
}

/** In place of the next root, which each of them could also send. */
const answers: readonly (readonly [
  what: string,
  code: string,
  answer: (response: ServerResponse, next: Uint8Array) => unknown,
])[] = [
  ["an endless body", "client/too-large", sendForEver],
  [
    "a body that is declared larger than a root may be, and never comes",
    "client/too-large",
    (response) => response.writeHead(200, { "content-length": CLIENT_LIMITS.rootBytes + 1 }).flushHeaders(),
  ],
  ["no answer at all", "client/time-limit", () => undefined],
  [
    "half a body and then nothing",
    "client/time-limit",
    (response, next) =>
      response.writeHead(200, { "content-length": next.length }).write(next.subarray(0, next.length / 2)),
  ],
  ["a body that comes byte by byte", "client/time-limit", drip],
  [
    "a body that is cut off",
    "client/connection",
    (response, next) =>
      response
        .writeHead(200, { "content-length": next.length })
        .write(next.subarray(0, next.length / 2), () => response.destroy()),
  ],
  ["something that is not HTTP", "client/connection", (response) => response.socket?.end("220 ready\r\n")],
  [
    "more headers than fit",
    "client/connection",
    (response, next) => response.writeHead(200, { "x-much": "x".repeat(64 * 1024) }).end(next),
  ],
  [
    "a redirect to where the root is",
    "client/status",
    (response) => response.writeHead(302, { location: ELSEWHERE }).end(),
  ],
  ["an error of the server", "client/status", (response, next) => response.writeHead(500).end(next)],
  ["a part of the file", "client/status", (response, next) => response.writeHead(206).end(next)],
  ["an empty file", "client/root-refused", (response) => response.writeHead(200).end()],
  [
    "a compressed root",
    "client/root-refused",
    (response, next) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(next)),
  ],
];
for (const [what, code, answer] of answers) {
  test(`${code}: ${what} leaves the old root, and nothing else is asked for`, async (t) => {
    const { client, repository, server, next } = await beginWithTwo(t);
    server.files.set(ELSEWHERE, next);
    server.answers.set(rootPath(2), (response) => answer(response, next));
    const hurry = code === "client/time-limit" ? ["--time-limit", "1"] : [];
    assertRefused(await client.refresh({}, ...hurry), code);
    assert.deepEqual(client.trustedRoot, repository.published[0]);
    assert.deepEqual(server.requests, [rootPath(2)]);
  });
}

test("403 says that there is no further root, as 404 does", async (t) => {
  const trial = await beginWithTwo(t);
  trial.server.answers.set(rootPath(3), (response) => response.writeHead(403).end());
  assert.equal(await refresh(trial), 0);
  assert.deepEqual(trial.client.trustedRoles, [["root", 2]]);
});

test("a root of exactly as many bytes as clients read is accepted, one more is refused", async (t) => {
  const trial = await beginWithTwo(t);
  const { client, repository, server, next } = trial;
  const large = Buffer.alloc(CLIENT_LIMITS.rootBytes, " ");
  large.set(next);
  const larger = Buffer.concat([large, Buffer.from(" ")]);
  repository.serve(2, larger);
  assertRefused(await client.refresh(), "client/too-large");
  server.answers.set(rootPath(2), (response) => response.writeHead(200).end(larger)); // its length not declared
  assertRefused(await client.refresh(), "client/too-large");
  assert.deepEqual(client.trustedRoot, repository.published[0]);

  server.answers.set(rootPath(2), (response) => response.writeHead(200).end(large));
  assert.equal((await client.refresh()).status, 0);
  assert.deepEqual(client.trustedRoot, new Uint8Array(large));
});

test("of 257 new roots 256 are followed, and the last at the next refresh", async (t) => {
  const trial = await begin(t);
  const { client, repository, server } = trial;
  for (let rotation = 0; rotation < 257; rotation += 1) repository.publish();
  await initialize(trial);
  assert.equal(await refresh(trial), 0);
  assert.equal(server.requests.length, 256);
  assert.deepEqual(client.trustedRoot, repository.published[256]);
  assert.equal(await refresh(trial), 0);
  assert.deepEqual(server.requests.slice(256), [rootPath(258), rootPath(259)]);
  assert.deepEqual(client.trustedRoot, repository.published[257]);
});

test("what was accepted before a refused root is stored, and nothing behind it is asked for", async (t) => {
  const trial = await beginWithTwo(t);
  const { client, repository, server, next } = trial;
  const signers = [...repository.signers.values()];
  repository.signers.clear();
  repository.publish();
  for (const signer of signers) repository.addSigner(signer);
  repository.publish();
  assert.equal(await refresh(trial), 1);
  assert.deepEqual(client.trustedRoot, next);
  assert.deepEqual(server.requests, [rootPath(2), rootPath(3)]);
});

test("roots in between may have expired, and a last one that has is stored and refused", async (t) => {
  const trial = await beginWithTwo(t);
  const { client, repository } = trial;
  const publishUntil = (days: number) => {
    repository.expires = daysFromNow(days);
    return repository.publish();
  };
  publishUntil(-1);
  publishUntil(1);
  assert.equal(await refresh(trial), 0);
  const expired = publishUntil(-1);
  const { error } = await client.refresh();
  assert.match(error, /\[client\/expired\]: .*chain\/expired/);
  assert.deepEqual(client.trustedRoot, expired);
  assert.equal(await refresh(trial), 1);
  publishUntil(1);
  assert.equal(await refresh(trial), 0);
});

test("expiry is measured at the start of a refresh, however long it takes", requires(faketime), async (t) => {
  const { client, repository, server } = await begin(t);
  const clock = join(client.metadataFolder, "clock");
  const before = [
    ...["faketime", "-f", "+0d"],
    ...["env", "--unset=FAKETIME", `FAKETIME_TIMESTAMP_FILE=${clock}`],
    ...["FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"],
  ];
  repository.expires = daysFromNow(7);
  const next = repository.publish();
  assert.equal((await client.init(repository.published[0] ?? next)).status, 0);
  writeFileSync(clock, "+0d");
  server.answers.set(rootPath(2), (response) => {
    writeFileSync(clock, "+8d");
    response.writeHead(200).end(next);
  });
  const { status, error } = await client.refresh({ before });
  assert.equal(status, 0, error);
  assertRefused(await client.refresh({ before }), "client/expired");
});

test("a server that isn't there", async (t) => {
  const { client, repository, server } = await beginWithTwo(t);
  await server.close();
  assertRefused(await client.refresh(), "client/connection");
  assert.deepEqual(client.trustedRoot, repository.published[0]);
});
