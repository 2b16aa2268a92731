/** Numbers that readers spell, round or understand differently, wherever a number can stand. */

import { object } from "../../../src/tuf/json.ts";
import type { JsonObject } from "../../../src/tuf/types.ts";
import { json, sampleRoot } from "../../support/sample-metadata.ts";
import { judgeTraps, rootWith, type Trap, tampered, UNKNOWN_PLACES } from "./traps.ts";

/** All of them mean 1 to somebody: 1 is what was signed. */
const ONE_SPELLED_OTHERWISE = ["1.0", "1e0", "1E+0", "10E-1", "0.1e1", "01", "1.", "1e", "1e+"];
const NO_JSON_NUMBERS = ["+1", "0x1", "0b1", "1n", "1_000", ".1", "1,0", "NaN", "Infinity", "١", "１", "½"];

const ONE_PLACES: Readonly<Record<string, string>> = {
  version: '"version": ',
  "the threshold of targets": '"threshold": ',
};

const knownPlaces: readonly Trap[] = Object.entries(ONE_PLACES).flatMap(([place, before]) =>
  [...ONE_SPELLED_OTHERWISE, ...NO_JSON_NUMBERS].map((spelling) => ({
    name: `${place} is ${spelling}`,
    files: tampered(`${before}1`, `${before}${spelling}`),
    expected: ONE_SPELLED_OTHERWISE.includes(spelling) ? "document/canonical" : "document/json",
  })),
);

const unknownPlaces: readonly Trap[] = Object.entries(UNKNOWN_PLACES).flatMap(([place, at]) =>
  ["1.0", "1e0", "-0", "0.0", "1e400", "00", "0.1", "[1.5]", '{"a": [[2.50]]}'].map((spelling) => ({
    name: `a number ${place} is ${spelling}`,
    files: tampered(...at(`"x": ${spelling}`)),
    expected: "document/canonical" as const,
  })),
);

const minus: readonly Trap[] = ["-Infinity", "-NaN", "-", "--1", "- 1", "-01", "-1.0", "-0x1", "-0"].map(
  (spelling) => ({
    name: `an unknown number is ${spelling}`,
    files: tampered('"x": 1', `"x": ${spelling}`, rootWithX(1)),
    expected: "document/canonical" as const,
  }),
);

function rootWithX(value: number | bigint) {
  return { edit: (signed: JsonObject) => object([...signed, ["x", value]]) };
}

/** Exact, however large: canonical JSON has integers of any size. */
const exact: readonly Trap[] = [
  "0",
  "-1",
  "9007199254740993",
  "-9007199254740993",
  "18446744073709551616",
  "9".repeat(400),
].map((digits) => ({
  name: `an unknown integer is ${digits.slice(0, 24)}`,
  files: rootWith(["x"], json(digits)),
  expected: "valid",
}));

const large: readonly Trap[] = [
  {
    name: "an integer whose neighbour is the same float was changed after signing",
    files: tampered("9007199254740993", "9007199254740992", rootWithX(9007199254740993n)),
    expected: "threshold/own",
  },
  {
    name: "an unknown integer of 401 digits",
    files: tampered('"x": 1', `"x": ${"1".repeat(401)}`, rootWithX(1)),
    expected: "document/canonical",
  },
  ...["9007199254740992", "9223372036854775808", "18446744073709551616", "1".repeat(100)].map(
    (digits): Trap => ({
      name: `version ${digits.slice(0, 24)} that clients round`,
      files: rootWith(["version"], json(digits)),
      expected: "document/version",
    }),
  ),
  {
    name: "the largest version that everybody reads exactly",
    files: sampleRoot({ version: Number.MAX_SAFE_INTEGER }),
    expected: "valid",
  },
  {
    name: "the version after the largest that everybody reads exactly",
    files: [sampleRoot({ version: Number.MAX_SAFE_INTEGER }), rootWith(["version"], 2n ** 53n)],
    expected: "document/version",
  },
];

judgeTraps([...knownPlaces, ...unknownPlaces, ...minus, ...exact, ...large]);
