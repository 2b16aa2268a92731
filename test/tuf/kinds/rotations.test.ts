/** Chains: who may hand over to whom, what is a step forward, and what is only made to look like one. */

import {
  ADA,
  EVE,
  GRACE,
  keyIdOfTestKey,
  LINUS,
  ONLINE,
  type SampleRoot,
  sampleRoot,
  sampleTargets,
} from "../../support/sample-metadata.ts";
import { makeTestKey, type TestKey } from "../../support/test-keys.ts";
import { judgeTraps, renamed, type Trap } from "./traps.ts";

const [MARY, KARL] = [makeTestKey("ecdsa-sha2-nistp256"), makeTestKey("rsassa-pss-sha256")];
const OLD = [ADA, GRACE, LINUS];
const NEW = [EVE, MARY, KARL];
const chain = (...roots: readonly Partial<SampleRoot>[]) =>
  roots.map((root, index) => sampleRoot({ version: index + 1, ...root }));

type Chains = Readonly<Record<string, readonly Uint8Array[]>>;

const good: Chains = {
  "all keys at once, signed by two old and two new": chain(
    {},
    { keys: NEW, signers: [ADA, GRACE, EVE, MARY] },
  ),
  "one key after the other": chain(
    {},
    { keys: [ADA, GRACE, EVE], signers: [ADA, GRACE] },
    { keys: [ADA, EVE, MARY], signers: [ADA, EVE] },
    { keys: NEW, signers: [EVE, MARY] },
  ),
  "a higher threshold, met by old and new": chain(
    {},
    { keys: [...OLD, EVE], threshold: 4, signers: [...OLD, EVE] },
  ),
  "a lower threshold, agreed on by the old one": chain(
    {},
    { keys: [ADA], threshold: 1, signers: [ADA, GRACE] },
  ),
  "a key leaves and comes back": chain(
    {},
    { keys: [ADA, GRACE, EVE], signers: [ADA, GRACE] },
    { signers: [ADA, GRACE] },
  ),
  "a leaving key signs its own farewell": chain({}, { keys: [ADA, EVE], signers: [ADA, LINUS, EVE] }),
  "a chain that begins at version 7": [sampleRoot({ version: 7 }), sampleRoot({ version: 8 })],
  "a chain of forty": chain(...Array.from({ length: 40 }, () => ({ signers: [ADA, GRACE] }))),
};

const noPrevious: Chains = {
  "all keys at once, signed by the new ones only": chain({}, { keys: NEW, signers: NEW }),
  "all keys at once, one old signature missing": chain({}, { keys: NEW, signers: [ADA, ...NEW] }),
  "a lower threshold that only the new root agrees on": chain(
    {},
    { keys: OLD, threshold: 1, signers: [ADA] },
  ),
  "a key that left signs again": chain(
    {},
    { keys: [ADA, GRACE, EVE], signers: [ADA, GRACE] },
    { keys: [ADA, LINUS], signers: [ADA, LINUS] },
  ),
  "signed by the root before the previous one": chain(
    { keys: OLD },
    { keys: NEW, signers: [...OLD, ...NEW] },
    { keys: OLD, signers: OLD },
  ),
  "the online key hands over": chain({}, { keys: [ADA, EVE], threshold: 1, signers: [ONLINE, EVE] }),
  "old keys have signed, but under keyids of the new root": [
    sampleRoot(),
    sampleRoot({
      version: 2,
      keys: [EVE],
      threshold: 1,
      signers: [ADA, EVE, GRACE],
      tamper: (text) => text.replace(`"keyid": "${keyIdOfTestKey(GRACE)}"`, '"keyid": "x"'),
    }),
  ],
};

const noOwn: Chains = {
  "all keys at once, signed by the old ones only": chain({}, { keys: NEW, signers: OLD }),
  "all keys at once, one new signature missing": chain({}, { keys: NEW, signers: [...OLD, EVE] }),
  "a higher threshold, with signatures for the old one only": chain(
    {},
    { keys: [...OLD, EVE], threshold: 4, signers: OLD },
  ),
  "signatures of the previous version, copied": [
    sampleRoot(),
    sampleRoot({ tamper: (text) => text.replace('"version": 1', '"version": 2') }),
  ],
  "a later expiry, the signatures copied": [
    sampleRoot(),
    sampleRoot({ version: 2, tamper: (text) => text.replace("2030-01-01", "2040-01-01") }),
  ],
  "a key put in after signing": [
    sampleRoot(),
    sampleRoot({
      version: 2,
      tamper: (text) => text.replace(ADA.publicKey.public, EVE.publicKey.public),
    }),
  ],
  "a signature over targets metadata": [
    sampleRoot(),
    sampleRoot({ version: 2, signers: [ADA], tamper: withTargetsSignature }),
  ],
};

function signatureOfTargets(): string {
  return /"sig": "[^"]*"/.exec(new TextDecoder().decode(sampleTargets({ signers: [GRACE] })))?.[0] ?? "";
}

/** Grace has signed targets with the same key; that signature stands here. */
function withTargetsSignature(text: string): string {
  const signature = `{"keyid": "${keyIdOfTestKey(GRACE)}", ${signatureOfTargets()}}, `;
  return text.replace('"signatures": [', `"signatures": [${signature}`);
}

const versions = (...numbers: readonly number[]) => numbers.map((version) => sampleRoot({ version }));
const noVersions: Chains = {
  "a version left out": versions(1, 3),
  "a version left out, and delivered late": versions(1, 3, 2),
  "the same root again": versions(1, 1),
  "back and forth": versions(1, 2, 1, 2, 3),
  "a fast-forward": versions(1, Number.MAX_SAFE_INTEGER),
  "in reverse order": versions(3, 2, 1),
  "two different successors of one root": [
    ...versions(1, 2),
    sampleRoot({ version: 2, keys: [ADA, GRACE, EVE], signers: [ADA, GRACE] }),
  ],
};

const noRoots: Chains = {
  "targets metadata signed by the root's keys": [
    sampleRoot(),
    sampleTargets({ version: 2, signers: [ADA, GRACE, LINUS] }),
  ],
  "targets metadata as the first root": [sampleTargets({ signers: [ADA, GRACE] })],
};

/** Ada and Eve are both called R: one keyid, two keys. */
function calledR(version: number, key: TestKey, signers: readonly TestKey[]): Uint8Array {
  return sampleRoot({ version, keys: [key, GRACE], threshold: 1, signers, ...renamed(key, "R") });
}

const reused: Chains = {
  "a keyid that names another key from now on, signed under both": [
    calledR(1, ADA, [ADA]),
    calledR(2, EVE, [GRACE, EVE]),
  ],
  "a keyid that comes back for another key": [
    calledR(1, ADA, [ADA]),
    sampleRoot({ version: 2, keys: [GRACE, LINUS], threshold: 1, signers: [GRACE] }),
    calledR(3, EVE, [GRACE, EVE]),
  ],
};

const of = (chains: Chains, expected: Trap["expected"]): readonly Trap[] =>
  Object.entries(chains).map(([name, files]) => ({ name, files, expected }));

judgeTraps([
  ...of(good, "valid"),
  ...of(noPrevious, "threshold/previous"),
  ...of(noOwn, "threshold/own"),
  ...of(noVersions, "chain/version"),
  ...of(noRoots, "chain/not-root"),
  ...of(reused, "key/keyid-reused"),
]);
