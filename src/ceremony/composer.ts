/**
 * Documents by their keys: composes each planned document once for each set of keys, and keeps the last result.
 *
 * A document of 16,384 bins takes a noticeable moment; every step, the planner and the audit ask for the same one.
 */
import { createHash } from "node:crypto";
import { canonicalBytes } from "../tuf/canonical.ts";
import type { JsonObject, PublicKey, Sha256Hex } from "../tuf/types.ts";
import { composeDocument, documentKeys } from "./compose-document.ts";
import type { Plan } from "./plan-types.ts";
import type { KeyName, RoleName } from "./script.ts";

export interface ComposedDocument {
  readonly role: RoleName;
  readonly signed: JsonObject;
  /** Canonical bytes of the signed part: what is signed. */
  readonly payload: Uint8Array;
  readonly sha256: Sha256Hex;
}

export function sha256Hex(bytes: Uint8Array | string): Sha256Hex {
  return createHash("sha256").update(bytes).digest("hex") as Sha256Hex; // a SHA-256 in hex by construction
}

export class Composer {
  readonly plan: Plan;
  readonly rehearsal: boolean;
  readonly #last = new Map<RoleName, { keys: string; document: ComposedDocument }>();

  constructor(plan: Plan, rehearsal: boolean) {
    this.plan = plan;
    this.rehearsal = rehearsal;
  }

  /** The keys that are not known yet and without which the document can't be composed. */
  missingKeys(role: RoleName, keys: ReadonlyMap<KeyName, PublicKey>): readonly KeyName[] {
    return documentKeys(this.plan, role).filter((name) => !keys.has(name));
  }

  /** The document as it was composed last, with whatever keys: what a screen shows while one-time keys sign. */
  latest(role: RoleName): ComposedDocument | null {
    return this.#last.get(role)?.document ?? null;
  }

  /** The document as these keys make it, or null while a key is unknown. */
  compose(role: RoleName, keys: ReadonlyMap<KeyName, PublicKey>): ComposedDocument | null {
    const names = documentKeys(this.plan, role);
    const used: string[] = [];
    for (const name of names) {
      const key = keys.get(name);
      if (key === undefined) return null;
      used.push(key.public);
    }
    const fingerprint = used.join("\n");
    const last = this.#last.get(role);
    if (last !== undefined && last.keys === fingerprint) return last.document;
    const signed = composeDocument(this.plan, role, keys, this.rehearsal);
    const payload = canonicalBytes(signed);
    const document = { role, signed, payload, sha256: sha256Hex(payload) };
    this.#last.set(role, { keys: fingerprint, document });
    return document;
  }
}
