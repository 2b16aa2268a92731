/** PEM (RFC 7468) around one DER structure. */

import { Buffer } from "node:buffer";

export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----\s*$/;

/** Exactly one block with nothing but white space around it, of strict base64 in lines of any length; else null. */
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
