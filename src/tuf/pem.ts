/** PEM (RFC 7468) around one DER structure. */

import { Buffer } from "node:buffer";

export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const LINE_END = "[ \\t]*\\r?\\n";
const EMPTY_LINES = `(?:${LINE_END})*`;
const BLOCK = new RegExp(
  `^${EMPTY_LINES}-----BEGIN ([A-Z0-9 ]{1,40})-----${LINE_END}` +
    `((?:[ \\t]*[A-Za-z0-9+/=]+${LINE_END})+)-----END \\1-----${EMPTY_LINES}[ \\t]*$`,
);

/**
 * Exactly one block, nothing but empty lines around it, of strict base64 in lines of any length; else null. Blanks may
 * begin and end a line. OpenSSL reads no other white space, and a key that most verifiers can't read is none.
 */
export function readPem(text: string): PemBlock | null {
  const [, label, body] = BLOCK.exec(text) ?? [];
  if (label === undefined || body === undefined) return null;
  const base64 = body.replace(/\s/g, "");
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? { label, bytes } : null;
}

/** Lines of 64 characters, each ended by one line feed: what OpenSSL writes. */
export function writePem({ label, bytes }: PemBlock): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
