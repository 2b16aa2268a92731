/** A holder elsewhere with a PKCS#11 token: enrolled, and a root signed as the successor of the one they trust. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readEnrolment } from "../../src/ceremony/enrolment.ts";
import { REQUEST_TYPE, readSignatureFile } from "../../src/ceremony/exchange-files.ts";
import { pgpWords } from "../../src/terminal/words.ts";
import { acceptSignature } from "../../src/tuf/accept-signature.ts";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { composeRoot } from "../../src/tuf/compose.ts";
import { object } from "../../src/tuf/json.ts";
import { keyIdOf, keyObject, parseKeyObject } from "../../src/tuf/keys.ts";
import { serializeDocument, serializeJson } from "../../src/tuf/serialize.ts";
import { isSha256Hex, isUtcSecond, type PublicKey, type Sha256Hex } from "../../src/tuf/types.ts";
import { SoftTokens, USER_PIN } from "../keystore/pkcs11/soft-token.ts";
import { pkcs11Addon, pseudoTerminal, requires, softhsm } from "../support/requires.ts";
import type { TerminalSession } from "../support/terminal-session.ts";
import { makeTestKey } from "../support/test-keys.ts";
import { quiet, start, turnPages, typeWords, withDates } from "./typing.ts";

test(
  "a key in a token is enrolled and signs the successor of the holder's own root",
  requires(pseudoTerminal, softhsm, pkcs11Addon),
  async (context) => {
    const tokens = new SoftTokens(context);
    const store = await tokens.provision("linus");
    const { serial } = store.info;
    await store.close();
    const at = (name: string) => join(tokens.folder, name);
    mkdirSync(at("out"));
    const { module, env } = tokens.module;
    writeFileSync(at("machine.yaml"), JSON.stringify({ modules: { softhsm: { module, env } } }));
    const device = ["--token", `pkcs11:serial=${serial}`, "--machine", at("machine.yaml")];

    const who = { ceremony: "example-2026-root", key: "root-linus", holder: "linus" };
    const words = ["--ceremony", who.ceremony, "--key", who.key, "--holder", who.holder];
    const scheme = ["--scheme", "ecdsa-sha2-nistp256"];
    const enrol = await start("enrol", ...words, ...scheme, ...device, "--out", at("linus.json"));
    await typePin(enrol);
    assert.equal(await enrol.exit, 0, enrol.shown);
    const enrolled = readEnrolment(readFileSync(at("linus.json")), who);
    assert.ok(enrolled.ok);

    const others = [makeTestKey("ed25519"), makeTestKey("ed25519")];
    const before = makeRoot(1, [enrolled.publicKey, ...others.map(({ publicKey }) => publicKey)]);
    const signatures = others.map((key) => ({
      keyid: keyIdOf(keyObject(key.publicKey)),
      sig: key.sign(canonicalBytes(before)),
    }));
    const root = serializeDocument(before, signatures, "indented");
    writeFileSync(at("1.root.json"), root);
    const joins = makeTestKey("ed25519").publicKey;
    const signed = makeRoot(2, [enrolled.publicKey, joins, others[0]?.publicKey ?? joins]);
    const payload = canonicalBytes(signed);
    const wire = keyObject(enrolled.publicKey);
    const request = object([
      ["type", REQUEST_TYPE],
      ...Object.entries(who),
      ["script", "ab".repeat(32)],
      ["role", "root"],
      ["keyid", keyIdOf(wire)],
      ["publicKey", wire],
      ["sha256", sha256(payload)],
      ["signed", signed],
    ]);
    writeFileSync(at("request.json"), serializeJson(request, "indented"));

    const anchor = ["--root", at("1.root.json"), "--log", at("log.jsonl"), "--out", at("out")];
    const sign = await start("sign", at("request.json"), ...anchor, ...device);
    await typeWords(sign, "your paper", pgpWords(sha256(root)));
    await sign.next("What it changes since version 1:");
    await turnPages(sign);
    await typeWords(sign, "this screen", pgpWords(sha256(payload)));
    await typePin(sign);
    assert.equal(await sign.exit, 0, sign.shown);
    assert.match(sign.shown, /root: key [0-9a-f]{64}\s+\(ed25519\) is added/);
    assert.match(sign.shown, /root: key [0-9a-f]{8} \(ed25519\) leaves/);
    assert.ok(!`${enrol.shown}${sign.shown}`.includes(USER_PIN));

    const [name = ""] = readdirSync(at("out"));
    const wanted = { ceremony: who.ceremony, role: "root", key: who.key, sha256: sha256(payload) };
    const read = readSignatureFile(readFileSync(join(at("out"), name), "utf8"), wanted);
    assert.ok("sig" in read);
    assert.ok(acceptSignature(parseKeyObject(wire), payload, read.sig).ok);
  },
);

async function typePin(session: TerminalSession): Promise<void> {
  await session.next("PIN: ");
  await quiet();
  session.type(`${USER_PIN}\r`);
}

function makeRoot(version: number, holders: readonly PublicKey[]) {
  const online = onlineKey.publicKey;
  const role = (keys: readonly PublicKey[], threshold: number) => ({
    keyids: keys.map((key) => keyIdOf(keyObject(key))),
    threshold,
  });
  const expires = withDates("2027-12-04T00:00:00Z");
  assert.ok(isUtcSecond(expires));
  return composeRoot({
    version,
    expires,
    rehearsal: false,
    keys: [...holders, online],
    roles: {
      root: role(holders, 2),
      targets: role([online], 1),
      snapshot: role([online], 1),
      timestamp: role([online], 1),
    },
  });
}
const onlineKey = makeTestKey("ecdsa-sha2-nistp256");

function sha256(bytes: Uint8Array): Sha256Hex {
  const digest = createHash("sha256").update(bytes).digest("hex");
  assert.ok(isSha256Hex(digest));
  return digest;
}
