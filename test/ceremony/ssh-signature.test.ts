/** SSH signatures that ssh-keygen made, and everything that is none; ssh-keygen judges beside us. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, test } from "node:test";
import fc from "fast-check";
import { sshKeyProblem } from "../../src/ceremony/ssh-key-line.ts";
import { verifySshSignature } from "../../src/ceremony/ssh-signature.ts";
import { sshString } from "../../src/ceremony/ssh-wire.ts";
import { requires, sshKeygen } from "../support/requires.ts";

const NAMESPACE = "tuf-ceremony-head";
const MESSAGE = new TextEncoder().encode(`${"0123456789abcdef".repeat(4)}\n`);
const BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
const END = "-----END SSH SIGNATURE-----\n";

const home = mkdtempSync(join(tmpdir(), "tuf-ceremony-ssh-"));
after(() => rmSync(home, { recursive: true }));

interface Signer {
  /** `type base64`. */
  readonly line: string;
  readonly sign: (namespace: string, message: Uint8Array, hash?: string) => string;
}

function opensshSigner(name: string, ...options: readonly string[]): Signer {
  const path = join(home, name);
  execFileSync("ssh-keygen", ["-q", ...options, "-N", "", "-C", "", "-f", path]);
  return {
    line: readFileSync(`${path}.pub`, "utf8").trim(),
    sign: (namespace, message, hash = "sha512") =>
      execFileSync("ssh-keygen", ["-Y", "sign", "-O", `hashalg=${hash}`, "-n", namespace, "-f", path], {
        input: message,
        stdio: ["pipe", "pipe", "ignore"],
        encoding: "utf8",
      }),
  };
}

/** A security key made of software: it signs what FIDO devices sign (OpenSSH's PROTOCOL.u2f). */
function securityKey(): Signer {
  const type = "sk-ssh-ed25519@openssh.com";
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const point = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const blob = Buffer.concat([sshString(type), sshString(point), sshString("ssh:")]);
  const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();
  return {
    line: `${type} ${blob.toString("base64")}`,
    sign: (namespace, message, hash = "sha512") => {
      const inside = [sshString(namespace), sshString(""), sshString(hash)];
      const digest = sshString(createHash(hash).update(message).digest());
      const trailer = Buffer.from([0x01, 0, 0, 0, 7]);
      const touched = Buffer.concat([
        sha256("ssh:"),
        trailer,
        sha256(Buffer.concat([Buffer.from("SSHSIG"), ...inside, digest])),
      ]);
      const signature = Buffer.concat([sshString(type), sshString(sign(null, touched, privateKey)), trailer]);
      const version = Buffer.from([0, 0, 0, 1]);
      return armour(
        Buffer.concat([Buffer.from("SSHSIG"), version, sshString(blob), ...inside, sshString(signature)]),
      );
    },
  };
}

function armour(blob: Uint8Array): string {
  const base64 = Buffer.from(blob).toString("base64");
  return `${BEGIN}${base64.replaceAll(/(.{70})(?=.)/g, "$1\n")}\n${END}`;
}

function unarmour(armoured: string): Buffer {
  return Buffer.from(armoured.split("\n").slice(1, -2).join(""), "base64");
}

function accepts(armoured: string, line: string, namespace = NAMESPACE, message = MESSAGE): boolean {
  return verifySshSignature(armoured, line, namespace, message);
}

/** What OpenSSH says of the same. */
function opensshAccepts(armoured: string, line: string, namespace = NAMESPACE, message = MESSAGE): boolean {
  const [signature, allowed] = [join(home, "signature"), join(home, "allowed")];
  writeFileSync(signature, armoured);
  writeFileSync(allowed, `ada ${line}\n`);
  const options = ["-Y", "verify", "-I", "ada", "-n", namespace, "-s", signature, "-f", allowed];
  return spawnSync("ssh-keygen", options, { input: message }).status === 0;
}

const KINDS: Readonly<Record<string, () => Signer>> = {
  ed25519: () => opensshSigner("ed25519", "-t", "ed25519"),
  "ecdsa-sha2-nistp256": () => opensshSigner("p256", "-t", "ecdsa", "-b", "256"),
  "ecdsa-sha2-nistp384": () => opensshSigner("p384", "-t", "ecdsa", "-b", "384"),
  "ssh-rsa, 2048 bits": () => opensshSigner("rsa-2048", "-t", "rsa", "-b", "2048"),
  "ssh-rsa, 3072 bits": () => opensshSigner("rsa-3072", "-t", "rsa", "-b", "3072"),
  "a security key": securityKey,
};

