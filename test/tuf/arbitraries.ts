/** What fast-check draws from: JSON values as TUF has them. */
import fc from "fast-check";
import type { JsonValue } from "../../src/tuf/types.ts";

/** Any well-formed text, non-BMP characters and everything that needs escaping included. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom('"', "\\", "\n", "\u0000", "\u001f", "\u007f", "/", "\u{ff5e}", "\u{1f600}", "é"),
  }),
);

const integer: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.maxSafeInteger().map((number) => (number === 0 ? 0 : number)),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
  fc.bigInt({ min: -(2n ** 200n), max: -(2n ** 53n) }),
);

export const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), integer, text),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 5 }).map((members) => new Map(members)),
  ),
})).value;
