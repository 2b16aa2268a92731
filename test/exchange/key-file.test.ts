/** `tuf-ceremony key-file …`, typed into a terminal: tried, copied, under another passphrase. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { possessionMessage } from "../../src/ceremony/possession.ts";
import { openAgeStore } from "../../src/keystore/age-file.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import type { PublicKey } from "../../src/tuf/types.ts";
import { assertRefused } from "../commands/command-line.ts";
import { pseudoTerminal, requires } from "../support/requires.ts";
import type { TerminalSession } from "../support/terminal-session.ts";
import { quiet, start } from "./typing.ts";

const OLD = "throw away this test phrase";
const NEW = "another phrase of five words";
const FILE = "test-1-root-grace.age";
const home = mkdtempSync(join(tmpdir(), "key-file-"));
after(() => rmSync(home, { recursive: true, force: true }));
const at = (...path: readonly string[]) => join(home, ...path);
const needed = requires(pseudoTerminal);

test("a key file is tried, copied, and gets another passphrase", needed, async () => {
  const publicKey = await makeFile();
  const keyid = keyIdOf(keyObject(publicKey));

  const prove = await start("key-file", "prove", at("a", FILE));
  await type(prove, "Passphrase for", OLD);
  assert.equal(await prove.exit, 0, prove.shown);
  assert.ok(prove.shown.includes(keyid.slice(0, 4)));

  const copy = await start("key-file", "copy", at("a", FILE), "--to", at("c"), "--to", at("d"));
  for (const _ of ["c", "d"]) await type(copy, "Passphrase for", OLD);
  assert.equal(await copy.exit, 0, copy.shown);
  assert.deepEqual(readFileSync(at("c", FILE)), readFileSync(at("a", FILE)));

  const change = await start("key-file", "passphrase", at("a", FILE), "--to", at("e"));
  await type(change, "Passphrase for", OLD);
  await type(change, "New passphrase for", NEW);
  await type(change, "again: ", NEW);
  assert.equal(await change.exit, 0, change.shown);
  const again = await start("key-file", "prove", at("e", FILE));
  await type(again, "Passphrase for", NEW);
  assert.equal(await again.exit, 0, again.shown);
  assert.ok(again.shown.includes(keyid.slice(0, 4)));
  for (const { shown } of [prove, copy, change, again])
    assert.ok(!shown.includes(OLD) && !shown.includes(NEW));
});

test("nothing is left of a copy that did not open, and nothing is overwritten", needed, async () => {
  mkdirSync(at("f"));
  const wrong = await start("key-file", "copy", at("b", FILE), "--to", at("f"));
  await type(wrong, "Passphrase for", NEW);
  assert.equal(await wrong.exit, 1, wrong.shown);
  assert.match(wrong.shown, /age\/wrong-passphrase/);
  assert.deepEqual(readdirSync(at("f")), []);

  writeFileSync(at("f", FILE), "mine");
  const exists = await start("key-file", "passphrase", at("b", FILE), "--to", at("f"));
  await type(exists, "Passphrase for", OLD);
  await type(exists, "New passphrase for", NEW);
  await type(exists, "again: ", NEW);
  assert.equal(await exists.exit, 3, exists.shown);
  assert.match(exists.shown, /medium\/exists/);
  assert.equal(readFileSync(at("f", FILE), "utf8"), "mine");
});

test("what is no key file is refused before anybody types a passphrase", () => {
  for (const [name, content] of [
    ["x.yaml", "keys: {}\n"],
    ["empty.age", ""],
    ["armored.age", "-----BEGIN AGE ENCRYPTED FILE-----\n"],
  ] as const) {
    writeFileSync(at(name), content);
    for (const words of [["prove"], ["copy", "--to", home], ["passphrase", "--to", home]]) {
      const [verb = "", ...options] = words;
      assertRefused(["key-file", verb, at(name), ...options], 2, "age/no-key-file");
    }
  }
});

async function makeFile(): Promise<PublicKey> {
  for (const folder of ["a", "b", "c", "d", "e"]) mkdirSync(at(folder));
  const store = openAgeStore({
    ceremony: "test-1",
    ceremonyFolder: null,
    media: [at("a"), at("b")],
    passphrase: { kind: "scripted", passphrase: OLD },
    workFactor: 5,
    unfinished: new Set(),
  });
  const request = { key: "root-grace", label: "test-1 root-grace", scheme: "ecdsa-sha2-nistp256" } as const;
  return (await store.generate(request, possessionMessage("test-1", "root-grace"))).publicKey;
}

async function type(session: TerminalSession, prompt: string, text: string): Promise<void> {
  await session.next(prompt);
  await quiet();
  session.type(`${text}\r`);
}
