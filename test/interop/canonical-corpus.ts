/** Documents for encoders of canonical JSON: generated, always the same ones, of names, numbers, nesting and Unicode. */
import fc from "fast-check";
import { object } from "../../src/tuf/json.ts";
import type { JsonObject, JsonValue } from "../../src/tuf/types.ts";
import { text } from "../tuf/arbitraries.ts";

/** Names and text where encoders are known to go different ways: at quotation marks, surrogates, composed letters. */
const hard: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(
    ...['"', "\\", "/", " ", "!", "#", "a", "b", "A", "0", "_", "\n", "\t", "\0", "\u001f", "\u007f"],
    ...["\u0080", "é", "e", "\u0301", "\u0327", "ß", "\u{d7ff}", "\u{e000}", "\u{ff5e}", "\u{ffff}"],
    ...["\u2028", "\u2029", "\u200d", "\ufeff", "\u{10000}", "\u{1f600}", "\u{10ffff}", "한", "각", "ﬁ", "Ω"],
  ),
  maxLength: 6,
});

/** As metadata has them. */
const ordinary: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    "_type",
    "expires",
    "keyids",
    "keys",
    "keyval",
    "public",
    "roles",
    "spec_version",
    "threshold",
    "version",
  ],
  ...["path_hash_prefixes", "targets", "x-tuf-on-ci-keyowner", "2030-01-01T00:00:00Z", "root", "1.0.31"],
  "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
  "6b1f".repeat(16),
);

const anyText = fc.oneof(text, hard, ordinary);

/** Both ends of what a double holds exactly, and what is around powers of two and of ten. */
const integer: fc.Arbitrary<number> = fc
  .oneof(
    fc.integer({ min: -20, max: 20 }),
    fc.maxSafeInteger(),
    fc
      .tuple(fc.constantFrom(2, 10), fc.integer({ min: 0, max: 53 }), fc.integer({ min: -2, max: 2 }))
      .map(([base, exponent, more]) => base ** Math.min(exponent, base === 2 ? 53 : 15) - 1 + more)
      .filter(Number.isSafeInteger),
  )
  .map((number) => number + 0); // -0 is no JSON of ours

const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), integer, anyText),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(anyText, tie("value")), { maxLength: 6 }).map((members) => new Map(members)),
  ),
})).value;

/** A document has an object around it: peers read no other. */
const document: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(anyText, value), { minLength: 1, maxLength: 6 })
  .map((members) => new Map(members));

/** So many more levels than a document has; metadata is read up to 64 of them. */
const deep: fc.Arbitrary<JsonObject> = fc
  .tuple(document, fc.array(fc.tuple(fc.boolean(), anyText), { minLength: 30, maxLength: 55 }))
  .map(([inner, levels]) =>
    levels.reduce<JsonObject>((below, [isList, name]) => object([[name, isList ? [below] : below]]), inner),
  );

const documents = fc.oneof({ arbitrary: document, weight: 50 }, { arbitrary: deep, weight: 1 });

const SEED = 20_261_204;

/** The same documents each time: `batches` of `size`. */
export function* corpus(batches: number, size: number): Generator<readonly JsonObject[]> {
  for (let batch = 0; batch < batches; batch += 1) {
    yield fc.sample(documents, { numRuns: size, seed: SEED + batch });
  }
}

/** Integers beyond what doubles hold exactly: 2^53 and more in either direction, up to 200 bits. */
export function largeIntegers(count: number): readonly bigint[] {
  const magnitude = fc.oneof(
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
    fc
      .tuple(fc.bigInt({ min: 54n, max: 70n }), fc.bigInt({ min: -1025n, max: 1025n }))
      .map(([exponent, more]) => 2n ** exponent + more),
  );
  const signed = fc.tuple(magnitude, fc.boolean()).map(([size, isBelow]) => (isBelow ? -size : size));
  return fc.sample(signed, { numRuns: count, seed: SEED });
}
