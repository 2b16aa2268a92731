/**
 * Documents by their keys: composes each planned document once for each set of keys, and keeps the last two results.
 *
 * A document of 16,384 bins takes a noticeable moment; every step, the planner and the audit ask for the same one. Two,
 * because there may be the document with the one-time keys of before and the one with those that are signing now.
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
  /** The one that was asked for last comes last. */
  readonly #kept = new Map<RoleName, readonly { keys: string; document: ComposedDocument }[]>();

  constructor(plan: Plan, rehearsal: boolean) {
    this.plan = plan;
    this.rehearsal = rehearsal;
  }

  /** The keys that are not known yet and without which the document can't be composed. */
  missingKeys(role: RoleName, keys: ReadonlyMap<KeyName, PublicKey>): readonly KeyName[] {
    return documentKeys(this.plan, role).filter((name) => !keys.has(name));
  }

  /** The document of this digest, as far as it is kept: what a screen shows while one-time keys sign. */
  composed(role: RoleName, sha256: Sha256Hex): ComposedDocument | null {
    const kept = this.#kept.get(role) ?? [];
    return kept.find(({ document }) => document.sha256 === sha256)?.document ?? null;
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
    const kept = this.#kept.get(role) ?? [];
    const known = kept.find((one) => one.keys === fingerprint);
    if (known !== undefined && known === kept.at(-1)) return known.document;
    const document = known?.document ?? this.#composeAnew(role, keys);
    const others = kept.filter((one) => one !== known);
    this.#kept.set(role, [...others.slice(-1), { keys: fingerprint, document }]);
    return document;
  }

  #composeAnew(role: RoleName, keys: ReadonlyMap<KeyName, PublicKey>): ComposedDocument {
    const signed = composeDocument(this.plan, role, keys, this.rehearsal);
    const payload = canonicalBytes(signed);
    return { role, signed, payload, sha256: sha256Hex(payload) };
  }
}
