/**
 * Whether each device can take the document that it is to sign with Ed25519, which signs the whole document and not its
 * hash. Asked before anybody travels: a YubiHSM 2 says so only when it is asked to sign.
 */
import { canonicalBytes } from "../tuf/canonical.ts";
import { DEVICES } from "./devices/index.ts";
import { likelyDocument } from "./likely-documents.ts";
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
    const size = canonicalBytes(likelyDocument(plan, role)).length;
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
  return DEVICES.get(key.device)?.maxEd25519Bytes ?? null;
}
