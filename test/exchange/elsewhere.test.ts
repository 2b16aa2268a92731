/** A holder elsewhere, from the enrolment to the signature file, in a real terminal of 80 by 24. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Composer } from "../../src/ceremony/composer.ts";
import { readEnrolment } from "../../src/ceremony/enrolment.ts";
import { readSignatureFile, writeRequest } from "../../src/ceremony/exchange-files.ts";
import { planFromBytes } from "../../src/live/folder-plans.ts";
import { pgpWords } from "../../src/terminal/words.ts";
import { acceptSignature } from "../../src/tuf/accept-signature.ts";
import { keyIdOf, keyObject, parseKeyObject } from "../../src/tuf/keys.ts";
import { isSha256Hex, type PublicKey, type Sha256Hex } from "../../src/tuf/types.ts";
import { pseudoTerminal, requires } from "../support/requires.ts";
import type { TerminalSession } from "../support/terminal-session.ts";
import { makeTestKey } from "../support/test-keys.ts";
import { scriptText } from "./plans.ts";
import { cli, quiet, start, turnPages, typeWords, withDates } from "./typing.ts";

const PASSPHRASE = "correct horse battery staple";
const needed = requires(pseudoTerminal);
const home = mkdtempSync(join(tmpdir(), "elsewhere-"));
after(() => rmSync(home, { recursive: true, force: true }));
before(() => {
  for (const folder of ["media-1", "media-2", "out", "own/enrolment", "own/keys"]) {
    mkdirSync(join(home, folder), { recursive: true });
  }
});

function at(...path: readonly string[]): string {
  return join(home, ...path);
}

function runWithoutTerminal(...words: readonly string[]) {
  const run = spawnSync(process.execPath, [cli, ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { status: run.status, out: run.stdout, error: run.stderr };
}

function sha256(bytes: Uint8Array): Sha256Hex {
  const digest = createHash("sha256").update(bytes).digest("hex");
  assert.ok(isSha256Hex(digest));
  return digest;
}

function keyIdSha256(key: PublicKey): Sha256Hex {
  const keyid: string = keyIdOf(keyObject(key));
  assert.ok(isSha256Hex(keyid));
  return keyid;
}

async function typePassphrase(session: TerminalSession, prompt: string): Promise<void> {
  await session.next(prompt);
  await quiet();
  session.type(`${PASSPHRASE}\r`);
}

const ENROL = ["enrol", "--ceremony", "example-2026-root", "--key", "root-linus", "--holder", "linus"];
const MEDIA = ["--media", at("media-1"), "--media", at("media-2"), "--out", at("linus.json")];

test("a key is made on two media, and its enrolment is what a script pins", needed, async () => {
  const session = await start(...ENROL, "--scheme", "ed25519", ...MEDIA);
  await typePassphrase(session, "New passphrase for root-linus");
  await typePassphrase(session, "The same passphrase again");
  assert.equal(await session.exit, 0, session.shown);
  const bytes = readFileSync(at("linus.json"));
  const read = readEnrolment(bytes, {
    ceremony: "example-2026-root",
    key: "root-linus",
    holder: "linus",
  });
  assert.ok(read.ok);
  assert.ok(session.shown.includes(sha256(bytes)), "the digest that the script pins");
  const words = session.shown.split("The key's keyid, whose words are typed in the ceremony:")[1] ?? "";
  for (const word of pgpWords(keyIdSha256(read.publicKey))) assert.ok(words.includes(word), word);
  assert.ok(session.shown.includes("file: enrolment/linus.json"));
  assert.ok(session.shown.includes("WARNING: both copies lie on one medium"));
  assert.ok(!session.shown.includes("correct"), "nothing of the passphrase shows");
  for (const medium of ["media-1", "media-2"]) {
    assert.deepEqual(readdirSync(at(medium)), ["example-2026-root-root-linus.age"]);
  }
});

test(
  "an enrolment is never overwritten, and nobody is asked for a passphrase before that is known",
  needed,
  async () => {
    const session = await start(...ENROL, "--scheme", "ed25519", ...MEDIA);
    assert.equal(await session.exit, 1);
    assert.match(session.shown, /exchange\/exists/);
  },
);

test("no key is made for an enrolment that could not be written", needed, async () => {
  const out = ["--out", at("none", "linus.json")];
  const session = await start(...ENROL, "--scheme", "ed25519", ...MEDIA.slice(0, 4), ...out);
  assert.equal(await session.exit, 3);
  assert.match(session.shown, /medium\/missing/);
});

test("a key that exists is enrolled for another ceremony without being made again", needed, async () => {
  const words = ["enrol", "--ceremony", "example-2028-root", "--key", "root-linus", "--holder", "linus"];
  const existing = [
    "--existing",
    at("media-2", "example-2026-root-root-linus.age"),
    "--out",
    at("again.json"),
  ];
  const session = await start(...words, "--scheme", "ed25519", ...existing);
  await typePassphrase(session, "Passphrase for root-linus");
  assert.equal(await session.exit, 0, session.shown);
  const who = { key: "root-linus", holder: "linus" };
  const again = readEnrolment(readFileSync(at("again.json")), { ...who, ceremony: "example-2028-root" });
  const before = readEnrolment(readFileSync(at("linus.json")), { ...who, ceremony: "example-2026-root" });
  assert.ok(again.ok && before.ok);
  assert.deepEqual(again.publicKey, before.publicKey);
  assert.equal(readdirSync(at("media-2")).length, 1);
});

test("a key of another scheme than is said is not enrolled", needed, async () => {
  const existing = [
    "--existing",
    at("media-2", "example-2026-root-root-linus.age"),
    "--out",
    at("wrong.json"),
  ];
  const session = await start(...ENROL, "--scheme", "ecdsa-sha2-nistp256", ...existing);
  await typePassphrase(session, "Passphrase for root-linus");
  assert.equal(await session.exit, 1);
  assert.match(session.shown, /age\/other-key/);
});

interface Prepared {
  readonly script: Sha256Hex;
  readonly document: Sha256Hex;
  readonly payload: Uint8Array;
  readonly publicKey: PublicKey;
}

/** The script that pins the enrolment, and the request that its ceremony writes. A second one has other new keys. */
function prepare(request: string): Prepared {
  const enrolment = readFileSync(at("linus.json"));
  const online = makeTestKey("ecdsa-sha2-nistp256");
  const pem = preparedPem ?? new TextEncoder().encode(online.pem);
  preparedPem = pem;
  const script = new TextEncoder().encode(withDates(scriptText(sha256(enrolment), sha256(pem))));
  const inputs = new Map([
    ["enrolment/linus.json", new Uint8Array(enrolment)],
    ["keys/online.pem", pem],
  ]);
  const { plan, findings } = planFromBytes(script, inputs);
  assert.ok(plan !== null, JSON.stringify(findings));
  writeFileSync(at("own/script.yaml"), script);
  for (const [name, bytes] of inputs) writeFileSync(at("own", name), bytes);
  const keys = new Map<string, PublicKey>();
  for (const [name, { key, known }] of plan.keys) {
    keys.set(name, known ?? makeTestKey("scheme" in key ? key.scheme : "ed25519").publicKey);
  }
  const document = new Composer(plan, false).compose("root", keys);
  const publicKey = keys.get("root-linus");
  assert.ok(document !== null && publicKey !== undefined);
  writeFileSync(at(request), writeRequest(plan, document, "root-linus", publicKey));
  return { script: sha256(script), document: document.sha256, payload: document.payload, publicKey };
}
let preparedPem: Uint8Array | undefined;

