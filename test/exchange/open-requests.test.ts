/** A whole ceremony with a holder elsewhere: it asks, waits, takes the signature in and is finished. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { requestPath, writeSignatureFile } from "../../src/ceremony/exchange-files.ts";
import { runCommandLine } from "../../src/commands/program.ts";
import { define } from "../../src/commands/request.ts";
import { CeremonyError } from "../../src/errors.ts";
import { judgeRequest } from "../../src/exchange/judge-request.ts";
import { findOpenRequests } from "../../src/exchange/open-requests.ts";
import { readRequest } from "../../src/exchange/read-request.ts";
import { newFolder, runOnce, START } from "../live/ceremony-harness.ts";
import { makeExample } from "./plans.ts";

const example = makeExample();
const loaded = { bytes: example.script, inputs: example.inputs };
const folder = newFolder();
const elsewhere = mkdtempSync(join(tmpdir(), "requests-"));
after(() => {
  rmSync(dirname(folder), { recursive: true, force: true });
  rmSync(elsewhere, { recursive: true, force: true });
});

async function request(...words: readonly string[]) {
  const shown = { out: "", error: "" };
  const status = await runCommandLine(
    ["request", ...words],
    {
      version: "1",
      colour: false,
      writeOut: (text) => {
        shown.out += text;
      },
      writeError: (text) => {
        shown.error += text;
      },
    },
    [{ name: "request", summary: "", load: async () => ({ define }) }],
  );
  return { status, ...shown };
}

test("a ceremony waits for its holder elsewhere", async () => {
  const { reason } = await runOnce({ folder, loaded });
  assert.equal(reason, "waiting");
});

test("the request that it wrote is one that the holder's own script makes", () => {
  const { ceremony, open } = findOpenRequests(folder);
  assert.equal(ceremony, "example-2026-root");
  assert.deepEqual(
    open.map(({ role, key, holder, name }) => [role, key, holder, name]),
    [["root", "root-linus", "linus", "Linus Elsewhere"]],
  );
  const read = readRequest(open[0]?.file?.bytes ?? new Uint8Array());
  assert.ok(read.request !== null);
  assert.deepEqual(read.findings, []);
  assert.deepEqual(judgeRequest(read.request, { plan: example.plan, root: null }, START), []);
  assert.equal(read.request.sha256, open[0]?.sha256);
});

test("request copies it, once, and changes nothing in the folder", async () => {
  const before = readdirSync(folder, { recursive: true }).sort();
  const { status, out } = await request(folder, "--out", elsewhere);
  assert.equal(status, 0);
  assert.match(out, /root, root-linus of Linus Elsewhere \(linus\): not signed yet\./);
  assert.ok(out.split("\n").every((line) => line.length <= 80));
  const [copy = ""] = readdirSync(elsewhere);
  assert.deepEqual(readFileSync(join(elsewhere, copy)), readFileSync(join(folder, "requests", copy)));
  const again = await request(folder, "--out", elsewhere);
  assert.equal(again.status, 1, "as sign and enrol");
  assert.match(again.error, /exchange\/exists/);
  assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), before);
});

test("with --json request says the same to programs", async () => {
  const { out } = await request(folder, "--json");
  const { open } = JSON.parse(out);
  assert.deepEqual([open[0].key, open[0].copy, open[0].words.length], ["root-linus", null, 32]);
});

test("a request that somebody altered is not sent", () => {
  const { sha256 } = findOpenRequests(folder).open[0] ?? {};
  assert.ok(sha256 !== undefined && sha256 !== null);
  const path = join(folder, requestPath("root", "root-linus", sha256));
  const good = readFileSync(path);
  writeFileSync(path, good.toString("utf8").replace("2027", "2037"));
  assert.throws(() => findOpenRequests(folder), hasCode("exchange/request-file"));
  rmSync(path);
  assert.throws(() => findOpenRequests(folder), hasCode("exchange/request-file"));
  writeFileSync(path, good);
});

test("a transcript that somebody altered is not believed; a torn last line is not looked at", () => {
  const path = join(folder, "transcript.jsonl");
  const good = readFileSync(path);
  writeFileSync(path, good.toString("utf8").replace('"present"', '"absent"'));
  assert.throws(() => findOpenRequests(folder), hasCode("exchange/transcript"));
  writeFileSync(path, Buffer.concat([good, Buffer.from('{"seq"')]));
  assert.equal(findOpenRequests(folder).open.length, 1);
  writeFileSync(path, good);
});

test("a folder without a ceremony is none", () => {
  const empty = join(elsewhere, "empty");
  mkdirSync(empty);
  assert.throws(() => findOpenRequests(empty), hasCode("exchange/no-ceremony"));
});

test("the signature is taken in, and nobody is left to sign", async () => {
  const { file } = findOpenRequests(folder).open[0] ?? {};
  const { request: asked } = readRequest(file?.bytes ?? new Uint8Array());
  assert.ok(asked !== null);
  const { ceremony, role, key, sha256, payload } = asked;
  const signature = writeSignatureFile({ ceremony, role, key, sha256 }, example.linus.sign(payload));
  const incoming = { find: async () => new TextDecoder().decode(signature) };
  const { reason } = await runOnce({ folder, loaded: null, incoming, stores: noStores() });
  assert.equal(reason, "finished");
  assert.deepEqual(findOpenRequests(folder).open, []);
  assert.match((await request(folder)).out, /nobody elsewhere has anything left to sign/);
});

/** No key but the one elsewhere is needed any more. */
function noStores() {
  const refuse = (): never => assert.fail("no key of the room is needed");
  return {
    findToken: refuse,
    provision: refuse,
    generate: refuse,
    readCertificates: refuse,
    sign: refuse,
    endKey: refuse,
    close: async () => {},
  };
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof CeremonyError && error.code === code;
}
