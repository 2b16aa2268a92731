/** The shortest way through a ceremony: compose every document of a plan and have everybody sign it, without any record. */
import { composeDocument } from "../../src/ceremony/compose-document.ts";
import type { Plan } from "../../src/ceremony/plan-types.ts";
import { canonicalBytes } from "../../src/tuf/canonical.ts";
import { keyIdOf, keyObject } from "../../src/tuf/keys.ts";
import { serializeDocument } from "../../src/tuf/serialize.ts";
import type { PublicKey } from "../../src/tuf/types.ts";
import { type ExampleKey, exampleKey } from "./example-keys.ts";

/** Bytes by file name (`1.root.json`). Every key but the online ones is the example key that `keyFor` gives. */
export function holdCeremony(
  plan: Plan,
  keyFor: (name: string) => ExampleKey = exampleKey,
): ReadonlyMap<string, Uint8Array> {
  const keys = new Map<string, PublicKey>();
  for (const [name, { known }] of plan.keys) keys.set(name, known ?? keyFor(name).publicKey);
  const files = new Map<string, Uint8Array>();
  for (const { role, path, signers, style } of plan.documents) {
    const signed = composeDocument(plan, role, keys, false);
    const payload = canonicalBytes(signed);
    const signatures = signers.map((name) => {
      const key = keyFor(name);
      return { keyid: keyIdOf(keyObject(key.publicKey)), sig: key.sign(payload) };
    });
    files.set(path.replace("metadata/", ""), serializeDocument(signed, signatures, style));
  }
  return files;
}
