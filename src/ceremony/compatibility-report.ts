/**
 * The compatibility report: which clients read the documents, and which devices could sign them with Ed25519. Of a plan,
 * before there are keys, and of documents that are there. It refuses nothing (docs/clients.md).
 */
import type { Sight } from "../tuf/client-limits.ts";
import type { ClientReport, Documents, Reason } from "../tuf/compatibility.ts";
import { reportCompatibility } from "../tuf/compatibility.ts";
import type { ReadableDocument } from "../tuf/documents.ts";
import { keyIdOf, keyObject } from "../tuf/keys.ts";
import { readDocument } from "../tuf/metadata.ts";
import { serializeDocument } from "../tuf/serialize.ts";
import type { KeyId, PublicKey } from "../tuf/types.ts";
import { composeDocument } from "./compose-document.ts";
import { DEVICES } from "./devices/index.ts";
import { likelyKeys } from "./likely-documents.ts";
import type { Plan } from "./plan-types.ts";
import type { KeyName, RoleName } from "./script.ts";

/** A place of a document, and the script's name of the key that it is about; null: none, or not a key of the script. */
export interface NamedSight {
  readonly key: KeyName | null;
  /** JSON pointer; null where it would name a key that has not been made yet. */
  readonly where: string | null;
  readonly found: string;
}

export type NamedReason = Omit<Reason, "sights"> & { readonly sights: readonly NamedSight[] };

export type NamedClientReport = Omit<ClientReport, "reasons" | "remarks"> & {
  readonly reasons: readonly NamedReason[];
  readonly remarks: readonly NamedReason[];
};

/** Ed25519 signs the whole document. Who signs with another scheme signs its hash, of any document. */
export interface Ed25519Report {
  readonly document: RoleName;
  /** Of the canonical form, which is what is signed. */
  readonly payloadBytes: number;
  /** The devices that make Ed25519 keys; `limitBytes` null: no limit is known. */
  readonly devices: readonly {
    readonly device: string;
    readonly limitBytes: number | null;
    readonly fits: boolean;
  }[];
}

export interface CompatibilityReport {
  readonly clients: readonly NamedClientReport[];
  readonly ed25519: readonly Ed25519Report[];
}

/** Of the documents that a plan will make, with keys of the right kinds in place of those that are not made yet. */
export function reportPlan(plan: Plan): CompatibilityReport {
  const keys = likelyKeys(plan);
  const isMade = (keyid: KeyId): boolean => plan.keys.values().some(({ knownKeyid }) => knownKeyid === keyid);
  const documents = new Map<RoleName, ReadableDocument>();
  for (const { role, style } of plan.documents) {
    const document = readDocument(serializeDocument(composeDocument(plan, role, keys, false), [], style));
    if (document.kind !== "unreadable") documents.set(role, document);
  }
  return reportNamed(documents, keys, isMade);
}

/** Of documents that are there. `keys`: those that have a name in the script. */
export function reportDocuments(
  documents: Documents,
  keys: ReadonlyMap<KeyName, PublicKey>,
): CompatibilityReport {
  return reportNamed(documents, keys, () => true);
}

function reportNamed(
  documents: Documents,
  keys: ReadonlyMap<KeyName, PublicKey>,
  isMade: (keyid: KeyId) => boolean,
): CompatibilityReport {
  const names = new Map(Array.from(keys, ([name, key]) => [keyIdOf(keyObject(key)), name]));
  const nameSight = ({ where, found, keyid }: Sight): NamedSight => ({
    key: (keyid === null ? undefined : names.get(keyid)) ?? null,
    where: keyid === null || isMade(keyid) ? where : null,
    found,
  });
  const nameSights = (reasons: readonly Reason[]): readonly NamedReason[] =>
    reasons.map((reason) => ({ ...reason, sights: reason.sights.map(nameSight) }));
  return {
    clients: reportCompatibility(documents).map((client) => ({
      ...client,
      reasons: nameSights(client.reasons),
      remarks: nameSights(client.remarks),
    })),
    ed25519: Array.from(documents, ([document, { payload }]) => reportEd25519(document, payload.length)),
  };
}

function reportEd25519(document: RoleName, payloadBytes: number): Ed25519Report {
  const makers = Array.from(DEVICES.values()).filter(({ schemes }) => schemes.includes("ed25519"));
  const devices = makers.map(({ name, maxEd25519Bytes }) => ({
    device: name,
    limitBytes: maxEd25519Bytes,
    fits: maxEd25519Bytes === null || payloadBytes <= maxEd25519Bytes,
  }));
  return { document, payloadBytes, devices };
}
