/** Certificates in files: which are found for a key, and which are refused. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { findCertificates, readCertificateFile } from "../../src/live/attestation-files.ts";
import { toPem } from "../ceremony/attestation/certificates.ts";
import { MadeUpDevice, profileOf } from "../ceremony/attestation/made-up.ts";

const device = new MadeUpDevice("yubihsm");
const profile = profileOf("yubihsm");
const [leaf, own, root] = [device.leaf, device.device, device.root].map((der) => der.toString("base64"));

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "attestations-"));
  mkdirSync(join(folder, "root-ada"));
  mkdirSync(join(folder, "root-grace"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

describe("certificates in files", () => {
  it("are those of the key's folder and those for all, in DER and PEM, several in one file", () => {
    const folder = folderWith({
      "root-ada/key.der": device.leaf,
      "root-ada/README.txt": "not looked at",
      "root-ada/chain.pem": `some text\n${toPem(device.device)}${toPem(device.device)}`,
      "root-grace/other.der": new MadeUpDevice("yubihsm").leaf,
      "maker.crt": toPem(device.root),
    });
    const found = findCertificates("root-ada", profile, [], folder);
    assert.deepEqual([...found].sort(), [leaf, own, root].sort());
  });

  it("are added to those of the token", () => {
    const folder = folderWith({ "maker.pem": toPem(device.root) });
    const found = findCertificates("root-ada", profile, [device.leaf, device.device], folder);
    assert.deepEqual([...found].sort(), [leaf, own, root].sort());
  });

  it("none: says where they must be and what makes them", () => {
    for (const folder of [null, folderWith({}), join(tmpdir(), "there-is-none")])
      assert.throws(() => findCertificates("root-ada", profile, [], folder), { code: "attestation/none" });
  });

  it("one that is not there can't be taken away: its name is wrong", () => {
    assert.throws(() => readCertificateFile(join(tmpdir(), "nothere.pem")), {
      code: "attestation/file",
      remedy: "Correct the file's name.",
    });
  });

  it("one that can't be read, is none, or is endless: is refused by name", () => {
    const endless = folderWith({});
    symlinkSync("/dev/zero", join(endless, "root-ada", "zero.pem"));
    // A link is no file of the folder, and not followed.
    assert.throws(() => findCertificates("root-ada", profile, [], endless), { code: "attestation/none" });
    for (const content of [
      "nothing",
      "-----BEGIN CERTIFICATE-----\nA?==\n-----END CERTIFICATE-----\n",
      Buffer.alloc(100_000),
    ])
      assert.throws(
        () => findCertificates("root-ada", profile, [], folderWith({ "root-ada/key.pem": content })),
        { code: "attestation/file" },
      );
  });
});