const OWN = ["--script", at("own/script.yaml")];
const SIGN = [...OWN, "--key", at("media-1", "example-2026-root-root-linus.age"), "--log", at("log.jsonl")];
let first: Prepared;

test("the change is shown, the words are typed, the signature is judged and written", needed, async () => {
  first = prepare("request.json");
  const session = await start("sign", at("request.json"), ...SIGN, "--out", at("out"));
  await typeWords(session, "your paper", pgpWords(first.script));
  await session.next("This is what you sign.");
  await turnPages(session);
  await typeWords(session, "this screen", pgpWords(first.document));
  await typePassphrase(session, "Passphrase for root-linus");
  assert.equal(await session.exit, 0, session.shown);
  assert.ok(!session.shown.includes("correct"), "nothing of the passphrase shows");
  const [name = ""] = readdirSync(at("out"));
  assert.equal(name, `root-root-linus-${first.document.slice(0, 8)}-signature.json`);
  const read = readSignatureFile(readFileSync(at("out", name), "utf8"), {
    ceremony: "example-2026-root",
    role: "root",
    key: "root-linus",
    sha256: first.document,
  });
  assert.ok("sig" in read);
  const key = parseKeyObject(keyObject(first.publicKey));
  assert.ok(acceptSignature(key, first.payload, read.sig).ok);
  const [line = ""] = readFileSync(at("log.jsonl"), "utf8").split("\n");
  const { time, ...entry } = JSON.parse(line);
  assert.deepEqual(entry, {
    type: "tuf-ceremony signing log v1",
    ceremony: "example-2026-root",
    keyid: keyIdOf(keyObject(first.publicKey)),
    role: "root",
    version: 1,
    sha256: first.document,
  });
  assert.match(time, /^\d{4}-/);
});

