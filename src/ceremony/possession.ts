import { Buffer } from "node:buffer";

/**
 * What a new key signs to prove that somebody holds its private part.
 *
 * Domain-separated: it is no JSON, so that it can never be the signed part of a document, and it names the ceremony
 * and the key, so that a proof can't be carried over. Nothing else but documents is ever signed by a ceremony's key.
 * Shape: three lines of UTF-8, each ended by a line feed; well under every token's input limit.
 */
export function possessionMessage(ceremony: string, key: string): Uint8Array {
  return Buffer.from(`tuf-ceremony proof of possession v1\n${ceremony}\n${key}\n`, "utf8");
}
