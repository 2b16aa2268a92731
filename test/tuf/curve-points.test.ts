/** Points as OpenSSL reads them, beside what another library says of the same bytes. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { CURVES, compressPoint, formOf, uncompressPoint } from "../../src/tuf/curve-points.ts";

const NOBLE = { "P-256": p256, "P-384": p384, "P-521": p521 } as const;

for (const curve of ["P-256", "P-384", "P-521"] as const) {
  const { bytes, order } = CURVES[curve];
  const { Point, utils } = NOBLE[curve];
  const point = Point.fromBytes(NOBLE[curve].getPublicKey(utils.randomSecretKey()));
  const [compressed, uncompressed] = [point.toBytes(true), point.toBytes(false)];

  test(`${curve}: order and length are those of the other library`, () => {
    assert.equal(BigInt(`0x${Buffer.from(order).toString("hex")}`), Point.Fn.ORDER);
    assert.equal(order.length, bytes);
    assert.equal(uncompressed.length, 2 * bytes + 1);
  });

  test(`${curve}: the equation is that of the other library`, () => {
    assert.equal(CURVES[curve].p, Point.Fp.ORDER);
    assert.equal(CURVES[curve].b, Point.CURVE().b);
    assert.equal(Point.Fp.neg(Point.CURVE().a), 3n);
  });

  test(`${curve}: a point is compressed as the other library does it, and only once`, () => {
    for (const either of [point, point.negate()]) {
      const short = Buffer.from(either.toBytes(true));
      assert.deepEqual(Buffer.from(compressPoint(curve, either.toBytes(false))), short);
      assert.deepEqual(Buffer.from(compressPoint(curve, short)), short);
    }
  });

  test(`${curve}: every bit of an uncompressed point counts`, () => {
    for (let bit = 0; bit < 8 * uncompressed.length; bit += 7) {
      const bent = Uint8Array.from(uncompressed);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(uncompressPoint(curve, bent), null, `bit ${bit}`);
    }
  });

  test(`${curve}: a coordinate beyond the field is refused, though its remainder would do`, () => {
    const { p } = CURVES[curve];
    const spell = (x: bigint, y: bigint) =>
      Buffer.from(`04${[x, y].map((one) => one.toString(16).padStart(2 * bytes, "0")).join("")}`, "hex");
    // Small coordinates, so that p more still fits.
    const { x, y } = smallPoint(Point.Fp, CURVES[curve].b);
    assert.notEqual(uncompressPoint(curve, spell(x, y)), null);
    assert.equal(uncompressPoint(curve, spell(x + p, y)), null);
  });

  test(`${curve}: the form is told by the first byte and the length`, () => {
    assert.equal(formOf(curve, compressed), "compressed");
    assert.equal(formOf(curve, uncompressed), "uncompressed");
    assert.equal(formOf(curve, compressed.subarray(1)), null);
  });

  test(`${curve}: both forms of a point give the uncompressed one`, () => {
    for (const form of [compressed, uncompressed]) {
      assert.deepEqual(Buffer.from(uncompressPoint(curve, form) ?? []), Buffer.from(uncompressed));
    }
    const negated = point.negate();
    assert.deepEqual(
      Buffer.from(uncompressPoint(curve, negated.toBytes(true)) ?? []),
      Buffer.from(negated.toBytes(false)),
    );
  });

  test(`${curve}: what is no point of the curve in one of these forms is refused`, () => {
    const offCurve = Uint8Array.from(uncompressed);
    offCurve[2 * bytes] = (offCurve[2 * bytes] ?? 0) ^ 1;
    const hybrid = Uint8Array.from(uncompressed);
    hybrid[0] = 6 + ((uncompressed.at(-1) ?? 0) & 1);
    const tooLarge = new Uint8Array(1 + bytes).fill(0xff).fill(2, 0, 1);
    const refused = {
      "off the curve": offCurve,
      hybrid,
      "x beyond the field": tooLarge,
      infinity: Uint8Array.of(0),
      "infinity, padded": new Uint8Array(2 * bytes + 1),
      nothing: new Uint8Array(),
      "a byte short": uncompressed.subarray(0, -1),
      "a byte long": Buffer.concat([uncompressed, Uint8Array.of(0)]),
      "half of it": uncompressed.subarray(0, bytes + 1),
    };
    for (const [what, encoded] of Object.entries(refused)) {
      assert.equal(uncompressPoint(curve, encoded), null, what);
    }
  });
}

/** A point with the smallest x. */
function smallPoint(
  field: (typeof p256)["Point"]["Fp"],
  b: bigint,
): { readonly x: bigint; readonly y: bigint } {
  for (let x = 0n; ; x++) {
    const square = field.create(x * x * x - 3n * x + b);
    try {
      return { x, y: field.sqrt(square) };
    } catch {
      // no such point
    }
  }
}