for (const [kind, make] of Object.entries(KINDS)) {
  describe(kind, requires(sshKeygen), () => {
    const signer = make();
    const good = signer.sign(NAMESPACE, MESSAGE);

    for (const hash of ["sha256", "sha512"]) {
      it(`a signature over ${hash} is accepted, by OpenSSH too`, () => {
        const signature = signer.sign(NAMESPACE, MESSAGE, hash);
        assert.equal(sshKeyProblem(signer.line), null);
        assert.equal(accepts(signature, signer.line), true);
        assert.equal(opensshAccepts(signature, signer.line), true);
      });
    }

    it("another message, namespace or key is refused, by OpenSSH too", () => {
      const other = make === securityKey ? securityKey() : opensshSigner(`${kind} other`, "-t", "ed25519");
      for (const [line, namespace, message] of [
        [signer.line, NAMESPACE, MESSAGE.subarray(1)],
        [signer.line, NAMESPACE, new Uint8Array()],
        [signer.line, "file", MESSAGE],
        [signer.line, `${NAMESPACE}\0`, MESSAGE],
        [other.line, NAMESPACE, MESSAGE],
      ] as const) {
        assert.equal(accepts(good, line, namespace, message), false);
        if (!namespace.includes("\0")) assert.equal(opensshAccepts(good, line, namespace, message), false);
      }
    });

    it("any bit that is flipped in it, and any end that is cut off, is refused", () => {
      const blob = unarmour(good);
      assert.equal(armour(blob), good);
      for (let at = 0; at < blob.length; at += 1) {
        const flipped = Uint8Array.from(blob);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
        assert.equal(accepts(armour(flipped), signer.line), false, `byte ${at} of ${blob.length}`);
        assert.equal(accepts(armour(blob.subarray(0, at)), signer.line), false, `${at} bytes`);
      }
      assert.equal(accepts(armour(Buffer.concat([blob, Buffer.alloc(1)])), signer.line), false);
    });

    it("any end of the key that is cut off is refused", () => {
      const [type = "", base64 = ""] = signer.line.split(" ");
      const key = Buffer.from(base64, "base64");
      for (let length = 0; length < key.length; length += 1) {
        const line = `${type} ${key.subarray(0, length).toString("base64")}`;
        assert.equal(accepts(good, line), false);
        // The signature names the key: one that names the same half of a key is no better.
        const halved = Buffer.concat([
          Buffer.from("SSHSIG\0\0\0\u0001", "latin1"),
          sshString(key.subarray(0, length)),
          unarmour(good).subarray(10 + 4 + key.length),
        ]);
        assert.equal(accepts(armour(halved), line), false);
      }
    });
  });
}

describe("armour", requires(sshKeygen), () => {
  const { line, sign: signed } = opensshSigner("armour", "-t", "ed25519");
  const good = signed(NAMESPACE, MESSAGE);
  const body = good.slice(BEGIN.length, -END.length);

  for (const [what, text] of [
    ["as ssh-keygen writes it", good],
    ["without the last line feed", good.slice(0, -1)],
    ["with the line endings of another system", good.replaceAll("\n", "\r\n")],
  ] as const) {
    it(`${what}: accepted`, () => assert.equal(accepts(text, line), true));
  }

  for (const [what, text] of [
    ["nothing", ""],
    ["the body alone", body],
    ["without its begin", `${body}${END}`],
    ["without its end", `${BEGIN}${body}`],
    ["no body", `${BEGIN}${END}`],
    ["an empty line as body", `${BEGIN}\n${END}`],
    ["a word in front", `signature: ${good}`],
    ["a line in front", `\n${good}`],
    ["something behind", `${good}\n`],
    ["twice", `${good}${good}`],
    ["a blank in the body", good.replace(body, body.replace("\n", " \n"))],
    ["base64 for URLs", good.replace(body, `${body.slice(0, -5)}_-_-\n`)],
    ["text behind the padding", good.replace(body, `${body.slice(0, -1)}=hidden+text\n`)],
    ["a mark in front", `\ufeff${good}`],
    ["a public key", line],
    ["a PGP signature", good.replaceAll("SSH SIGNATURE", "PGP SIGNATURE")],
    ["a body that is too long", `${BEGIN}${"A".repeat(20_001)}\n${END}`],
  ] as const) {
    it(`${what}: refused`, () => assert.equal(accepts(text, line), false));
  }

  it("a key line that has no key in it verifies nothing", () => {
    for (const nothing of ["", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519  AAAA", "ssh-ed25519 !!!"])
      assert.equal(accepts(good, nothing), false);
  });
});

describe("what ssh-keygen can make and we don't read", requires(sshKeygen), () => {
  it("P-521 is refused", () => {
    const signer = opensshSigner("p521", "-t", "ecdsa", "-b", "521");
    const signature = signer.sign(NAMESPACE, MESSAGE);
    assert.equal(opensshAccepts(signature, signer.line), true);
    assert.equal(accepts(signature, signer.line), false);
  });
});

test("whatever stands in a key and in a signature by it, the answer is no and never a throw", () => {
  const types = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"];
  const algorithms = [...types, "ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .constantFrom(32, 48, 64, 256)
      .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
    fc
      .constantFrom(65, 97)
      .chain((length) =>
        fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((point) => Buffer.from([4, ...point.slice(1)])),
      ),
    fc.constantFrom(
      Buffer.alloc(0),
      Buffer.from([0]),
      Buffer.from([1]),
      Buffer.from([3]),
      Buffer.from([1, 0, 1]),
    ),
  );
  const strings = fc.array(bytes, { maxLength: 4 });
  fc.assert(
    fc.property(
      fc.constantFrom(...types, "ssh-rsa"),
      strings,
      fc.constantFrom(...algorithms),
      strings,
      fc.uint8Array({ maxLength: 6 }),
      (type, inKey, algorithm, inSignature, rest) => {
        const key = Buffer.concat([type, ...inKey].map(sshString));
        const pair = Buffer.concat(inSignature.map(sshString));
        const signature = Buffer.concat([sshString(algorithm), sshString(pair), rest]);
        const parts = [key, NAMESPACE, "", "sha512", signature].map(sshString);
        const blob = Buffer.concat([Buffer.from("SSHSIG\0\0\0\u0001", "latin1"), ...parts]);
        assert.equal(accepts(armour(blob), `${type} ${key.toString("base64")}`), false);
      },
    ),
    { numRuns: 2000 },
  );
});
