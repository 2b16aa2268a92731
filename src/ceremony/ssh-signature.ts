/**
 * SSH signatures as `ssh-keygen -Y sign` makes them (OpenSSH PROTOCOL.sshsig), verified against one public key line.
 *
 * Ed25519 and ECDSA on P-256 and P-384, on files or on security keys (Ed25519), and RSA with SHA-2.
 */
import { Buffer } from "node:buffer";
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { SshReader, sshString } from "./ssh-wire.ts";

const MAGIC = Buffer.from("SSHSIG", "ascii");
const VERSION = 1;
const ARMOUR = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]{1,20000})\n-----END SSH SIGNATURE-----\n?$/;

/** Whether the armoured signature is by the key of this line, for this namespace, over this message. */
export function verifySshSignature(
  armoured: string,
  keyLine: string,
  namespace: string,
  message: Uint8Array,
): boolean {
  const body = ARMOUR.exec(armoured.replaceAll("\r\n", "\n"))?.[1];
  const keyBlob = Buffer.from(keyLine.split(" ")[1] ?? "", "base64");
  if (body === undefined || keyBlob.length === 0) return false;
  const base64 = body.replaceAll("\n", "");
  const blob = Buffer.from(base64, "base64");
  if (blob.toString("base64") !== base64) return false; // Node passes over what is no base64
  const reader = new SshReader(blob);
  if (reader.take(MAGIC.length)?.equals(MAGIC) !== true || reader.uint32() !== VERSION) return false;
  const isOurs = reader.string()?.equals(keyBlob) === true && reader.text() === namespace;
  const reserved = reader.string();
  const hashName = reader.text();
  const signature = reader.string();
  if (!isOurs || reserved === null || signature === null || !reader.isAtEnd) return false;
  if (hashName !== "sha512" && hashName !== "sha256") return false;
  const signed = Buffer.concat([
    MAGIC,
    sshString(namespace),
    sshString(reserved),
    sshString(hashName),
    sshString(createHash(hashName).update(message).digest()),
  ]);
  return verifyBlob(keyBlob, signature, signed);
}

function verifyBlob(keyBlob: Buffer, signature: Buffer, signed: Buffer): boolean {
  const key = new SshReader(keyBlob);
  const type = key.text();
  const reader = new SshReader(signature);
  const algorithm = reader.text();
  const sig = reader.string();
  if (sig === null) return false;
  switch (type) {
    case "ssh-ed25519":
      return algorithm === type && reader.isAtEnd && verifyWith(ed25519Key(key.string()), null, signed, sig);
    case "sk-ssh-ed25519@openssh.com": {
      const point = ed25519Key(key.string());
      const application = key.string();
      const trailer = reader.take(5);
      if (algorithm !== type || application === null || trailer === null || !reader.isAtEnd) return false;
      const touched = Buffer.concat([sha256(application), trailer, sha256(signed)]);
      return verifyWith(point, null, touched, sig);
    }
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384": {
      const [curve, hash, bytes] =
        type === "ecdsa-sha2-nistp256"
          ? (["P-256", "sha256", 32] as const)
          : (["P-384", "sha384", 48] as const);
      key.string();
      const raw = rawEcdsa(sig, bytes);
      if (algorithm !== type || raw === null || !reader.isAtEnd) return false;
      return verifyWith(ecKey(curve, bytes, key.string()), hash, signed, raw);
    }
    case "ssh-rsa": {
      if (algorithm !== "rsa-sha2-512" && algorithm !== "rsa-sha2-256") return false;
      const hash = algorithm === "rsa-sha2-512" ? "sha512" : "sha256";
      return reader.isAtEnd && verifyWith(rsaKey(key.string(), key.string()), hash, signed, sig);
    }
    default:
      return false;
  }
}

function verifyWith(key: KeyObject | null, hash: string | null, data: Buffer, signature: Buffer): boolean {
  if (key === null) return false;
  return verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, signature);
}

function ed25519Key(point: Buffer | null): KeyObject | null {
  if (point?.length !== 32) return null;
  return fromJwk({ kty: "OKP", crv: "Ed25519", x: point.toString("base64url") });
}

function ecKey(curve: string, bytes: number, point: Buffer | null): KeyObject | null {
  if (point?.length !== 1 + 2 * bytes || point[0] !== 0x04) return null;
  const x = point.subarray(1, 1 + bytes).toString("base64url");
  const y = point.subarray(1 + bytes).toString("base64url");
  return fromJwk({ kty: "EC", crv: curve, x, y });
}

function rsaKey(exponent: Buffer | null, modulus: Buffer | null): KeyObject | null {
  if (exponent === null || modulus === null) return null;
  return fromJwk({ kty: "RSA", e: exponent.toString("base64url"), n: modulus.toString("base64url") });
}

function fromJwk(key: Record<string, string>): KeyObject | null {
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch (error) {
    // OpenSSL refuses points that are not on their curve: then nothing is signed by such a key.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

/** r and s as two numbers of fixed length, from two SSH integers. */
function rawEcdsa(sig: Buffer, bytes: number): Buffer | null {
  const reader = new SshReader(sig);
  const parts = [reader.string(), reader.string()].map((part) => {
    const digits = part?.[0] === 0 ? part.subarray(1) : part;
    return digits === null || digits === undefined || digits.length > bytes
      ? null
      : Buffer.concat([Buffer.alloc(bytes - digits.length), digits]);
  });
  const [r, s] = parts;
  return r && s && reader.isAtEnd ? Buffer.concat([r, s]) : null;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
