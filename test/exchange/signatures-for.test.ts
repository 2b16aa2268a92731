/** Files handed to `collect`, held against what the ceremony waits for before a session begins. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { type SignatureFor, writeSignatureFile } from "../../src/ceremony/exchange-files.ts";
import type { CeremonyState } from "../../src/ceremony/state.ts";
import { CeremonyError } from "../../src/errors.ts";
import { findOpenRequests } from "../../src/exchange/open-requests.ts";
import { openState } from "../../src/exchange/read-execution.ts";
import { readRequest } from "../../src/exchange/read-request.ts";
import { signaturesFor } from "../../src/exchange/signatures-for.ts";
import { incomingFiles } from "../../src/live/incoming-files.ts";
import { unattendedPeople } from "../../src/live/unattended-people.ts";
import { commandLine } from "../commands/command-line.ts";
import { newFolder, runOnce } from "../live/ceremony-harness.ts";
import { pseudoTerminal, requires } from "../support/requires.ts";
import { TerminalSession } from "../support/terminal-session.ts";
import { makeExample } from "./plans.ts";

const needed = requires(pseudoTerminal);
const example = makeExample();
const folder = newFolder();
after(() => rmSync(dirname(folder), { recursive: true, force: true }));

let state: CeremonyState;
let wanted: SignatureFor;
let sig: string;
let request: string;
before(async () => {
  await runOnce({ folder, loaded: { bytes: example.script, inputs: example.inputs } });
  const now = openState(folder);
  const { file } = findOpenRequests(folder).open[0] ?? {};
  const asked = readRequest(file?.bytes ?? new Uint8Array()).request;
  assert.ok(now !== null && asked !== null && file !== undefined && file !== null);
  state = now;
  request = join(folder, file.path);
  const { ceremony, role, key, sha256 } = asked;
  wanted = { ceremony, role, key, sha256 };
  sig = example.linus.sign(asked.payload);
});

function signature(change: Partial<SignatureFor> = {}): string {
  return new TextDecoder().decode(writeSignatureFile({ ...wanted, ...change }, sig));
}

function refusal(...texts: readonly string[]): CeremonyError {
  try {
    signaturesFor(
      state,
      texts.map((text, index) => ({ path: `${index}.json`, text })),
    );
  } catch (error) {
    assert.ok(error instanceof CeremonyError);
    assert.deepEqual([error.code, error.exit], ["exchange/not-asked", "usage"]);
    return error;
  }
  return assert.fail("not refused");
}

test("the file that is asked for is taken, whatever its name", () => {
  const files = [{ path: "anything", text: signature() }];
  assert.deepEqual(signaturesFor(state, files), { wanted: files, unused: [] });
});

test("the request itself is called by its name", () => {
  const { found, remedy } = refusal(readFileSync(request, "utf8"));
  assert.equal(found, '"0.json": this is the request, not the signature');
  assert.match(remedy, /`tuf-ceremony sign` wrote.*No session was begun\./);
});

test("every file is told what is wrong with it, in one message", () => {
  const { found } = refusal(
    signature(),
    "-----BEGIN",
    "[]",
    '{"type":"x\\u001b"}',
    signature({ ceremony: "other-2026" }),
    signature({ key: "root-ada" }),
    signature({ role: "targets" }),
    signature({ sha256: example.plan.scriptSha256 }),
    signature().replace(/"sig": ".*"/, '"sig": "zz"'),
  );
  assert.doesNotMatch(found, /"0\.json"/);
  for (const part of [
    /"1\.json": no JSON as this tool reads it/,
    /"2\.json": JSON that is no object/,
    /"3\.json": no signature file: its type is "x\\u\{1b\}"/,
    /"4\.json": it is of another ceremony, "other-2026"/,
    /"5\.json": "root", "root-ada": not asked for/,
    /"6\.json": "targets", "root-linus": not asked for/,
    /"7\.json": "root", "root-linus": of a document that is not asked for, SHA-256 /,
    /"8\.json": "root", "root-linus": sig "zz"/,
  ]) {
    assert.match(found, part);
  }
});

test("a signature that is there already does no harm beside one that is asked for", () => {
  const files = [{ path: "again.json", text: signature() }];
  const signed: CeremonyState = Object.create(state, { hasSigned: { value: () => true } });
  assert.throws(() => signaturesFor(signed, files), /root, root-linus: taken in already/);
  let count = 0;
  const one: CeremonyState = Object.create(state, {
    hasSigned: { value: () => count++ === 0 },
    document: { value: () => state.document("root") },
    hasRequested: { value: () => true },
    isOut: { value: () => false },
  });
  const sorted = signaturesFor(one, [...files, { path: "new.json", text: signature() }]);
  assert.deepEqual(sorted, {
    wanted: [{ path: "new.json", text: signature() }],
    unused: [{ path: "again.json", why: "root, root-linus: taken in already" }],
  });
});

test("at a terminal, collect refuses the request before a session begins", needed, async () => {
  const before = readFileSync(join(folder, "transcript.jsonl"));
  const session = await TerminalSession.start(commandLine("collect", folder, request));
  assert.equal(await session.exit, 2, session.shown);
  assert.match(session.shown, /\[exchange\/not-asked\]/);
  assert.match(session.shown, /this is the request, not the signature/);
  assert.deepEqual(readFileSync(join(folder, "transcript.jsonl")), before);
});

test("where people in the room have yet to sign, collect wants the machine file", needed, async () => {
  const paused = newFolder();
  after(() => rmSync(dirname(paused), { recursive: true, force: true }));
  const leaves = unattendedPeople((_, { step }) =>
    step.ref === "sign/root/root-grace" ? { paused: true } : null,
  );
  const loaded = { bytes: example.script, inputs: example.inputs };
  await runOnce({ folder: paused, loaded, people: leaves });
  const { file } = findOpenRequests(paused).open[0] ?? {};
  const { request: asked } = readRequest(file?.bytes ?? new Uint8Array());
  assert.ok(asked !== null);
  const { ceremony, role, key, sha256, payload } = asked;
  const path = join(dirname(paused), "linus.json");
  writeFileSync(path, writeSignatureFile({ ceremony, role, key, sha256 }, example.linus.sign(payload)));
  const refused = await TerminalSession.start(commandLine("collect", paused, path));
  assert.equal(await refused.exit, 2, refused.shown);
  assert.match(refused.shown, /\[machine\/lacks\]/);
  assert.match(refused.shown, /no machine file; no media of grace/);
  const machine = join(dirname(paused), "machine.yaml");
  writeFileSync(machine, "media: { grace: [/media/grace-1, /media/grace-2] }\n");
  const session = await TerminalSession.start(commandLine("collect", paused, path, "--machine", machine));
  await session.next("Is this the record that you left");
  session.kill();
});

test("what was handed over twice is left", async () => {
  const incoming = incomingFiles([signature(), signature()]);
  assert.deepEqual(incoming.left(), [0, 1]);
  assert.notEqual(await incoming.find(wanted), null);
  assert.deepEqual(incoming.left(), [1]);
});

test("after it was taken in there is nothing to hold a file against", async () => {
  const incoming = incomingFiles([signature()]);
  const { reason } = await runOnce({ folder, loaded: null, incoming });
  assert.deepEqual([reason, incoming.left()], ["finished", []]);
  assert.equal(openState(folder), null);
});
