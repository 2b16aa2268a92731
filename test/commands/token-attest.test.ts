/** `token attest --verify` on published certificates, as people start it. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SHIPPED_ROOTS } from "../../src/ceremony/attestation/roots.ts";
import { fixtures, fixturesFolder, requires } from "../support/requires.ts";
import { assertPlain, assertRefused, start } from "./command-line.ts";

const there = requires(fixtures);
const PSF = join(fixturesFolder, "attestation/psf-2020/0013200461/0013200461");
const PIV = join(fixturesFolder, "attestation/sigstore-piv/13078778/13078778");
const ROOTS = SHIPPED_ROOTS.flatMap(({ sha256 }) => ["--root", sha256]);

const yubikey = [
  ...["token", "attest", "--verify", `${PIV}_key_cert.pem`, `${PIV}_device_cert.pem`],
  ...["--key", `${PIV}_pubkey.pem`, "--device", "yubikey", "--serial", "13078778", ...ROOTS],
];
const yubihsm = [
  ...["token", "attest", "--verify", `${PSF}_cert.der`, `${PSF}_root_attestation.der`],
  ...["--key", `${PSF}_root_pubkey.pem`, "--device", "yubihsm2", "--serial", "0013200461", ...ROOTS],
];

test("a YubiKey for somebody who takes its firmware: every part holds, exit 0", there, () => {
  const { status, out, error } = start(
    ...yubikey,
    "--firmware",
    "5.2.0",
    "--pin",
    "always",
    "--touch",
    "always",
  );
  assert.deepEqual([status, error], [0, ""]);
  assertPlain(out);
  assert.match(out, /^ {2}yes {2}Serial {6}13078778$/m);
  assert.match(out, /^ {2}yes {2}Firmware {4}5\.2\.6, at least 5\.2\.0$/m);
  assert.match(out, /\n\nEvery part holds\.\n$/);
  assert.doesNotMatch(out, /^ {2}NO/m);
  for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
});

test("the same for everybody else: its firmware leaks, exit 1", there, () => {
  const { status, out } = start(...yubikey);
  assert.equal(status, 1);
  assert.deepEqual(out.match(/^ {2}NO .*$/gm), ["  NO   Firmware    5.2.6, older than 5.7.0"]);
  assert.match(out, /NOT ATTESTED/);
});

test("the YubiHSM of 2020: says whose certificate was never published, and what holds", there, () => {
  const { status, out } = start(...yubihsm, "--domains", "1");
  assert.equal(status, 1);
  assert.match(
    out.replace(/\n +/g, " "),
    /the certificate of its signer, "Yubico YubiHSM 6742036 Sub-CA", is not there/,
  );
  for (const holds of ["Public key", "Serial", "Key was", "Export", "May do", "Domains", "Extensions"])
    assert.match(out, new RegExp(`^ {2}yes {2}${holds} `, "m"));
});

test("--json has every part and the chain", there, () => {
  const { status, out } = start(...yubihsm, "--json");
  assert.equal(status, 1);
  const document = JSON.parse(out);
  assert.equal(document.holds, false);
  assert.deepEqual(document.parts[4], {
    part: "origin",
    holds: true,
    expected: "generated",
    found: "generated",
  });
  assert.equal(document.chain.length, 2);
});

test("at a time when the certificates were not valid it is refused", there, () => {
  const { out } = start(...yubikey, "--at", "2016-03-13T23:59:59Z", "--firmware", "5.2.0");
  assert.match(out, /"YubiKey PIV Attestation 9c" is\s+not valid yet/);
});

test("wrong options and files are refused, each with a remedy", there, () => {
  const folder = mkdtempSync(join(tmpdir(), "attest-"));
  const nonsense = join(folder, "nonsense.pem");
  writeFileSync(nonsense, "nothing\n");
  const without = (name: string) => {
    const at = yubikey.indexOf(name);
    return [...yubikey.slice(0, at), ...yubikey.slice(at + 2)];
  };
  const rootless = yubikey.slice(0, yubikey.indexOf("--root"));
  assertRefused(rootless, 2, "cli/option");
  assertRefused([...rootless, "--root", "63ECE9"], 2, "cli/option");
  assertRefused([...yubikey, "--firmware", "5.7"], 2, "cli/option");
  assertRefused([...yubikey, "--domains", "17"], 2, "cli/option");
  assertRefused([...yubikey, "--pin", "sometimes"], 2, "cli/option");
  assertRefused([...yubikey, "--at", "yesterday"], 2, "cli/option");
  assertRefused([...without("--device"), "--device", "luna7"], 2, "attestation/device");
  assertRefused([...without("--key"), "--key", join(folder, "none.pem")], 2, "attestation/key-file");
  assertRefused([...without("--key"), "--key", nonsense], 1, "key/not-a-public-pem");
  assertRefused([...yubikey, "--verify", nonsense], 1, "attestation/file");
  assertRefused([...yubikey, "--verify", join(folder, "none.pem")], 1, "attestation/file");
});
