/**
 * The canonical form, byte for byte: ours and each peer's of the same documents. securesystemslib and
 * go-securesystemslib have to agree with us everywhere. The two others are known to differ, and exactly where is said
 * here.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { canonicalBytes, compareCodePoints } from "../../../src/tuf/canonical.ts";
import { isArray, isObject, tryParseJson } from "../../../src/tuf/json.ts";
import { serializeJson } from "../../../src/tuf/serialize.ts";
import type { JsonObject, JsonValue } from "../../../src/tuf/types.ts";
import { corpus, largeIntegers } from "../canonical-corpus.ts";
import { testEachPeer } from "../installed-peers.ts";
import type { Peer } from "../peer.ts";
import { PEERS, type PeerName } from "../peer-table.ts";

const BATCHES = 200;
const BATCH_SIZE = 500;
/** For information: every so many batches. */
const INFORMATIVE = 4;

/** Whom we have to agree with. */
const BINDING: readonly PeerName[] = ["python-tuf", "go-tuf"];

interface Encoded {
  /** The document as JSON. */
  readonly text: Uint8Array;
  readonly canonical: Uint8Array;
  /** Whether a name has a backslash in it. */
  readonly hasBackslash: boolean;
  /** Whose canonical form is another. */
  readonly differsIn: ReadonlySet<PeerName>;
}

/** Each batch is generated once, when the first peer comes to it. */
const generator = corpus(BATCHES, BATCH_SIZE);
const batches: (readonly Encoded[])[] = [];

function batchAt(index: number): readonly Encoded[] {
  while (batches.length <= index) {
    const { value, done } = generator.next();
    assert.ok(done !== true);
    const isInformative = batches.length % INFORMATIVE === 0;
    batches.push(value.map((document, at) => encode(document, at, isInformative)));
  }
  return batches[index] ?? [];
}

/** Both of our styles of files in turn: neither may matter. */
function encode(document: JsonObject, index: number, isInformative: boolean): Encoded {
  const text = serializeJson(document, index % 2 === 0 ? "compact" : "indented");
  const asked = isInformative ? PEERS.map(({ name }) => name) : [];
  const differsIn = new Set(asked.filter((name) => isToDiffer(name, document)));
  return { text, canonical: canonicalBytes(document), differsIn, hasBackslash: hasBackslash(document) };
}

function isToDiffer(client: PeerName, document: JsonObject): boolean {
  switch (client) {
    case "python-tuf":
    case "go-tuf":
      return false;
    case "tuf-js": // UTF-16 code units
      return hasOtherOrder(document, (a, b) => (a < b ? -1 : 1));
    case "tough": // NFC, and names in the order that they have with their quotation marks
      return !isNormalised(document) || hasOtherOrder(document, compareQuoted);
    default:
      return client satisfies never;
  }
}

/** Whether the names of any object, in the order of their code points, are not in that order. */
function hasOtherOrder(value: JsonValue, compare: (a: string, b: string) => number): boolean {
  if (isArray(value)) return value.some((element) => hasOtherOrder(element, compare));
  if (!isObject(value)) return false;
  const names = [...value.keys()].sort(compareCodePoints);
  const isOther = names.some((name, index) => index > 0 && compare(names[index - 1] ?? "", name) > 0);
  return isOther || [...value.values()].some((member) => hasOtherOrder(member, compare));
}

function compareQuoted(a: string, b: string): number {
  const quoted = (name: string) => `${name.replace(/["\\]/g, "\\$&")}"`;
  return compareCodePoints(quoted(a), quoted(b));
}

function isNormalised(value: JsonValue): boolean {
  if (typeof value === "string") return value.normalize("NFC") === value;
  if (isArray(value)) return value.every(isNormalised);
  return !isObject(value) || [...value].every(([name, member]) => isNormalised(name) && isNormalised(member));
}

/**
 * What a peer is asked. Node.js up to 26.10 at least, once it has parsed a name with a backslash, parses other escaped
 * names as that one, and tuf-js with it: such names are asked last, and alone.
 */
function isAsked(client: PeerName, { hasBackslash }: Encoded): boolean {
  return client !== "tuf-js" || !hasBackslash;
}

function hasBackslash(value: JsonValue): boolean {
  if (isArray(value)) return value.some(hasBackslash);
  return isObject(value) && [...value].some(([name, member]) => name.includes("\\") || hasBackslash(member));
}

async function compareBatch(peer: Peer, index: number): Promise<readonly [asked: number, differing: number]> {
  const { name } = peer.info;
  const asked = batchAt(index).filter((encoded) => isAsked(name, encoded));
  const results = await peer.canonical(asked.map(({ text }) => text));
  assert.equal(results.length, asked.length);
  const differing = new Set(asked.filter(({ canonical }, at) => !isSame(results[at], canonical)));
  const unexpected = asked.filter((encoded) => differing.has(encoded) !== encoded.differsIn.has(name));
  const [shortest] = unexpected.toSorted((a, b) => a.text.length - b.text.length);
  assert.equal(shortest && describe(shortest), undefined, `${unexpected.length} of batch ${index}`);
  return [asked.length, differing.size];
}

