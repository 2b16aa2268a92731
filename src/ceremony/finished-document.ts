/** A document with its signatures: the file, the gates it meets, the rules it keeps. */
import { object } from "../tuf/json.ts";
import { lintDocument } from "../tuf/lint.ts";
import { serializeDocument } from "../tuf/serialize.ts";
import type { Signature } from "../tuf/types.ts";
import type { ComposedDocument } from "./composer.ts";
import type { Gate, PlannedDocument } from "./plan-types.ts";
import type { RoleName } from "./script.ts";
import type { CeremonyState } from "./state.ts";

/** What was written last of a document, and with which signatures: lint, clients and output all ask for the same file. */
const written = new WeakMap<ComposedDocument, { readonly signatures: string; readonly bytes: Uint8Array }>();

/** The bytes of the metadata file: the document as it is now and every signature over it, in the order of the plan. */
export function fileBytes(state: CeremonyState, role: RoleName): Uint8Array {
  const document = state.document(role);
  if (document === null) throw new TypeError(`${role} can't be composed yet`);
  const inOrder = signaturesInOrder(state, role);
  const signatures = inOrder.map(({ keyid, sig }) => `${keyid} ${sig}`).join("\n");
  const last = written.get(document);
  if (last?.signatures === signatures) return last.bytes;
  const bytes = serializeDocument(document.signed, inOrder, plannedDocument(state, role).style);
  written.set(document, { signatures, bytes });
  return bytes;
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

/** Ids of the rules for documents we make that this one breaks. */
export function lintComposed(state: CeremonyState, role: RoleName): readonly string[] {
  const document = state.document(role);
  if (document === null) return ["document/incomplete"];
  const bytes = state.rehearsal ? bytesOfTheReal(state, document) : fileBytes(state, role);
  return lintDocument(bytes)
    .filter((finding) => finding.severity === "error")
    .map((finding) => finding.rule);
}

/** A rehearsal's document is judged as the real one it stands for. */
function bytesOfTheReal(state: CeremonyState, { role, signed }: ComposedDocument): Uint8Array {
  const type = role === "root" ? "root" : "targets";
  const real = object([...signed].map(([name, value]) => [name, name === "_type" ? type : value]));
  return serializeDocument(real, signaturesInOrder(state, role), plannedDocument(state, role).style);
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
