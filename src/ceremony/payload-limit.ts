/**
 * Whether each device can take the document that it is to sign with Ed25519, which signs the whole document and not its
 * hash. Asked before anybody travels: a YubiHSM 2 says so only when it is asked to sign.
 */
import { canonicalBytes } from "../tuf/canonical.ts";
import { writePem } from "../tuf/pem.ts";
import type { PublicKey, Scheme } from "../tuf/types.ts";
import { composeDocument, documentKeys } from "./compose-document.ts";
import { DEVICE_KINDS } from "./devices.ts";
import type { Plan } from "./plan-types.ts";
import type { KeyName } from "./script.ts";
import type { Findings } from "./script-rules/findings.ts";

export function checkPayloads(plan: Plan, findings: Findings): void {
  for (const { role, signers } of plan.documents) {
    const limited = signers.flatMap((name) => {
      const limit = limitOf(plan, name);
      return limit === null ? [] : [{ name, limit }];
    });
    if (limited.length === 0) continue;
    const size = canonicalBytes(composeDocument(plan, role, likelyKeys(plan, role), false)).length;
    for (const { name, limit } of limited) {
      if (size > limit) {
        findings.at(`keys.${name}`, "plan/payload", {
          expected: `a document of at most ${limit} bytes, which is all that this device signs with Ed25519`,
          found: `about ${size} bytes of ${role}`,
        });
      }
    }
  }
}

function limitOf(plan: Plan, name: KeyName): number | null {
  const key = plan.keys.get(name)?.key;
  if (key?.store !== "hsm" || key.scheme !== "ed25519") return null;
  return DEVICE_KINDS.get(key.device)?.maxEd25519Bytes ?? null;
}

/** The known keys, and for those that will be made, keys of the right length. */
function likelyKeys(plan: Plan, role: string): ReadonlyMap<KeyName, PublicKey> {
  const keys = new Map<KeyName, PublicKey>();
  for (const [index, name] of documentKeys(plan, role).entries()) {
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
  const bytes = new Uint8Array(SPKI_BYTES[scheme]).fill(index);
  if (scheme === "ed25519") return { keytype: "ed25519", scheme, public: bytes.toHex() };
  const keytype = scheme === "rsassa-pss-sha256" ? "rsa" : "ecdsa";
  return { keytype, scheme, public: writePem({ label: "PUBLIC KEY", bytes }) };
}
