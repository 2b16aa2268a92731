/**
 * The documents of a plan before there are keys: those that are known, and for those that will be made, keys of the
 * right kind and length. What depends on sizes, schemes and members can be told from them before anybody travels.
 */
import { writePem } from "../tuf/pem.ts";
import type { JsonObject, PublicKey, Scheme } from "../tuf/types.ts";
import { composeDocument, documentKeys } from "./compose-document.ts";
import type { Plan } from "./plan-types.ts";
import type { KeyName, RoleName } from "./script.ts";

/** The signed part of a planned document, as long as it will be, give or take a few bytes of RSA keys. */
export function likelyDocument(plan: Plan, role: RoleName): JsonObject {
  return composeDocument(plan, role, likelyKeys(plan), false);
}

/** Every key of the plan whose public part stands in one of its documents. No two are the same. */
export function likelyKeys(plan: Plan): ReadonlyMap<KeyName, PublicKey> {
  const named = new Set(plan.documents.flatMap(({ role }) => documentKeys(plan, role)));
  const keys = new Map<KeyName, PublicKey>();
  for (const [index, name] of Array.from(named).entries()) {
    const planned = plan.keys.get(name);
    if (planned === undefined) continue;
    const scheme = "scheme" in planned.key ? planned.key.scheme : "ed25519";
    keys.set(name, planned.known ?? placeholder(scheme, index));
  }
  return keys;
}

/** Bytes of the SubjectPublicKeyInfo; RSA as the largest that devices make, 4096 bits. */
const SPKI_BYTES: Readonly<Record<Scheme, number>> = {
  ed25519: 32,
  "ecdsa-sha2-nistp256": 91,
  "ecdsa-sha2-nistp384": 120,
  "rsassa-pss-sha256": 550,
};

function placeholder(scheme: Scheme, index: number): PublicKey {
  const bytes = new Uint8Array(SPKI_BYTES[scheme]);
  new DataView(bytes.buffer).setUint32(0, index);
  if (scheme === "ed25519") return { keytype: "ed25519", scheme, public: bytes.toHex() };
  const keytype = scheme === "rsassa-pss-sha256" ? "rsa" : "ecdsa";
  return { keytype, scheme, public: writePem({ label: "PUBLIC KEY", bytes }) };
}