test("a forked second variant is refused by the log, before anything is asked", needed, async () => {
  prepare("fork.json");
  const { status, out } = runWithoutTerminal("sign", at("fork.json"), ...SIGN, "--out", at("out"), "--json");
  assert.equal(status, 1);
  const { signed, findings } = JSON.parse(out);
  assert.equal(signed, false);
  assert.deepEqual(
    findings.map(({ rule }: { rule: string }) => rule),
    ["log/second-variant"],
  );
});

test("with the wrong words from paper, nothing goes on", needed, async () => {
  mkdirSync(at("out-2"));
  const session = await start("sign", at("request.json"), ...SIGN, "--out", at("out-2"));
  await typeWords(session, "your paper", pgpWords(first.document));
  await session.next("These are not the words of this digest.");
  session.type("\u0003");
  assert.equal(await session.exit, 4);
  assert.match(session.shown, /holder\/left/);
  assert.deepEqual(readdirSync(at("out-2")), []);
});

test(
  "the digest on the command line takes the place of the words, and a wrong passphrase signs nothing",
  needed,
  async () => {
    const paper = ["--script-sha256", (first.script.toUpperCase().match(/.{4}/g) ?? []).join(" ")];
    const session = await start("sign", at("request.json"), ...SIGN, ...paper, "--out", at("out-2"));
    await session.next("This is what you sign.");
    await turnPages(session);
    await typeWords(session, "this screen", pgpWords(first.document));
    await session.next("Passphrase for root-linus");
    await quiet();
    session.type("not the passphrase\r");
    assert.equal(await session.exit, 1);
    assert.match(session.shown, /age\/wrong-passphrase/);
    assert.deepEqual(readdirSync(at("out-2")), []);
  },
);

test("the digest of another script on the command line is a finding like others", needed, async () => {
  const paper = ["--script-sha256", "ab".repeat(32)];
  const words = ["sign", at("request.json"), ...SIGN, ...paper, "--out", at("out-2"), "--json"];
  const { status, out } = runWithoutTerminal(...words);
  assert.equal(status, 1);
  const rules = JSON.parse(out).findings.map(({ rule }: { rule: string }) => rule);
  assert.deepEqual(rules, ["anchor/script-digest"]);
});

for (const [what, content] of [
  ["a key file that is not there", null],
  ["no key file", "-----BEGIN PRIVATE KEY-----\n"],
  ["an age file without a passphrase", "age-encryption.org/v1\n-> X25519 abc\n"],
] as const) {
  test(`${what}: said before anything is shown, and nothing is in the log`, needed, async () => {
    const key = at("other.age");
    rmSync(key, { force: true });
    if (content !== null) writeFileSync(key, content);
    const words = ["--key", key, "--log", at("log-2.jsonl"), "--out", at("out-2")];
    const session = await start("sign", at("request.json"), ...OWN, ...words);
    assert.equal(await session.exit, 3);
    assert.match(session.shown, /holder\/no-key-file/);
    assert.doesNotMatch(session.shown, /your paper/);
    assert.deepEqual(existsSync(at("log-2.jsonl")), false);
  });
}

