/** A SHA-256 as people type it from paper: in groups or in one piece, upper or lower case. */
import { isSha256Hex, type Sha256Hex } from "../tuf/types.ts";
import { quotedOption } from "./options.ts";

export function readDigest(option: string, typed: string): Sha256Hex {
  const digest = typed.replaceAll(/[\s:-]/g, "").toLowerCase();
  if (isSha256Hex(digest)) return digest;
  throw quotedOption(`${option}: 64 hex digits, in groups or not`, typed);
}
