/** What the ceremony of PEP 458 computes over its 16,384 delegations: targets and bins composed, signed and checked. */
import assert from "node:assert/strict";
import { composeDocument } from "../../../src/ceremony/compose-document.ts";
import { makeSoftwareKey } from "../../../src/keystore/software-key.ts";
import { loadForRun } from "../../../src/live/load-for-run.ts";
import { acceptSignature } from "../../../src/tuf/accept-signature.ts";
import { canonicalBytes } from "../../../src/tuf/canonical.ts";
import { keyIdOf, keyObject, parseKeyObject } from "../../../src/tuf/keys.ts";
import { serializeDocument } from "../../../src/tuf/serialize.ts";
import type { PublicKey } from "../../../src/tuf/types.ts";

const [script = ""] = process.argv.slice(2);
const { plan } = loadForRun(script);
const documents = plan.documents.filter(({ role }) => role !== "root");
assert.deepEqual(documents.map(({ role }) => role).toSorted(), ["bins", "targets"]);

const made = new Map(
  documents.flatMap(({ signers }) => signers).map((name) => [name, makeSoftwareKey("ed25519")]),
);
const keys = new Map<string, PublicKey>();
for (const [name, { known }] of plan.keys) {
  const key = known ?? made.get(name)?.publicKey;
  if (key !== undefined) keys.set(name, key);
}

for (const { role, signers, style } of documents) {
  const signed = composeDocument(plan, role, keys, false);
  const payload = canonicalBytes(signed);
  const signatures = signers.map((name) => {
    const key = made.get(name);
    assert.ok(key !== undefined);
    const wire = keyObject(key.publicKey);
    const sig = key.sign(payload);
    assert.ok(acceptSignature(parseKeyObject(wire), payload, sig).ok);
    return { keyid: keyIdOf(wire), sig };
  });
  const bytes = serializeDocument(signed, signatures, style);
  if (role === "bins") assert.ok(bytes.length > 3_000_000);
}