test("a damaged key file signs nothing", needed, async () => {
  const key = at("damaged.age");
  writeFileSync(key, "age-encryption.org/v1\n-> scrypt garbage\n");
  const paper = ["--script-sha256", first.script];
  const words = ["--key", key, "--log", at("log.jsonl"), "--out", at("out-2")];
  const session = await start("sign", at("request.json"), ...OWN, ...paper, ...words);
  await session.next("This is what you sign.");
  await turnPages(session);
  await typeWords(session, "this screen", pgpWords(first.document));
  await typePassphrase(session, "Passphrase for root-linus");
  assert.equal(await session.exit, 3);
  assert.match(session.shown, /age\/damaged/);
});

test("without a terminal a request is judged and shown, and nothing is signed", needed, () => {
  const paper = ["--script-sha256", first.script];
  const judged = runWithoutTerminal("sign", at("request.json"), ...OWN, ...paper, "--json");
  assert.equal(judged.status, 0);
  const { signed, request, findings } = JSON.parse(judged.out);
  assert.deepEqual([signed, request.sha256, findings], [false, first.document, []]);
  const shown = runWithoutTerminal("sign", at("request.json"), ...OWN, ...paper);
  assert.match(shown.out, /root-ada of Ada Lovelace, made in the ceremony/);
  assert.ok(shown.out.split("\n").every((line) => line.length <= 80));
  const before = readFileSync(at("log.jsonl"));
  const refused = runWithoutTerminal("sign", at("request.json"), ...SIGN, ...paper, "--out", at("out-2"));
  assert.equal(refused.status, 2);
  assert.match(refused.error, /terminal\/none/);
  assert.deepEqual(readFileSync(at("log.jsonl")), before, "nothing was about to be signed");
});

const wrongLines: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ["no anchor", ["sign", at("request.json")], 2, /sign\/no-anchor/],
  ["a request that is not there", ["sign", at("none.json"), ...OWN], 2, /exchange\/unreadable-file/],
  ["a folder for a request", ["sign", home, ...OWN], 2, /exchange\/unreadable-file/],
  [
    "a script that is not there",
    ["sign", at("request.json"), "--script", at("none.yaml")],
    2,
    /script\/unreadable/,
  ],
  [
    "a request for a script",
    ["sign", at("request.json"), "--script", at("request.json")],
    2,
    /exchange\/script/,
  ],
  ["half a digest", ["sign", at("request.json"), ...OWN, "--script-sha256", "abab"], 2, /cli\/option/],
  ["a key without a log", ["sign", at("request.json"), ...OWN, "--key", "k", "--out", home], 2, /--log/],
  [
    "a key twice",
    ["sign", at("request.json"), ...OWN, "--key", "k", "--token", "pkcs11:"],
    2,
    /either --key or --token/,
  ],
  [
    "a token without a machine file",
    ["sign", at("request.json"), ...OWN, "--token", "pkcs11:"],
    2,
    /--machine/,
  ],
  [
    "a name that is none",
    [...ENROL, "--holder", "Linus\u001b[2J", "--scheme", "ed25519", ...MEDIA],
    2,
    /--holder/,
  ],
  ["a scheme that is none", [...ENROL, "--scheme", "rsa", ...MEDIA], 2, /--scheme/],
  [
    "one medium",
    [...ENROL, "--scheme", "ed25519", "--media", home, "--out", at("x.json")],
    2,
    /--media twice/,
  ],
  ["no terminal to enrol in", [...ENROL, "--scheme", "ed25519", ...MEDIA], 2, /terminal\/none/],
  ["a folder without a ceremony", ["request", home], 2, /exchange\/no-ceremony/],
];
for (const [name, words, status, found] of wrongLines) {
  test(`refused: ${name}`, needed, () => {
    const run = runWithoutTerminal(...words);
    assert.equal(run.status, status, run.error);
    assert.match(run.error, found);
    assert.ok(!run.error.includes("\u001b"));
  });
}
