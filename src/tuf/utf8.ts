/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates. A byte order mark is a character like any other. */

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Null where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Where the first invalid sequence begins. Decoding with replacements keeps everything before it as it was. */
export function findInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  const repaired = new TextEncoder().encode(decoder.decode(bytes));
  const difference = bytes.findIndex((byte, index) => repaired[index] !== byte);
  return difference === -1 ? bytes.length : difference;
}
