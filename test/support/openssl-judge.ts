/** Somebody else's verdict on a signature: the `openssl` command, a process of its own for every question. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PublicKey, Scheme } from "../../src/tuf/types.ts";

const OPTIONS: Readonly<Record<Scheme, readonly string[]>> = {
  ed25519: [],
  "ecdsa-sha2-nistp256": ["-digest", "sha256"],
  "ecdsa-sha2-nistp384": ["-digest", "sha384"],
  "rsassa-pss-sha256": [
    ...["-digest", "sha256", "-pkeyopt", "rsa_padding_mode:pss"],
    ...["-pkeyopt", "rsa_pss_saltlen:32", "-pkeyopt", "rsa_mgf1_md:sha256"],
  ],
};

/** SubjectPublicKeyInfo as PEM, made by the command for Ed25519 too. */
export function spkiPem(key: PublicKey): string {
  if (key.keytype !== "ed25519") return key.public;
  const der = Buffer.from(`302a300506032b6570032100${key.public}`, "hex");
  return execFileSync("openssl", ["pkey", "-pubin", "-inform", "DER"], { input: der, encoding: "utf8" });
}

/** True where `openssl pkeyutl -verify` accepts the signature (hex). */
export function judge(key: PublicKey, payload: Uint8Array, sig: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "openssl-judge-"));
  try {
    const [keyFile, payloadFile, sigFile] = ["key.pem", "payload", "sig"].map((name) => join(folder, name));
    if (keyFile === undefined || payloadFile === undefined || sigFile === undefined) return false;
    writeFileSync(keyFile, spkiPem(key));
    writeFileSync(payloadFile, payload);
    writeFileSync(sigFile, Buffer.from(sig, "hex"));
    const files = ["-inkey", keyFile, "-in", payloadFile, "-sigfile", sigFile];
    const verify = spawnSync("openssl", [
      "pkeyutl",
      "-verify",
      "-pubin",
      "-rawin",
      ...files,
      ...OPTIONS[key.scheme],
    ]);
    return verify.status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
