/**
 * Lint before signing: every document with throw-away keys of the same schemes in every place, signed by all of them,
 * judged by our rules and by the clients. What a post-ceremony lint would find shows before a real key is used.
 */
import { composeDocument, documentKeys } from "../ceremony/compose-document.ts";
import type { Effects } from "../ceremony/effects.ts";
import type { Plan } from "../ceremony/plan-types.ts";
import type { KeyName } from "../ceremony/script.ts";
import { makeSoftwareKey, type SoftwareKey } from "../keystore/software-key.ts";
import { canonicalBytes } from "../tuf/canonical.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { lintDocument } from "../tuf/lint.ts";
import { serializeDocument } from "../tuf/serialize.ts";
import type { PublicKey, Scheme } from "../tuf/types.ts";
import { tryClients } from "./clients.ts";

export async function lintWithThrowAwayKeys(plan: Plan): Promise<Effects["lint"]["value"]> {
  const made = makeKeys(plan);
  const publicKeys = new Map<KeyName, PublicKey>([...made].map(([name, key]) => [name, key.publicKey]));
  const documents: Effects["lint"]["value"]["documents"][number][] = [];
  const findings: Effects["lint"]["value"]["findings"][number][] = [];
  const files = new Map<string, Uint8Array>();
  for (const { role, path, signers, style } of plan.documents) {
    const signed = composeDocument(plan, role, publicKeys, false);
    const payload = canonicalBytes(signed);
    const signatures = signers.flatMap((name) => {
      const key = made.get(name);
      return key === undefined ? [] : [{ keyid: keyIdOf(keyObject(key.publicKey)), sig: key.sign(payload) }];
    });
    const bytes = serializeDocument(signed, signatures, style);
    files.set(path, bytes);
    documents.push({ role, payloadBytes: payload.length, fileBytes: bytes.length });
    for (const { rule, severity } of lintDocument(bytes)) findings.push({ role, rule, severity });
  }
  for (const key of made.values()) key.wipe();
  return { documents, findings, clients: await tryClients(files) };
}

function makeKeys(plan: Plan): ReadonlyMap<KeyName, SoftwareKey> {
  const names = new Set(
    plan.documents.flatMap(({ role, signers }) => [...documentKeys(plan, role), ...signers]),
  );
  const made = new Map<KeyName, SoftwareKey>();
  for (const name of names) made.set(name, makeSoftwareKey(schemeOf(plan, name)));
  return made;
}

function schemeOf(plan: Plan, name: KeyName): Scheme {
  const planned = plan.keys.get(name);
  const scheme =
    planned?.known?.scheme ??
    (planned !== undefined && "scheme" in planned.key ? planned.key.scheme : undefined);
  if (scheme === undefined) throw new TypeError(`the plan does not know the scheme of ${name}`);
  return scheme;
}
