/** What nobody should find in metadata: texts, numbers, dates and trees that have fooled some reader before. */
import { type Draft, DraftObject, Raw } from "./draft.ts";
import type { Random } from "./random.ts";

/** Controls, escape sequences, bidirectional overrides, invisible and wide characters, names of JavaScript. */
const TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "\u001b[2J\u001b[H",
  "\u001b]0;title\u0007",
  "\u001b]8;;http://example.org\u001b\\link\u001b]8;;\u001b\\",
  "\u009b31m",
  "\u0008\u0008\u0008accepted",
  "\r\nVALID at 2030-01-01T00:00:00Z",
  "\n",
  "\t",
  "\u007f",
  "\u0085",
  "\u202eabc\u202c",
  "\u2066a\u2069",
  "\u200b\u200d\ufeff",
  "\u2028\u2029",
  "\u00a0\u3000",
  "\u{e0041}\u{e0042}",
  "a\u0300\u0301\u0302\u0303\u0304\u0305",
  "\u0301",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "\u{1f1e9}\u{1f1ea}",
  "漢字かな",
  "e\u0301é",
  "\uff5e\u{1f600}",
  "\u{fffe}\u{10ffff}",
  "\ue000",
  "\u115f\u3164\uffa0",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "then",
  "../../etc/passwd",
  "/etc/passwd",
  "..",
  ".",
  "a/b",
  "C:\\windows",
  "file:///etc/passwd",
  "%2e%2e%2f",
  "%1b%5b2J",
  "%",
  "root",
  "targets",
  "snapshot",
  "timestamp",
  "1.root",
  "mirrors",
  "~0~1/",
  '"\\',
  "\\u{1b}",
  "-----BEGIN PUBLIC KEY-----",
  "-----BEGIN PRIVATE KEY-----",
  "a".repeat(300),
  "\u202e".repeat(200),
  "漢".repeat(120),
  "ed25519",
  "rsa",
  "ecdsa-sha2-nistp256",
  "0",
  "1",
  "00",
  "true",
  "null",
  "{}",
  "$&$1$$",
  "{0}%s%d",
];

const NUMBERS: readonly Draft[] = [
  0,
  1,
  2,
  3,
  -1,
  255,
  256,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 64n,
  -(2n ** 64n),
  10n ** 300n,
];

const RAW_NUMBERS: readonly Draft[] = [
  ..."1.0 1e2 1E400 01 -0 - +1 .5 0x10 1_0 NaN Infinity 1. -01".split(" "),
  "9".repeat(399),
  "9".repeat(401),
].map((text) => new Raw(text));

const DATES: readonly string[] = [
  "2030-01-01T00:00:00Z",
  "2026-11-25T00:00:00Z",
  "2026-11-25T00:00:01Z",
  "2020-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "0000-01-01T00:00:00Z",
  "2028-02-29T00:00:00Z",
  "2027-02-29T00:00:00Z",
  "2030-13-01T00:00:00Z",
  "2030-06-31T00:00:00Z",
  "2030-12-31T23:59:60Z",
  "2030-01-01T24:00:00Z",
  "2030-01-01T00:00:00.5Z",
  "2030-01-01T00:00:00.123456789Z",
  "2030-01-01T00:00:00+02:00",
  "2030-01-01T00:00:00-23:59",
  "2030-01-01T00:00:00+00:00",
  "2030-01-01T00:00:00",
  "2030-01-01",
  "2030-01-01 00:00:00Z",
  "2030-01-01t00:00:00z",
  "+012030-01-01T00:00:00Z",
  "2030-W01-1T00:00:00Z",
  "２０３０-01-01T00:00:00Z",
  "2030-01-01T00:00:00Z\n",
];

const RAW: readonly Draft[] = [
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\ud83d\\ude00"',
  '"\\u0000"',
  '"\\x41"',
  '"\t"',
  "'a'",
  "undefined",
  "tru",
  "nullnull",
  "[1,]",
  '{"a":1,}',
  "/* */1",
  "",
  '{"a":1,"a":1}',
  '{"a":1,"a":2}',
  '{"__proto__":{"polluted":true}}',
  "[".repeat(70),
].map((text) => new Raw(text));

export function hostileText(random: Random): string {
  const text = random.pick(TEXTS);
  return random.oneIn(6) ? text + random.pick(TEXTS) : text;
}

export function hostileNumber(random: Random): Draft {
  return random.pick(random.oneIn(6) ? RAW_NUMBERS : NUMBERS);
}

export function oddDate(random: Random): string {
  return random.pick(DATES);
}

/** Of any type. */
export function hostileValue(random: Random): Draft {
  return random.weighted<() => Draft>([
    [3, () => random.pick([null, true, false])],
    [6, () => hostileNumber(random)],
    [8, () => hostileText(random)],
    [2, () => oddDate(random)],
    [1, () => (random.oneIn(2) ? random.pick(RAW) : null)],
    [3, () => anyTree(random, 3)],
    [1, () => nested(random.pick([10, 20, 57, 58, 59, 60, 61, 62, 63, 64, 65, 200]), random.oneIn(2))],
  ])();
}

/** Well-formed, and small: what unknown members may hold. */
export function anyTree(random: Random, depth: number): Draft {
  const scalar = () => random.pick<Draft>([null, true, 0, -7, 2n ** 70n, hostileText(random), "plain"]);
  if (depth === 0 || random.oneIn(3)) return scalar();
  const inside = Array.from({ length: random.below(4) }, () => anyTree(random, depth - 1));
  if (random.oneIn(2)) return inside;
  return new DraftObject(inside.map((value, index) => [`${hostileText(random)}${index}`, value]));
}

/** So many lists, or objects, in each other. */
export function nested(levels: number, isList: boolean): Draft {
  let draft: Draft = 0;
  for (let level = 0; level < levels; level++) draft = isList ? [draft] : new DraftObject([["a", draft]]);
  return draft;
}
