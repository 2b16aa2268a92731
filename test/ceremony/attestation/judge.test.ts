/** Every way in which the attestation of a key can fail, on made-up chains. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { relevantCertificates } from "../../../src/ceremony/attestation/judge.ts";
import { openssl, requires } from "../../support/requires.ts";
import { authority, makeCertificate, makePair, toPem } from "./certificates.ts";
import { type Changes, failing, MadeUpDevice, profileOf } from "./made-up.ts";

const hsm = new MadeUpDevice("yubihsm");
const piv = new MadeUpDevice("piv");
const NAMES = '"YubiHSM Attestation id:0x0003" < "YubiHSM Attestation (13200461)"';

function failingOf(changes: Changes, format: "yubihsm" | "piv" = "yubihsm"): readonly string[] {
  return failing(new MadeUpDevice(format, changes).judge());
}

describe("a made-up chain", () => {
  it("holds in every part", requires(openssl), () => {
    for (const device of [hsm, piv]) {
      const judgement = device.judge();
      assert.deepEqual(failing(judgement), []);
      assert.ok(judgement.holds);
      assert.equal(judgement.chain.length, 3);
      assert.ok(opensslVerifies(device));
    }
    assert.equal(hsm.judge().parts.length, 10);
    assert.equal(piv.judge().parts.length, 10);
  });

  it("holds in whatever order its certificates come, and beside others", () => {
    const others = [...piv.certificates, ...new MadeUpDevice("yubihsm").certificates];
    for (const certificates of [[...hsm.certificates].reverse(), [...others, ...hsm.certificates]])
      assert.deepEqual(failing(hsm.judge({ certificates })), []);
  });
});

describe("chain", () => {
  it("is refused without the root, without the device, and below another root of the same name", () => {
    const { leaf, device } = hsm;
    assert.deepEqual(failing(hsm.judge({ certificates: [leaf, device] })), [
      `chain: ${NAMES}; issuer-missing "Made-up Root CA"`,
    ]);
    assert.deepEqual(failing(hsm.judge({ certificates: [leaf] })), [
      'chain: "YubiHSM Attestation id:0x0003"; issuer-missing "YubiHSM Attestation (13200461)"',
    ]);
    const other = new MadeUpDevice("yubihsm");
    assert.deepEqual(failing(hsm.judge({ certificates: [leaf, device, other.root] })), [
      `chain: ${NAMES}; signature "YubiHSM Attestation (13200461)"`,
    ]);
    assert.deepEqual(failing(hsm.judge({ requirement: { roots: other.requirement.roots } })), [
      `chain: ${NAMES} < "Made-up Root CA"; other-root "Made-up Root CA"`,
    ]);
  });

  it("is refused with a changed signature, and below a device that did not sign", () => {
    const leaf = Buffer.from(hsm.leaf);
    leaf.writeUInt8(leaf.readUInt8(leaf.length - 1) ^ 1, leaf.length - 1);
    const signature = 'chain: "YubiHSM Attestation id:0x0003"; signature "YubiHSM Attestation id:0x0003"';
    assert.deepEqual(failing(hsm.judge({ certificates: [leaf, hsm.device, hsm.root] })), [signature]);
    const other = new MadeUpDevice("yubihsm");
    assert.deepEqual(failing(hsm.judge({ certificates: [hsm.leaf, other.device, hsm.root] })), [signature]);
  });

  it("is refused below one that is no authority, or may not stand above others", () => {
    assert.deepEqual(failingOf({ device: { extensions: [] } }), [
      'chain: "YubiHSM Attestation id:0x0003"; not-an-authority "YubiHSM Attestation (13200461)"',
    ]);
    assert.deepEqual(failingOf({ device: { extensions: [authority(null, false)] } }), [
      'chain: "YubiHSM Attestation id:0x0003"; not-an-authority "YubiHSM Attestation (13200461)"',
    ]);
    const keyUsage = { oid: "2.5.29.15", critical: true, value: Buffer.from("03020780", "hex") };
    assert.deepEqual(failingOf({ device: { extensions: [authority(0), keyUsage] } }), [
      'chain: "YubiHSM Attestation id:0x0003"; not-an-authority "YubiHSM Attestation (13200461)"',
    ]);
    assert.deepEqual(failingOf({ root: { extensions: [authority(0)] } }), [
      `chain: ${NAMES}; path-length "Made-up Root CA"`,
    ]);
  });

  it("is refused where a key's certificate has signed another key's", () => {
    const stolen = makePair();
    const extensions = new MadeUpDevice("yubihsm");
    const leaf = makeCertificate({
      subject: "YubiHSM Attestation id:0x0004",
      issuer: "YubiHSM Attestation id:0x0003",
      publicKey: stolen.publicKey,
      signer: hsm.key.privateKey,
      extensions: [{ oid: "1.3.6.1.4.1.41482.4.3", value: Buffer.from("03020001", "hex") }],
    });
    const spoof = {
      ...hsm.judge({ certificates: [leaf, ...extensions.certificates.slice(1), ...hsm.certificates] }),
    };
    // The genuine certificate is about the key, and is the one that is judged.
    assert.ok(spoof.holds);
    const alone = hsm.judge({ certificates: [leaf, ...hsm.certificates], publicKey: publicKeyOf(stolen) });
    assert.match(failing(alone)[0] ?? "", /not-an-authority "YubiHSM Attestation id:0x0003"/);
  });

  it("is refused before it is valid and after it has expired, whichever certificate that is", () => {
    for (const which of ["leaf", "device", "root"] as const) {
      assert.match(failingOf({ [which]: { notAfter: "20261204095959Z" } })[0] ?? "", /^chain: .*; expired "/);
      assert.match(
        failingOf({ [which]: { notBefore: "20261204100001Z" } })[0] ?? "",
        /^chain: .*; not-yet-valid "/,
      );
      assert.deepEqual(failingOf({ [which]: { notAfter: "20261204100000Z" } }), []);
    }
  });

  it("is refused where it goes round in a circle", () => {
    const [one, two] = [makePair(), makePair()];
    const circle = [
      {
        subject: "YubiHSM Attestation (13200461)",
        issuer: "B",
        publicKey: hsm.devicePair.publicKey,
        signer: one.privateKey,
      },
      { subject: "B", issuer: "C", publicKey: one.publicKey, signer: two.privateKey },
      { subject: "C", issuer: "B", publicKey: two.publicKey, signer: one.privateKey },
    ].map((spec) => makeCertificate({ ...spec, extensions: [authority()] }));
    assert.match(failing(hsm.judge({ certificates: [hsm.leaf, ...circle] }))[0] ?? "", /; too-long "[BC]"$/);
  });
});

describe("what it is about", () => {
  it("is refused for another key, also one of the same device", () => {
    const other = new MadeUpDevice("yubihsm");
    const [found] = failing(hsm.judge({ publicKey: other.publicKey }));
    assert.match(found ?? "", /^key: [0-9a-f]{64}$/);
    const third = makePair("secp384r1");
    const foreign = makeCertificate({
      subject: "YubiHSM Attestation id:0x0003",
      issuer: "YubiHSM Attestation (13200461)",
      publicKey: third.publicKey,
      signer: hsm.devicePair.privateKey,
      extensions: [{ oid: "1.3.6.1.4.1.41482.4.3", value: Buffer.from("03020001", "hex") }],
    });
    assert.match(
      failing(hsm.judge({ certificates: [foreign, hsm.device, hsm.root] }))[0] ?? "",
      /^key: spki [0-9a-f]{64}$/,
    );
  });

  it("is refused for another serial number, one that is no number, and none", () => {
    assert.deepEqual(failing(hsm.judge({ serial: "13200462" })), ["serial: 13200461"]);
    assert.deepEqual(failing(hsm.judge({ serial: "13200461x" })), ["serial: 13200461"]);
    assert.deepEqual(failingOf({ statement: { 2: null } }), ["serial: absent"]);
    assert.deepEqual(failingOf({ statement: { 2: "02 04 80 c9 6c 4d" } }), ["serial: absent"]);
    assert.deepEqual(failing(piv.judge({ serial: "13078779" })), ["serial: 13078778"]);
  });

  it("is refused for a key that was imported, or that can leave", () => {
    assert.deepEqual(failingOf({ statement: { 3: "03 02 00 02" } }), ["origin: imported"]);
    assert.deepEqual(failingOf({ statement: { 3: "03 02 00 11" } }), [
      "origin: generated, then imported under wrap",
    ]);
    assert.deepEqual(failingOf({ statement: { 3: "03 02 00 03" } }), ["origin: 0x3"]);
    assert.deepEqual(failingOf({ statement: { 3: "03 03 00 00 01" } }), ["origin: absent"]);
    assert.deepEqual(failingOf({ statement: { 5: "03 09 00 00 00 00 00 00 01 00 80" } }), [
      "export: under-wrap",
      "capabilities: sign-ecdsa exportable-under-wrap",
    ]);
  });

  it("is refused for other capabilities than signing by its scheme", () => {
    assert.deepEqual(failingOf({ statement: { 5: "03 09 00 00 00 00 00 00 00 08 80" } }), [
      "capabilities: sign-ecdsa derive-ecdh",
    ]);
    assert.deepEqual(failingOf({ statement: { 5: "03 09 00 00 00 00 00 00 00 01 00" } }), [
      "capabilities: sign-eddsa",
    ]);
    assert.deepEqual(failingOf({ statement: { 5: "03 09 00 80 00 00 00 00 00 00 80" } }), [
      "capabilities: sign-ecdsa bit-63",
    ]);
    assert.deepEqual(failingOf({ statement: { 5: null } }), ["export: absent", "capabilities: absent"]);
  });

  it("is refused for other domains, where the script says which", () => {
    assert.deepEqual(failing(hsm.judge({ requirement: { domains: [1] } })), []);
    assert.deepEqual(failing(hsm.judge({ requirement: { domains: [1, 2] } })), ["domains: 1"]);
    const both = new MadeUpDevice("yubihsm", { statement: { 4: "03 03 00 80 01" } });
    assert.deepEqual(failing(both.judge({ requirement: { domains: [16, 1] } })), []);
    assert.deepEqual(failing(both.judge({ requirement: { domains: [1] } })), ["domains: 1 16"]);
    assert.deepEqual(failingOf({ statement: { 4: "03 03 00 00 00" } }), ["domains: none"]);
  });

  it("is refused for firmware below the floor, of the script or of the profile", () => {
    assert.deepEqual(failingOf({ statement: { 1: "04 03 02 03 ff" } }), ["firmware: 2.3.255"]);
    assert.deepEqual(failing(hsm.judge({ requirement: { firmware: "2.4.1" } })), ["firmware: 2.4.0"]);
    assert.deepEqual(failing(hsm.judge({ requirement: { firmware: "10.0.0" } })), ["firmware: 2.4.0"]);
    assert.deepEqual(failingOf({ statement: { 3: "05 06 09" } }, "piv"), ["firmware: 5.6.9"]);
    assert.deepEqual(failingOf({ statement: { 3: "05 07" } }, "piv"), ["firmware: absent"]);
  });

  it("is refused for a PIN or a touch that is asked for less often than the script wants", () => {
    const weak = new MadeUpDevice("piv", { statement: { 8: "02 01" } });
    assert.deepEqual(failing(weak.judge()), []);
    assert.deepEqual(failing(weak.judge({ requirement: { pin: "always", touch: "cached" } })), [
      "pin: once",
      "touch: never",
    ]);
    assert.deepEqual(failingOf({ statement: { 8: "01 02" } }, "piv"), ["pin: never"]);
    assert.deepEqual(failingOf({ statement: { 8: "04 03" } }, "piv"), ["pin: fingerprint-once"]);
    assert.deepEqual(failingOf({ statement: { 8: "09 09" } }, "piv"), ["pin: 0x9", "touch: 0x9"]);
    const cached = new MadeUpDevice("piv", { statement: { 8: "03 03" } });
    assert.deepEqual(failing(cached.judge({ requirement: { touch: "cached" } })), []);
    assert.deepEqual(failing(cached.judge({ requirement: { touch: "always" } })), ["touch: cached"]);
  });
});

describe("what nobody here can read", () => {
  it("is refused: an extension of nobody's, of another product, and a critical one", () => {
    const extension = { oid: "1.3.6.1.4.1.41482.4.77", value: Buffer.from("0500", "hex") };
    assert.deepEqual(failingOf({ more: [extension] }), ['extensions: "1.3.6.1.4.1.41482.4.77"']);
    assert.deepEqual(failingOf({ more: [{ ...extension, oid: "1.3.6.1.4.1.41482.3.8" }] }), [
      'extensions: "1.3.6.1.4.1.41482.3.8"',
    ]);
    assert.deepEqual(
      failingOf({
        more: [{ oid: "1.3.6.1.4.1.41482.4.10", value: Buffer.from("0101ff", "hex"), critical: true }],
      }),
      ['extensions: "1.3.6.1.4.1.41482.4.10"'],
    );
    assert.deepEqual(
      failingOf({ device: { extensions: [authority(0), { ...extension, oid: "1.2.3.4" }] } }),
      ['extensions: "1.2.3.4"'],
    );
  });

  it("is refused: another maker's statement, and that of another product", () => {
    assert.deepEqual(
      failingOf({
        leaf: { extensions: [{ oid: "1.3.6.1.4.1.99999.4.3", value: Buffer.from("03020001", "hex") }] },
      }),
      [`certificate: ${NAMES.replace(" < ", ", ")}, "Made-up Root CA"`],
    );
    assert.deepEqual(failing(hsm.judge({ certificates: piv.certificates })), [
      'certificate: "YubiKey PIV Attestation 9c", "Yubico PIV Attestation", "Made-up Root CA"',
    ]);
    assert.deepEqual(failing(hsm.judge({ certificates: [] })), ["certificate: absent"]);
  });

  it("is refused: an extension twice, two algorithms, another version, bytes behind, BER, a huge one, too many", () => {
    const [extra] = hsm.leaf.subarray(0, 1);
    assert.equal(extra, 0x30);
    const problems: readonly (readonly [RegExp, readonly Uint8Array[]])[] = [
      [
        /: the extension 1\.3\.6\.1\.4\.1\.41482\.4\.3 twice$/,
        leafWith({ more: [{ oid: "1.3.6.1.4.1.41482.4.3", value: Buffer.from("03020001", "hex") }] }),
      ],
      [
        /: two signature algorithms that differ$/,
        leafWith({ leaf: { innerAlgorithm: "1.2.840.10045.4.3.3" } }),
      ],
      [/: no certificate in DER$/, leafWith({ leaf: { version: 1 } })],
      [/: no certificate in DER$/, [Buffer.concat([hsm.leaf, Buffer.from([0])])]],
      [/: no certificate in DER$/, [hsm.leaf.subarray(0, 200)]],
      [/: no certificate in DER$/, [Buffer.from("hello")]],
      [/: (an encoding that is not DER|no certificate in DER)$/, [longerLength(hsm.leaf)]],
      [/: 20000 bytes, more than 16384$/, [Buffer.alloc(20_000)]],
      [/: 33 certificates, more than 32$/, Array.from({ length: 33 }, () => hsm.leaf)],
    ];
    for (const [expected, certificates] of problems) {
      const [found, ...rest] = failing(hsm.judge({ certificates }));
      assert.match(`: ${found?.replace("certificate: ", "") ?? ""}`, expected);
      assert.deepEqual(rest, []);
    }
  });

  it("is refused whatever single byte of the key's certificate is changed", () => {
    for (const at of hsm.leaf.keys()) {
      const leaf = Buffer.from(hsm.leaf);
      leaf.writeUInt8(leaf.readUInt8(at) ^ 0x04, at);
      assert.equal(hsm.judge({ certificates: [leaf, hsm.device, hsm.root] }).holds, false, `byte ${at}`);
    }
  });
});

describe("of all certificates on a token", () => {
  it("those of the attestation are kept, and what nobody can read", () => {
    const garbage = Buffer.from("0500", "hex");
    const other = makePair();
    const stray = makeCertificate({
      subject: "Mail",
      issuer: "Mail CA",
      publicKey: other.publicKey,
      signer: other.privateKey,
    });
    const kept = relevantCertificates([stray, garbage, ...hsm.certificates], profileOf("yubihsm"));
    assert.deepEqual(kept, [garbage, ...hsm.certificates]);
  });
});

function leafWith(changes: Changes): readonly Uint8Array[] {
  const device = new MadeUpDevice("yubihsm", changes);
  return device.certificates;
}

/** The length of the outermost element in one byte more than it needs. */
function longerLength(der: Uint8Array): Buffer {
  const [tag = 0, , high = 0, low = 0] = der;
  return Buffer.concat([Buffer.from([tag, 0x83, 0, high, low]), der.subarray(4)]);
}

function publicKeyOf(pair: ReturnType<typeof makePair>) {
  const device = new MadeUpDevice("yubihsm");
  return { ...device.publicKey, public: pair.publicKey.export({ type: "spki", format: "pem" }).toString() };
}

function opensslVerifies({ root, device, leaf }: MadeUpDevice): boolean {
  const folder = mkdtempSync(join(tmpdir(), "attestation-"));
  const write = (name: string, der: Uint8Array) => writeFileSync(join(folder, name), toPem(der));
  write("root.pem", root);
  write("device.pem", device);
  write("leaf.pem", leaf);
  const options = ["-ignore_critical", "-CAfile", "root.pem", "-untrusted", "device.pem", "leaf.pem"];
  return spawnSync("openssl", ["verify", ...options], { cwd: folder }).status === 0;
}
