/** Small plans for tests: two root holders in the room, one elsewhere. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Composer } from "../../src/ceremony/composer.ts";
import { writeEnrolment } from "../../src/ceremony/enrolment.ts";
import { writeRequest } from "../../src/ceremony/exchange-files.ts";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { possessionMessage } from "../../src/ceremony/possession.ts";
import { planFromBytes } from "../../src/live/folder-plans.ts";
import type { PublicKey, Scheme } from "../../src/tuf/types.ts";
import { makeTestKey, type TestKey } from "../support/test-keys.ts";

export interface Example {
  readonly plan: Plan;
  readonly script: Uint8Array;
  readonly inputs: ReadonlyMap<string, Uint8Array>;
  /** The key of the holder elsewhere. */
  readonly linus: TestKey;
  /** Every key of the plan as the ceremony would know it. */
  readonly keys: ReadonlyMap<string, PublicKey>;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  "root-ada": "ed25519",
  "root-grace": "ecdsa-sha2-nistp256",
  "root-extra": "ed25519",
  "targets-1": "ed25519",
  "bins-1": "ed25519",
};

/** The same keys for all examples of a test file: making them takes its time. */
const linus = makeTestKey("ed25519");
const online = makeTestKey("ecdsa-sha2-nistp256");
const made = new Map(Object.entries(SCHEMES).map(([name, scheme]) => [name, makeTestKey(scheme)]));

/** The script is changed by `edit` before it is read; it must make a plan. */
export function makeExample(edit: (script: string) => string = (script) => script): Example {
  const proof = linus.sign(possessionMessage("example-2026-root", "root-linus"));
  const who = { ceremony: "example-2026-root", key: "root-linus", holder: "linus" };
  const enrolment = writeEnrolment(who, linus.publicKey, proof);
  const pem = new TextEncoder().encode(online.pem);
  const inputs = new Map([
    ["enrolment/linus.json", enrolment],
    ["keys/online.pem", pem],
  ]);
  const script = new TextEncoder().encode(edit(scriptText(sha256(enrolment), sha256(pem))));
  const { plan, findings } = planFromBytes(script, inputs);
  assert.ok(plan !== null, JSON.stringify(findings));
  const keys = new Map<string, PublicKey>();
  for (const [name, planned] of plan.keys) {
    const key = planned.known ?? made.get(name)?.publicKey;
    assert.ok(key !== undefined);
    keys.set(name, key);
  }
  return { plan, script, inputs, linus, keys };
}

/** The bytes of the request that a ceremony by this plan would write for the holder elsewhere. */
export function goodRequest({ plan, keys }: Example, role = "root", rehearsal = false): Uint8Array {
  const document = new Composer(plan, rehearsal).compose(role, keys);
  const own = keys.get("root-linus");
  assert.ok(document !== null && own !== undefined);
  return writeRequest(plan, document, "root-linus", own);
}

/** Another fresh key of the scheme. */
export function otherKey(scheme: Scheme): PublicKey {
  return makeTestKey(scheme).publicKey;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function scriptText(enrolment: string, pem: string): string {
  return `
ceremony: example-2026-root
title: First root of the example repository
profile: tuf
previous: none
window: { from: 2026-12-04T15:00:00Z, to: 2026-12-04T23:00:00Z }

people:
  - { id: admin, name: Margaret Hamilton, duty: administrator }
  - { id: ada, name: Ada Lovelace, duty: holder }
  - { id: grace, name: Grace Hopper, duty: holder }
  - { id: linus, name: Linus Elsewhere, duty: holder }
  - id: witness-1
    name: Katherine Johnson
    duty: witness
    signs_with: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP/y20KnEzXa0pL+6CxImt2nPhIk29OipGf6WWjUMJYM

keys:
  root-ada: { holder: ada, scheme: ed25519, store: file }
  root-grace: { holder: grace, scheme: ecdsa-sha2-nistp256, store: file }
  root-linus: { holder: linus, enrolled: { file: enrolment/linus.json, sha256: ${enrolment} } }
  targets-1: { scheme: ed25519, store: one-time }
  bins-1: { scheme: ed25519, store: one-time }
  online: { public: keys/online.pem, sha256: ${pem}, scheme: ecdsa-sha2-nistp256 }

roles:
  root: { keys: [root-ada, root-grace, root-linus], threshold: 2, expires: 2027-12-04T00:00:00Z }
  targets: { keys: [targets-1], threshold: 1, expires: 2027-12-04T00:00:00Z, delegates: [bins] }
  bins:
    keys: [bins-1]
    threshold: 1
    expires: 2027-12-04T00:00:00Z
    hash_bins: { count: 16, name: bin, keys: [online], threshold: 1 }
  snapshot: { keys: [online], threshold: 1 }
  timestamp: { keys: [online], threshold: 1 }
`;
}
