/** Mutations that know nothing of what they change: bits, pieces, lengths, and tokens of JSON and of TUF. */
import { Buffer } from "node:buffer";
import type { Random } from "./random.ts";

const TOKENS: readonly Uint8Array[] = [
  ...'{ } [ ] , : " \\ \\u0000 \\ud800 \\u001b \\" {} [] "" null true false 0 -0 1.0 1e9 01 99999999999999999999'.split(
    " ",
  ),
  ..."9007199254740993 -1 __proto__ constructor signed signatures keyid keyids sig threshold version".split(
    " ",
  ),
  ..."expires keys roles root targets delegations keyval public private ed25519 ecdsa rsa _type".split(" "),
  ..."-----BEGIN -----END PUBLIC PRIVATE paths path_hash_prefixes succinct_roles bit_length terminating".split(
    " ",
  ),
  " ",
  "\n",
  "\r",
  "\t",
  "\u0000",
  "\u001b[2J",
  "\u202e",
  "\ufeff",
  "\u2028",
  "//",
  "/**/",
  '"a":1,"a":1,',
  '"version":1,',
  ',"threshold":1',
  "[".repeat(70),
  '{"a":'.repeat(70),
]
  .map((text) => new TextEncoder().encode(text))
  .concat([
    Uint8Array.of(0xff),
    Uint8Array.of(0xc0, 0x80),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
    Uint8Array.of(0xe2, 0x80),
    Uint8Array.of(0xef, 0xbb, 0xbf),
  ]);

/** One to eight changes, mostly one. `others`: documents from which pieces may come. */
export function mutateBytes(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const times = random.weighted([
    [8, 1],
    [3, 2],
    [2, 4],
    [1, 8],
  ]);
  let changed = Buffer.from(bytes);
  for (let time = 0; time < times; time++) changed = Buffer.from(mutateOnce(random, changed, others));
  return changed;
}

function mutateOnce(random: Random, bytes: Buffer, others: readonly Uint8Array[]): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = random.pick([1, 2, 4, 16, 64, random.below(bytes.length + 1)]);
  const piece = bytes.subarray(at, at + length);
  return random.weighted<() => Uint8Array>([
    [6, () => flipBit(random, bytes)],
    [3, () => putByte(random, bytes)],
    [6, () => insert(bytes, at, random.pick(TOKENS))],
    [4, () => Buffer.concat([bytes.subarray(0, at), random.pick(TOKENS), bytes.subarray(at + length)])],
    [3, () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])],
    [2, () => insert(bytes, at, piece)],
    [2, () => insert(bytes, random.below(bytes.length + 1), piece)],
    [2, () => bytes.subarray(0, at)],
    [1, () => bytes.subarray(at)],
    [2, () => splice(random, bytes, random.pick(others))],
    [3, () => changeNumber(random, bytes)],
    [2, () => changeText(random, bytes)],
    [
      1,
      () =>
        insert(bytes, at, Buffer.alloc(random.pick([100, 3000, 20_000]), random.pick([" ", "0", "[", "a"]))),
    ],
    [1, () => (random.oneIn(20) ? insert(bytes, at, Buffer.alloc(530_000, " ")) : flipBit(random, bytes))],
  ])();
}

function flipBit(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const at = random.below(bytes.length);
  if (bytes.length > 0) changed[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return changed;
}

function putByte(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  if (bytes.length > 0) changed[random.below(bytes.length)] = random.below(256);
  return changed;
}

function insert(bytes: Buffer, at: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

/** The beginning of one and the end of the other, cut at a line or a member where there is one. */
function splice(random: Random, bytes: Buffer, other: Uint8Array): Buffer {
  const tail = Buffer.from(other);
  const cut = (from: Buffer): number => {
    const start = random.below(from.length + 1);
    const near = from.indexOf(random.pick(['"', ",", "{", "\n"]), start);
    return near === -1 ? start : near;
  };
  return Buffer.concat([bytes.subarray(0, cut(bytes)), tail.subarray(cut(tail))]);
}

function changeNumber(random: Random, bytes: Buffer): Buffer {
  const numbers = Array.from(bytes.toString("latin1").matchAll(/-?\b\d{1,30}\b/g));
  if (numbers.length === 0) return bytes;
  const { index, 0: digits } = random.pick(numbers);
  const next = `${BigInt(digits) + 1n}`;
  const number = random.pick(["0", "1", next, `${digits}0`, `-${digits}`, `${digits}.0`, '"1"']);
  return replaceAt(bytes, index, digits.length, number);
}

/** A string for another of the same document. */
function changeText(random: Random, bytes: Buffer): Buffer {
  const texts = Array.from(bytes.toString("latin1").matchAll(/"[^"\\]{0,200}"/g));
  if (texts.length === 0) return bytes;
  const { index, 0: text } = random.pick(texts);
  return replaceAt(bytes, index, text.length, random.pick(texts)[0]);
}

function replaceAt(bytes: Buffer, at: number, length: number, text: string): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text, "latin1"), bytes.subarray(at + length)]);
}
