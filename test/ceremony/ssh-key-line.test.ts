import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { sshKeyProblem } from "../../src/ceremony/ssh-key-line.ts";

function string(bytes: Uint8Array | string): Buffer {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

const blob = (...strings: readonly (Uint8Array | string)[]) =>
  Buffer.concat(strings.map(string)).toString("base64");
const point = Buffer.from(
  generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "",
  "base64url",
);
const good = `ssh-ed25519 ${blob("ssh-ed25519", point)}`;

for (const [name, line, problem] of [
  ["a key", good, null],
  ["a key with a comment", `${good} ada@example.org, on her laptop`, null],
  ["an ECDSA key", `ecdsa-sha2-nistp256 ${blob("ecdsa-sha2-nistp256", "nistp256", Buffer.alloc(65))}`, null],
  ["nothing", "", /begin with/],
  ["a private key's first line", "-----BEGIN OPENSSH PRIVATE KEY-----", /begin with/],
  ["a type that is too old", `ssh-dss ${blob("ssh-dss", "x")}`, /begin with/],
  ["no key", "ssh-ed25519", /no base64/],
  ["no base64", "ssh-ed25519 AAAA!", /no base64/],
  ["base64 of another type", `ssh-rsa ${blob("ssh-ed25519", point)}`, /another type/],
  ["a key that is cut off", `ssh-ed25519 ${good.slice(12, 60)}`, /cut off/],
  ["a key with something behind it", `ssh-ed25519 ${blob("ssh-ed25519", point, "x")}`, /not 32 bytes/],
  ["a key of 31 bytes", `ssh-ed25519 ${blob("ssh-ed25519", point.subarray(1))}`, /not 32 bytes/],
  ["a type and no key", `ssh-rsa ${blob("ssh-rsa")}`, /without a key/],
] as const) {
  test(`${name}: ${problem === null ? "accepted" : "refused"}`, () => {
    const found = sshKeyProblem(line);
    if (problem === null) assert.equal(found, null);
    else assert.match(found ?? "", problem);
  });
}
