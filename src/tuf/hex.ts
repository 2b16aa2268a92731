import { Buffer } from "node:buffer";

/**
 * At least one byte in hex, of either case; null for an odd number of digits or for anything that is no digit. (Buffer
 * itself stops reading at the first character that is no digit, and says nothing.)
 */
export function readHex(text: string): Uint8Array | null {
  return text.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(text) ? Buffer.from(text, "hex") : null;
}
