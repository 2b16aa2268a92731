/**
 * The few pieces of DER (X.690) that public keys and ECDSA signatures are made of.
 *
 * Readers answer null for anything that is not exactly DER: a longer length than needed, a padded or negative
 * integer, bytes left over. Each value then has one spelling only.
 */

import { Buffer } from "node:buffer";

export const DerTag = { integer: 0x02, bitString: 0x03, null: 0x05, oid: 0x06, sequence: 0x30 } as const;

export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Every element of `bytes`, which they must fill exactly. */
export function readElements(bytes: Uint8Array): readonly DerElement[] | null {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = readHeader(bytes, at);
    if (header === null || header.end > bytes.length) return null;
    elements.push({ tag: header.tag, content: bytes.subarray(header.start, header.end) });
    at = header.end;
  }
  return elements;
}

/** The elements of a SEQUENCE that fills `bytes` exactly. */
export function readSequence(bytes: Uint8Array): readonly DerElement[] | null {
  const elements = readElements(bytes);
  const [sequence] = elements ?? [];
  if (elements?.length !== 1 || sequence?.tag !== DerTag.sequence) return null;
  return readElements(sequence.content);
}

/** An INTEGER that is not negative. */
export function readUnsigned(element: DerElement | undefined): bigint | null {
  const bytes = readUnsignedBytes(element);
  return bytes === null ? null : BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
}

/** The same in big-endian bytes without a leading zero; none at all for zero. */
export function readUnsignedBytes(element: DerElement | undefined): Uint8Array | null {
  if (element?.tag !== DerTag.integer) return null;
  const [first, second = 0x80] = element.content;
  if (first === undefined || first >= 0x80) return null;
  if (first === 0 && second < 0x80) return null;
  return first === 0 ? element.content.subarray(1) : element.content;
}

/** A BIT STRING of whole bytes. */
export function readBytes(element: DerElement | undefined): Uint8Array | null {
  if (element?.tag !== DerTag.bitString || element.content[0] !== 0) return null;
  return element.content.subarray(1);
}

function readHeader(bytes: Uint8Array, at: number): { tag: number; start: number; end: number } | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
  const lengthBytes = first - 0x80;
  if (lengthBytes < 1 || lengthBytes > 3 || at + 2 + lengthBytes > bytes.length) return null;
  const length = bytes.subarray(at + 2, at + 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  const shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  if (lengthBytes !== shortest) return null;
  return { tag, start: at + 2 + lengthBytes, end: at + 2 + lengthBytes + length };
}

/** Contents up to 65,535 bytes: no public key comes near. */
export function writeElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const length = content.length;
  const header =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

export function writeUnsigned(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return writeElement(DerTag.integer, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex"));
}

export function writeBytes(bytes: Uint8Array): Uint8Array {
  return writeElement(DerTag.bitString, Uint8Array.of(0), bytes);
}
