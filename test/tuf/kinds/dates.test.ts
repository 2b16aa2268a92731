/** `expires` in every spelling: a date that one reader takes for the far future and another can't read at all. */

import type { JsonValue } from "../../../src/tuf/types.ts";
import { sampleRoot } from "../../support/sample-metadata.ts";
import { judgeTraps, rootWith, type Trap } from "./traps.ts";

const expiring = (expires: JsonValue, version = 1) => rootWith(["expires"], expires, { version });

const exact = [
  "2026-11-25T00:00:01Z",
  "2028-02-29T00:00:00Z",
  "2400-02-29T23:59:59Z",
  "2035-12-31T23:59:59Z",
  "9999-12-31T23:59:59Z",
];

const odd = [
  "2035-01-01T00:00:00.0Z",
  "2035-01-01T00:00:00.000000000Z",
  "2035-01-01T00:00:00.123456789012345678Z",
  "2035-01-01T00:00:00+00:00",
  "2035-01-01T00:00:00-00:00",
  "2035-01-01T00:00:00+23:59",
  "2035-01-01T00:00:00.25-23:59",
];

const unreadable: readonly JsonValue[] = [
  "2035-01-01t00:00:00z",
  "2035-01-01T00:00:00z",
  "2035-01-01_00:00:00Z",
  "2035-01-01  00:00:00Z",
  "2035-01-01T00:00Z",
  "2035-01-01T00Z",
  "2035-01-01T000000Z",
  "20350101T000000Z",
  "2035-1-1T0:0:0Z",
  "2035-001T00:00:00Z",
  "2035-W01-1T00:00:00Z",
  "2035/01/01T00:00:00Z",
  "01-01-2035T00:00:00Z",
  "2035-01-01T00:00:00 Z",
  "2035-01-01T00:00:00ZZ",
  "2035-01-01T00:00:00Z+00:00",
  "2035-01-01T00:00:00+0000",
  "2035-01-01T00:00:00+00",
  "2035-01-01T00:00:00+24:00",
  "2035-01-01T00:00:00+00:60",
  "2035-01-01T00:00:00−06:00",
  "2035-01-01T00:00:00 +00:00",
  "2035-01-01T00:00:00UTC",
  "2035-01-01T00:00:00GMT",
  "2035-01-01T00:00:00[UTC]",
  "2035-01-01T00:00:00,5Z",
  "2035-01-01T00:00:00.Z",
  "2035-01-01T00:00:00.1234567890123456789Z",
  "2035-01-01T00:00:00.-5Z",
  "0000-12-31T23:59:59Z",
  "2035-00-01T00:00:00Z",
  "2035-01-00T00:00:00Z",
  "2035-01-32T00:00:00Z",
  "2035-04-31T00:00:00Z",
  "2035-02-29T00:00:00Z",
  "2100-02-29T00:00:00Z",
  "2035-01-01T25:00:00Z",
  "2035-01-01T24:00:01Z",
  "2035-01-01T00:60:00Z",
  "2035-01-01T00:00:60Z",
  "2016-12-31T23:59:60Z",
  "2035-01-01T00:00:61Z",
  "12035-01-01T00:00:00Z",
  "-2035-01-01T00:00:00Z",
  "+002035-01-01T00:00:00Z",
  "0000-00-00T00:00:00Z",
  "35-01-01T00:00:00Z",
  " 2035-01-01T00:00:00Z",
  "2035-01-01T00:00:00Z ",
  "2035-01-01T00:00:00Z\t",
  "\ufeff2035-01-01T00:00:00Z",
  "2035-01-01T00:00:00Z\0",
  "2035-01-01T00:00:00\u200bZ",
  "٢٠٣٥-٠١-٠١T٠٠:٠٠:٠٠Z",
  "２０３５-01-01T00:00:00Z",
  "2035-01-0¹T00:00:00Z",
  "Mon, 01 Jan 2035 00:00:00 GMT",
  "Mon Jan  1 00:00:00 2035",
  "1 January 2035",
  "2051222400",
  "Infinity",
  "now",
  "",
  null,
  true,
  0,
  -1,
  2n ** 63n,
  [],
  ["2035-01-01T00:00:00Z"],
  new Map(),
];

/** Judged as of 2026-11-25T00:00:00Z. */
const atTheEdge: Readonly<Record<string, Trap["expected"]>> = {
  "2026-11-25T00:00:00Z": "chain/expired",
  "2026-11-24T23:59:59Z": "chain/expired",
  "2026-11-25T00:00:00.999999999Z": "chain/expired",
  "2026-11-25T01:00:00+01:00": "chain/expired",
  "2026-11-25T01:00:01+01:00": "valid",
  "2026-11-24T23:59:59-00:01": "valid",
  "2026-11-25T00:00:30+00:01": "chain/expired",
  "1970-01-01T00:00:00Z": "chain/expired",
  "0001-01-01T00:00:00Z": "chain/expired",
};

judgeTraps([
  ...exact.map((date): Trap => ({ name: `good: ${date}`, files: expiring(date), expected: "valid" })),
  ...odd.map(
    (date): Trap => ({
      name: `odd and clear: ${date}`,
      files: expiring(date),
      expected: "valid",
      warning: "document/expires-form",
    }),
  ),
  ...unreadable.map(
    (date): Trap => ({
      name: `unreadable: ${typeof date === "string" ? JSON.stringify(date) : String(date)}`,
      files: expiring(date),
      expected: "document/expires",
    }),
  ),
  ...Object.entries(atTheEdge).map(
    ([date, expected]): Trap => ({ name: `at the edge: ${date}`, files: expiring(date), expected }),
  ),
  {
    name: "an unreadable date in the middle of a chain is refused though its time does not matter",
    files: [sampleRoot(), expiring("never", 2), sampleRoot({ version: 3 })],
    expected: "document/expires",
  },
  {
    name: "long expired roots in the middle do no harm",
    files: [
      expiring("1970-01-01T00:00:00Z"),
      expiring("2000-01-01T00:00:00Z", 2),
      sampleRoot({ version: 3 }),
    ],
    expected: "valid",
  },
]);
