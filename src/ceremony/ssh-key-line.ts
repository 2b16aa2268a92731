/** The form of an OpenSSH public key line: `type base64 comment`; the base64 repeats the type (RFC 4253 §6.6). */
import { Buffer } from "node:buffer";

const TYPES = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ssh-rsa",
  "sk-ssh-ed25519@openssh.com",
];

/** What is wrong with the line, or null. */
export function sshKeyProblem(line: string): string | null {
  const [type = "", base64 = ""] = line.split(" ");
  if (!TYPES.includes(type)) return `a line that does not begin with one of ${TYPES.join(", ")}`;
  const blob = Buffer.from(base64, "base64");
  if (blob.length === 0 || blob.toString("base64") !== base64) return "a second word that is no base64";
  const strings = stringsIn(blob);
  if (strings === null) return "base64 that is cut off or has something behind the key";
  if (strings[0]?.toString("latin1") !== type) return "base64 of a key of another type than the first word";
  if (type === "ssh-ed25519" && (strings.length !== 2 || strings[1]?.length !== 32)) {
    return "an Ed25519 key that is not 32 bytes";
  }
  return strings.length < 2 ? "base64 without a key" : null;
}

/** A key blob is a row of strings, each behind its length in four bytes; null: it is not. */
function stringsIn(blob: Buffer): readonly Buffer[] | null {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    strings.push(blob.subarray(at + 4, end));
    at = end;
  }
  return strings;
}