testEachPeer(`${BATCHES * BATCH_SIZE} documents have the same canonical form`, async (peer, context) => {
  let asked = 0;
  let differing = 0;
  const step = BINDING.includes(peer.info.name) ? 1 : INFORMATIVE;
  for (let index = 0; index < BATCHES; index += step) {
    const counts = await compareBatch(peer, index);
    asked += counts[0];
    differing += counts[1];
  }
  if (step === 1) assert.deepEqual([asked, differing], [BATCHES * BATCH_SIZE, 0]);
  context.diagnostic(`${peer.info.name}: ${differing} of ${asked} differ, all of them as it is said here`);
});

testEachPeer(
  "a name that was parsed before is not another one, but in Node.js (nodejs/node#63785)",
  async (peer) => {
    const results = await peer.canonical(['{"q":1,"\\\\":2}', '{"q":1,"\\u001f":2}'].map(toBytes));
    const second = peer.info.name === "tuf-js" ? '{"\\\\":2,"q":1}' : '{"\u001f":2,"q":1}';
    assert.deepEqual(results.map(toText), ['{"\\\\":2,"q":1}', second]);
  },
);

const LARGE = largeIntegers(4000);

/** Members of metadata that clients have no field for: as a version none of these is accepted anywhere. */
testEachPeer(`${LARGE.length} integers beyond 2^53: exact, or as it is said here`, async (peer) => {
  const results = await peer.canonical(LARGE.map((integer) => toBytes(`{"n":${integer}}`)));
  for (const [index, integer] of LARGE.entries()) {
    assert.equal(canonicalText(`{"n":${integer}}`), `{"n":${integer}}`);
    const written = writeInteger(peer.info.name, integer);
    assert.equal(toText(results[index]), written === null ? null : `{"n":${written}}`, `${integer}`);
  }
});

function writeInteger(client: PeerName, integer: bigint): string | null {
  switch (client) {
    case "python-tuf":
      return String(integer);
    case "go-tuf": // a double that fits into 64 bits
      return Math.abs(Number(integer)) < 2 ** 63 ? String(Number(integer)) : null;
    case "tough": // 64 bits, with a sign or without
      return integer >= -(2n ** 63n) && integer < 2n ** 64n ? String(integer) : null;
    case "tuf-js": // a double
      return String(Number(integer));
    default:
      return client satisfies never;
  }
}

interface Oddity {
  readonly text: string | Uint8Array;
  /** What others make of it; null: they refuse it. */
  readonly others: Readonly<Record<PeerName, string | null>>;
}

const odd = (
  text: string | Uint8Array,
  python: string | null,
  go: string | null,
  tough: string | null,
  js: string | null,
): Oddity => ({ text, others: { "python-tuf": python, "go-tuf": go, tough, "tuf-js": js } });

const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

/** What is no JSON of ours, so that nothing is signed over it here; no two of the others agree about all of it. */
// biome-ignore format: a table is read by its rows
const REFUSED: readonly Oddity[] = [
  //                                    securesystemslib, go-securesystemslib, olpc-cjson, @tufjs/canonical-json
  odd("[1.5]", null, null, null, null),
  odd("[1.0]", null, "[1]", null, "[1]"),
  odd("[1e2]", null, "[100]", null, "[100]"),
  odd("[1e21]", null, null, null, "[1e+21]"),
  odd("[-0]", "[0]", "[-0]", null, "[0]"),
  odd("[-0.0]", null, "[-0]", null, "[0]"),
  odd("[01]", null, null, null, null),
  odd("[NaN]", null, null, null, null),
  odd('["\\ud800"]', null, '["\ufffd"]', null, '["\ufffd"]'),
  odd('{"\\udc00":1}', null, '{"\ufffd":1}', null, '{"\ufffd":1}'),
  odd('{"a":1,"a":2}', '{"a":2}', '{"a":2}', '{"a":2}', '{"a":2}'),
  odd("\ufeff[1]", null, null, null, null),
  odd(Buffer.from("22ff22", "hex"), null, '"\ufffd"', null, '"\ufffd"'),
  odd(Buffer.from("22c0af22", "hex"), null, '"\ufffd\ufffd"', null, '"\ufffd\ufffd"'),
  odd(Buffer.from("22eda08022", "hex"), null, '"\ufffd\ufffd\ufffd"', null, '"\ufffd\ufffd\ufffd"'),
  odd('["\n"]', null, null, null, null),
  odd("[1][2]", null, null, null, null),
  odd("[1,]", null, null, null, null),
  odd(nested(65), nested(65), nested(65), nested(65), nested(65)),
  odd(nested(128), nested(128), nested(128), null, nested(128)),
];

testEachPeer("what we refuse, and what others make of it", async (peer) => {
  const results = await peer.canonical(REFUSED.map(({ text }) => toBytes(text)));
  for (const [index, { text, others }] of REFUSED.entries()) {
    assert.equal(canonicalText(text), null, toText(toBytes(text)) ?? "");
    assert.equal(toText(results[index]), others[peer.info.name], toText(toBytes(text)) ?? "");
  }
});

/** Null where it is refused. */
function canonicalText(text: string | Uint8Array): string | null {
  const read = tryParseJson(toBytes(text));
  return read.ok ? toText(canonicalBytes(read.value)) : null;
}

function toBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? Buffer.from(text) : text;
}

function toText(bytes: Uint8Array | null | undefined): string | null {
  return bytes == null ? null : Buffer.from(bytes).toString("utf8");
}

function isSame(result: Uint8Array | null | undefined, canonical: Uint8Array): boolean {
  return result != null && Buffer.compare(result, canonical) === 0;
}

function describe({ text }: Encoded): string {
  return JSON.stringify(Buffer.from(text).toString("utf8"));
}
