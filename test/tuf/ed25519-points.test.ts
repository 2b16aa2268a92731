/** What OpenSSL's X25519 says of 32 bytes, beside what another library finds by multiplying them as an Edwards point. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { findEd25519Weakness, isOfPrimeOrder } from "../../src/tuf/ed25519-points.ts";

const { Point } = ed25519;
const P = Point.Fp.ORDER;
const OF_ORDER_8 = fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
const torsion = Array.from({ length: 8 }, (_, times) => times).map((times) =>
  times === 0 ? Point.ZERO : OF_ORDER_8.multiply(BigInt(times)),
);
const someScalar = fc.bigInt({ min: 1n, max: Point.Fn.ORDER - 1n });

test("a point is of prime order exactly where no point of small order was added to a multiple of the base", () => {
  fc.assert(
    fc.property(someScalar, (scalar) => {
      const point = Point.BASE.multiply(scalar);
      const verdicts = torsion.map((added) => isOfPrimeOrder(point.add(added).toBytes()));
      assert.deepEqual(verdicts, [true, false, false, false, false, false, false, false]);
    }),
    { numRuns: 40 },
  );
});

test("any 32 bytes are judged as the other library judges them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      assert.equal(isOfPrimeOrder(bytes), isOfPrimeOrderByNoble(bytes));
    }),
    { numRuns: 200 },
  );
});

test("every y near the ends of the field, with both signs, is judged as the other library judges it", () => {
  for (let distance = -20n; distance <= 20n; distance++) {
    for (const end of [0n, P, 2n ** 255n - 1n]) {
      const y = end + distance;
      if (y < 0n || y >= 2n ** 255n) continue;
      for (const sign of [0n, 2n ** 255n]) {
        const bytes = toBytes(y + sign);
        assert.equal(isOfPrimeOrder(bytes), isOfPrimeOrderByNoble(bytes), `y = ${y}, sign ${sign !== 0n}`);
      }
    }
  }
});

test("none of the eight points of small order is of prime order, and each is named as one", () => {
  for (const point of torsion) {
    assert.equal(isOfPrimeOrder(point.toBytes()), false);
    assert.match(findEd25519Weakness(point.toBytes()) ?? "", /small order: anybody can sign/);
  }
});

test("the reason against a key is told from the others", () => {
  const mixed = Point.BASE.add(OF_ORDER_8).toBytes();
  assert.match(findEd25519Weakness(mixed) ?? "", /component of small order/);
  assert.match(findEd25519Weakness(toBytes(2n)) ?? "", /not the encoding of a point/);
  assert.match(findEd25519Weakness(toBytes(P)) ?? "", /not the encoding of a point/);
  assert.equal(findEd25519Weakness(Point.BASE.toBytes()), null);
});

test("other lengths are no key", () => {
  const base = Point.BASE.toBytes();
  for (const bytes of [new Uint8Array(), base.subarray(0, 31), Buffer.concat([base, Uint8Array.of(0)])]) {
    assert.equal(isOfPrimeOrder(bytes), false);
    assert.notEqual(findEd25519Weakness(bytes), null);
  }
});

function isOfPrimeOrderByNoble(bytes: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(bytes, false);
    return point.isTorsionFree() && !point.isSmallOrder();
  } catch {
    return false;
  }
}

function fromHex(hex: string): InstanceType<typeof Point> {
  return Point.fromBytes(Buffer.from(hex, "hex"));
}

function toBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
}
