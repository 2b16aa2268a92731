/** Who may sign and how many must: thresholds and lists of keyids in every form but the right one. */

import type { JsonValue } from "../../../src/tuf/types.ts";
import {
  ADA,
  EVE,
  GRACE,
  json,
  keyIdOfTestKey,
  LINUS,
  ONLINE,
  sampleRoot,
} from "../../support/sample-metadata.ts";
import { ADA_ID, judgeTraps, rename, rootWith, type Trap, tampered } from "./traps.ts";

const ROLES = ["root", "targets", "snapshot", "timestamp"] as const;
const GRACE_ID = keyIdOfTestKey(GRACE);
const LINUS_ID = keyIdOfTestKey(LINUS);
const EVE_ID = keyIdOfTestKey(EVE);
const ONLINE_ID = keyIdOfTestKey(ONLINE);

/** What some language counts as 1, as "enough", or as no condition at all. */
const NO_THRESHOLDS: Readonly<Record<string, JsonValue>> = {
  null: null,
  true: true,
  false: false,
  '"1"': "1",
  '""': "",
  "[]": [],
  "[1]": [1],
  "{}": new Map(),
  "0": 0,
  "-1": -1,
  "2^53": 2n ** 53n,
  "2^64": 2n ** 64n,
  "2^64 + 1, which is 1 in 64 bits": 2n ** 64n + 1n,
  "-2^63": -(2n ** 63n),
};

const thresholds: readonly Trap[] = ROLES.flatMap((role) => [
  ...Object.entries(NO_THRESHOLDS).map(
    ([form, value]): Trap => ({
      name: `threshold of ${role} is ${form}`,
      files: rootWith(["roles", role, "threshold"], value),
      expected: "role/threshold",
    }),
  ),
  {
    name: `threshold of ${role} is missing`,
    files: rootWith(["roles", role, "threshold"], undefined),
    expected: "role/threshold",
  } as const,
]);

const NO_LISTS: Readonly<Record<string, JsonValue>> = {
  null: null,
  "a text": ADA_ID,
  "a number": 1,
  "an object of lists": json(`{"${ADA_ID}": []}`),
  "a list in a list": [[ADA_ID]],
  "a list with null": [ADA_ID, null],
  "a list with a number": [ADA_ID, 1],
  "a list with a key object": [ADA_ID, json(`{"keyid": "${GRACE_ID}"}`)],
  "texts with commas": `${ADA_ID},${GRACE_ID}`,
};

const lists: readonly Trap[] = ROLES.flatMap((role) => [
  ...Object.entries(NO_LISTS).map(
    ([form, value]): Trap => ({
      name: `keyids of ${role} is ${form}`,
      files: rootWith(["roles", role, "keyids"], value),
      expected: "role/shape",
    }),
  ),
  {
    name: `keyids of ${role} is missing`,
    files: rootWith(["roles", role, "keyids"], undefined),
    expected: "role/shape",
  } as const,
]);

const shapes: readonly Trap[] = ROLES.flatMap((role): readonly Trap[] => [
  ...[null, "root", 1, [], [ADA_ID], true].map(
    (value): Trap => ({
      name: `role ${role} is ${JSON.stringify(value)}`,
      files: rootWith(["roles", role], value),
      expected: "role/shape",
    }),
  ),
  { name: `role ${role} is empty`, files: rootWith(["roles", role], new Map()), expected: "role/shape" },
  { name: `role ${role} is missing`, files: rootWith(["roles", role], undefined), expected: "role/missing" },
  {
    name: `role ${role} is there in upper case only`,
    files: sampleRoot({ edit: (signed) => rename(signed, role, role.toUpperCase()) }),
    expected: role === "root" ? "document/type" : "role/missing",
  },
]);

const ofRoot = (keyids: readonly string[], threshold: number, signers = [ADA, GRACE, LINUS]) =>
  rootWith(["roles", "root"], json(JSON.stringify({ keyids, threshold })), { signers });
const ofTargets = (keyids: readonly string[], threshold: number) =>
  rootWith(["roles", "targets"], json(JSON.stringify({ keyids, threshold })));

