/** A document with its signatures: the file, the gates it meets, the rules it keeps. */
import { object } from "../tuf/json.ts";
import { lintDocument } from "../tuf/lint.ts";
import { serializeDocument } from "../tuf/serialize.ts";
import type { Signature } from "../tuf/types.ts";
import type { Gate, PlannedDocument } from "./plan-types.ts";
import type { RoleName } from "./script.ts";
import type { CeremonyState } from "./state.ts";

/** The bytes of the metadata file: the document as it is now and every signature over it, in the order of the plan. */
export function fileBytes(state: CeremonyState, role: RoleName): Uint8Array {
  const document = state.document(role);
  if (document === null) throw new TypeError(`${role} can't be composed yet`);
  return serializeDocument(
    document.signed,
    signaturesInOrder(state, role),
    plannedDocument(state, role).style,
  );
}

export interface UnmetGate extends Gate {
  readonly signed: number;
}

/** The gates of a document that have fewer valid signatures than their threshold. */
export function unmetGates(state: CeremonyState, role: RoleName): readonly UnmetGate[] {
  const signed = new Set(state.validSignatures(role).map(({ key }) => key));
  return plannedDocument(state, role)
    .gates.map((gate) => ({
      ...gate,
      signed: gate.keys.filter(({ name }) => name !== null && signed.has(name)).length,
    }))
    .filter((gate) => gate.signed < gate.threshold);
}

/** Ids of the rules for documents we make that this one breaks. A rehearsal's is judged as the real one it stands for. */
export function lintComposed(state: CeremonyState, role: RoleName): readonly string[] {
  const document = state.document(role);
  if (document === null) return ["document/incomplete"];
  const type = role === "root" ? "root" : "targets";
  const signed = object([...document.signed].map(([name, value]) => [name, name === "_type" ? type : value]));
  const { style } = plannedDocument(state, role);
  const bytes = serializeDocument(signed, signaturesInOrder(state, role), style);
  return lintDocument(bytes)
    .filter((finding) => finding.severity === "error")
    .map((finding) => finding.rule);
}

export function plannedDocument(state: CeremonyState, role: RoleName): PlannedDocument {
  const planned = state.plan.documents.find((document) => document.role === role);
  if (planned === undefined) throw new TypeError(`${role} is no document of this plan`);
  return planned;
}

function signaturesInOrder(state: CeremonyState, role: RoleName): readonly Signature[] {
  const signers = plannedDocument(state, role).signers;
  return [...state.validSignatures(role)]
    .sort((a, b) => signers.indexOf(a.key) - signers.indexOf(b.key))
    .map(({ keyid, sig }) => ({ keyid, sig }));
}
