/** The life of a token, typed into `tuf-ceremony token …` in a terminal of 80 by 24. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pgpWords } from "../../src/terminal/words.ts";
import { isSha256Hex, type Sha256Hex } from "../../src/tuf/types.ts";
import { turnPages, typeWords } from "../exchange/typing.ts";
import { OFFICER_PIN, SoftTokens, USER_PIN } from "../keystore/pkcs11/soft-token.ts";
import { opensc, pkcs11Addon, pseudoTerminal, requires, softhsm } from "../support/requires.ts";
import {
  endWell,
  runToken,
  startToken,
  tokenJson,
  typeAt,
  typeNewPin,
  typePin,
  writeMachine,
} from "./at-token.ts";

const needed = requires(pseudoTerminal, softhsm, pkcs11Addon, opensc);
const CHOOSE = "Then press Enter.";

test("set up, a key made, copied to a second token, restored, tried, destroyed", needed, async (context) => {
  const tokens = new SoftTokens(context);
  const machine = writeMachine(tokens);
  const at = (name: string) => join(tokens.folder, name);
  for (const label of ["root-ada", "ada-copy"]) await setUp(machine, label);

  const key = ["--ceremony", "example-root", "--key", "root-ada", "--scheme", "ecdsa-sha2-nistp256"];
  const uri = "pkcs11:token=root-ada";
  const made = await startToken(machine, "generate", uri, ...key, "--backup", "--out", at("ada.pem"));
  await typePin(made);
  await endWell(made);
  const ours = `${uri};object=example-root%20root-ada`;
  const before = tokenJson(machine, "inspect", uri);
  assert.equal(before.keys[0].scheme, "ecdsa-sha2-nistp256");
  const { keyid } = before.keys[0];
  assert.equal(tokenJson(machine, "inspect", ours).keys[0].keyid, keyid);
  const other = runToken(machine, "inspect", `${uri};object=zz`);
  assert.equal(other.status, 3, "another key is not shown for it");
  assert.match(other.stderr, /token\/key-none/);
  assert.ok(runToken(machine, "list").stdout.split("\n").includes(`      ${before.uri}`));
  assert.ok(isSha256Hex(keyid) && made.shown.includes(keyid.slice(0, 4)));

  const transport = await startToken(machine, "transport", "pkcs11:token=ada-copy", "--out", at("copy.json"));
  await typePin(transport);
  await endWell(transport);
  const words = pgpWords(sha256(readFileSync(at("copy.json"))));
  assert.ok(words.every((word) => transport.shown.includes(word)));

  const backup = await startToken(
    machine,
    ...["backup", ours, "--for", at("copy.json"), "--out", at("backup.json")],
  );
  await typeWords(backup, "your paper", words);
  await typePin(backup);
  await endWell(backup);

  const again = await startToken(
    machine,
    ...["backup", ours, "--for", at("copy.json"), "--out", at("again.json")],
  );
  await typeWords(again, "your paper", words);
  await typePin(again);
  assert.equal(await again.exit, 3, again.shown);
  assert.match(again.shown, /token\/key-not-wrappable/);

  const restore = await startToken(
    machine,
    ...["restore", "pkcs11:token=ada-copy", "--from", at("backup.json")],
  );
  await typeWords(restore, "your paper", pgpWords(keyid));
  await typePin(restore);
  await endWell(restore);
  const copied = tokenJson(machine, "inspect", "pkcs11:token=ada-copy");
  assert.deepEqual(
    copied.keys.map((one: { keyid: string }) => one.keyid),
    [keyid],
  );
  assert.deepEqual(tokens.listObjects(copied.serial, "tuf-ceremony transport"), []);

  const tried = await startToken(
    machine,
    "test-sign",
    "pkcs11:token=ada-copy;object=example-root%20root-ada",
  );
  await typePin(tried);
  await endWell(tried);
  assert.match(tried.shown, new RegExp(keyid));

  const destroy = await startToken(machine, "destroy", ours);
  await typePin(destroy);
  await destroy.next("Destroy this key for ever?");
  await turnPages(destroy);
  await typeWords(destroy, "this screen", pgpWords(keyid));
  await endWell(destroy);
  assert.deepEqual(tokens.listObjects(before.serial, "example-root root-ada"), []);
  assert.equal(tokenJson(machine, "inspect", "pkcs11:token=ada-copy").keys.length, 1);

  const unlock = await startToken(machine, "unlock", "pkcs11:token=ada-copy");
  await typeAt(unlock, CHOOSE, "unlock");
  await typeAt(unlock, "The security officer's PIN: ", OFFICER_PIN);
  await typeNewPin(unlock, "New PIN", USER_PIN);
  await endWell(unlock);
});

async function setUp(machine: string, label: string): Promise<void> {
  const session = await startToken(machine, "init", "pkcs11:serial=", "--label", label);
  await typeAt(session, CHOOSE, "begin");
  await typeNewPin(session, "New PIN of the security officer", OFFICER_PIN);
  await typeNewPin(session, "New PIN", USER_PIN);
  await endWell(session);
}

function sha256(bytes: Uint8Array): Sha256Hex {
  const digest = createHash("sha256").update(bytes).digest("hex");
  assert.ok(isSha256Hex(digest));
  return digest;
}