const counting: readonly Trap[] = [
  { name: "2 of 3, signed by 2", files: sampleRoot({ signers: [ADA, GRACE] }), expected: "valid" },
  {
    name: "3 of 3, signed by 2",
    files: sampleRoot({ threshold: 3, signers: [ADA, GRACE] }),
    expected: "threshold/own",
  },
  {
    name: "4 of 3, signed by all",
    files: ofRoot([ADA_ID, GRACE_ID, LINUS_ID], 4),
    expected: "threshold/own",
  },
  {
    name: "[Ada, Ada, Grace], threshold 2, signed by Ada alone",
    files: ofRoot([ADA_ID, ADA_ID, GRACE_ID], 2, [ADA]),
    expected: "threshold/own",
  },
  {
    name: "[Ada, Ada, Grace], threshold 2, signed by both: the list is ambiguous all the same",
    files: ofRoot([ADA_ID, ADA_ID, GRACE_ID], 2, [ADA, GRACE]),
    expected: "role/duplicate-keyid",
  },
  {
    name: "a keyid twice in targets, where nobody counts today",
    files: ofTargets([ADA_ID, ADA_ID], 1),
    expected: "role/duplicate-keyid",
  },
  { name: "nobody may sign root", files: ofRoot([], 1), expected: "threshold/own" },
  {
    name: "nobody may sign targets: safe, and surely not meant",
    files: ofTargets([], 1),
    expected: "valid",
    warning: "role/threshold-above-keys",
  },
  {
    name: "targets needs 2^53 - 1 signatures",
    files: ofTargets([ADA_ID], Number.MAX_SAFE_INTEGER),
    expected: "valid",
    warning: "role/threshold-above-keys",
  },
  {
    name: "root names a keyid without a key, the others are enough",
    files: ofRoot([ADA_ID, GRACE_ID, "none"], 2),
    expected: "valid",
    warning: "role/dangling-keyid",
  },
  { name: "root names only keyids without keys", files: ofRoot(["a", "b"], 1), expected: "threshold/own" },
  {
    name: "a keyid in upper case is another keyid",
    files: ofRoot([ADA_ID.toUpperCase(), GRACE_ID], 2),
    expected: "threshold/own",
  },
  {
    name: "a signature under the keyid in upper case",
    files: tampered(`"keyid": "${ADA_ID}"`, `"keyid": "${ADA_ID.toUpperCase()}"`, { threshold: 3 }),
    expected: "threshold/own",
  },
  {
    name: "a blank behind the keyid of a signature",
    files: tampered(`"keyid": "${ADA_ID}"`, `"keyid": "${ADA_ID} "`, { threshold: 3 }),
    expected: "threshold/own",
  },
  {
    name: "the online key signs for a holder",
    files: sampleRoot({ signers: [ADA, ONLINE] }),
    expected: "threshold/own",
  },
  {
    name: "a key that stands in `keys` only signs",
    files: ofRoot([ADA_ID, GRACE_ID], 2, [ADA, LINUS]),
    expected: "threshold/own",
  },
  {
    name: "a stranger signs under a holder's keyid",
    files: tampered(`"keyid": "${EVE_ID}"`, `"keyid": "${GRACE_ID}"`, { signers: [ADA, EVE] }),
    expected: "threshold/own",
  },
  {
    name: "two holders' signatures under each other's keyids",
    files: sampleRoot({
      signers: [ADA, GRACE],
      tamper: (text) =>
        text
          .replace(`"keyid": "${ADA_ID}"`, '"keyid": "?"')
          .replace(`"keyid": "${GRACE_ID}"`, `"keyid": "${ADA_ID}"`)
          .replace('"keyid": "?"', `"keyid": "${GRACE_ID}"`),
    }),
    expected: "threshold/own",
  },
  {
    name: "one good signature copied under every keyid",
    files: sampleRoot({
      signers: [ADA, GRACE],
      tamper: (text) => {
        const [sig = ""] = /"sig": "[^"]*"/.exec(text) ?? [];
        return text.replaceAll(/"sig": "[^"]*"/g, sig);
      },
    }),
    expected: "threshold/own",
  },
];

const others: readonly Trap[] = [
  {
    name: "a fifth role",
    files: rootWith(["roles", "mirrors"], json(`{"keyids": ["${ONLINE_ID}"], "threshold": 1}`)),
    expected: "valid",
    warning: "role/unexpected",
  },
  {
    name: "a fifth role that accepts unsigned documents",
    files: rootWith(["roles", "mirrors"], json('{"keyids": [], "threshold": 0}')),
    expected: "role/threshold",
  },
  { name: "a fifth role that is null", files: rootWith(["roles", "mirrors"], null), expected: "role/shape" },
];

judgeTraps([...thresholds, ...lists, ...shapes, ...counting, ...others]);
