/** What every step that signs shares: showing the document, judging the signature, and the ways out. */

import { acceptSignature } from "../../tuf/accept-signature.ts";
import { keyIdOf, keyObject, parseKeyObject } from "../../tuf/keys.ts";
import type { PublicKey } from "../../tuf/types.ts";
import { documentKeys } from "../compose-document.ts";
import type { ComposedDocument } from "../composer.ts";
import { DEVICES } from "../devices/index.ts";
import { isInitialisedHere } from "../devices/profile.ts";
import type { Data, Disposition } from "../effects.ts";
import type { Fact } from "../facts.ts";
import { reachableWithout } from "../next.ts";
import type { KeyName, RoleName, ScriptKey } from "../script.ts";
import { ALWAYS, ask, endBy, type Part, perform, type StepContext } from "../step.ts";
import { keyLabel } from "./keys.ts";

export interface Signer {
  readonly name: KeyName;
  readonly store: "hsm" | "file" | "one-time";
  readonly device: string | null;
  readonly serial: string | null;
  readonly publicKey: PublicKey;
}

export type Failure = { readonly code: string; readonly expected: string; readonly found: string };

/** Nobody signs bytes: the change is shown, and two words of this very digest are typed. */
export function* showDocument(
  context: StepContext,
  document: ComposedDocument,
  dispositions: readonly Disposition[],
): Part<
  | { readonly seen: true }
  | { readonly ended: readonly Fact[]; readonly disposition: Exclude<Disposition, "retry" | "pause"> }
> {
  const planned = context.state.plan.documents.find(({ role }) => role === document.role);
  const data: Data = {
    role: document.role,
    version: planned?.version ?? 0,
    expires: planned?.expires ?? "",
    sizeBytes: document.payload.length,
    sha256: document.sha256,
  };
  const position = context.state.validSignatures(document.role).length % 16;
  const seen = yield* ask(context, "sign-document", {
    data,
    accept: {
      form: "words",
      from: "screen",
      sha256: document.sha256,
      positions: [position * 2, position * 2 + 1],
    },
    dispositions,
  });
  if (seen.kind === "value") return { seen: true };
  return { ended: endBy(context, seen.disposition), disposition: seen.disposition };
}

export function* signWith(
  context: StepContext,
  signer: Signer,
  document: ComposedDocument,
): Part<{ readonly fact: Fact } | { readonly failure: Failure & { readonly code: string } }> {
  const { name, ...place } = signer;
  const outcome = yield* perform(
    context,
    "sign",
    signer.store === "one-time" ? `sign-${document.role}-${name}` : "sign",
    {
      key: name,
      ...place,
      label: labelOf(context, name),
      role: document.role,
      sizeBytes: document.payload.length,
      sha256: document.sha256,
    },
    new Map([[document.role, document.payload]]),
  );
  return outcome.ok
    ? judgeSignature(document, name, signer.publicKey, outcome.value.sig)
    : { failure: outcome };
}

/** A key of an earlier ceremony bears that one's label, which nobody here needs to know. */
function labelOf(context: StepContext, name: KeyName): string | null {
  const key = context.state.plan.keys.get(name)?.key;
  const isOlder = key !== undefined && "keyid" in key && key.keyid !== undefined;
  return isOlder ? null : keyLabel(context, name);
}

/** Accepted only if two implementations that share no code both find it valid. */
export function judgeSignature(
  document: ComposedDocument,
  key: KeyName,
  publicKey: PublicKey,
  sig: string,
): { readonly fact: Fact } | { readonly failure: Failure } {
  const wire = keyObject(publicKey);
  const accepted = acceptSignature(parseKeyObject(wire), document.payload, sig);
  if (accepted.ok) {
    const keyid = keyIdOf(wire);
    return { fact: { fact: "signature", role: document.role, key, keyid, sha256: document.sha256, sig } };
  }
  return {
    failure: {
      code: "signature/not-accepted",
      expected: "a signature that OpenSSL and the JavaScript implementation both find valid",
      found: `OpenSSL: ${accepted.openssl}, JavaScript: ${accepted.javascript}`,
    },
  };
}

/** What an exception may lead to while a holder signs, as things are now. */
export function signingDispositions(
  context: StepContext,
  role: RoleName,
  key: ScriptKey,
): readonly Disposition[] {
  const { state } = context;
  const allowed: Disposition[] = [...ALWAYS, "postpone", "amend"];
  if (reachableWithout(state, role, key.name)) allowed.push("without-signer");
  if (!isRemakable(context, key)) return allowed;
  if (key.store === "hsm" && freeSpares(context, key.name, key.spares).length > 0) allowed.push("spare");
  // A device that only its vendor's tool initialises would be asked for what it can't do, again and again.
  const device = key.store === "hsm" ? DEVICES.get(key.device) : null;
  if (device === null || (device !== undefined && isInitialisedHere(device))) allowed.push("reinitialise");
  return allowed;
}

/** A key made in this ceremony may be made again only while no signed document names it. */
function isRemakable(context: StepContext, key: ScriptKey): boolean {
  const { state } = context;
  if (!state.keys.has(key.name)) return false;
  return state.plan.documents.every(
    ({ role }) =>
      !documentKeys(state.plan, role).includes(key.name) || state.validSignatures(role).length === 0,
  );
}

function freeSpares(context: StepContext, key: KeyName, spares: readonly string[]): readonly string[] {
  const bound = new Set(context.state.devices.values());
  return spares.filter((serial) => !bound.has(serial) && serial !== context.state.serialOf(key));
}

export function endSigning(
  context: StepContext,
  role: RoleName,
  key: ScriptKey,
  disposition: Exclude<Disposition, "retry" | "pause">,
): readonly Fact[] {
  switch (disposition) {
    case "without-signer":
      return [...context.facts, { fact: "signer-out", role, key: key.name }];
    case "reinitialise":
      return [...context.facts, { fact: "key-void", key: key.name, because: "reinitialise" }];
    case "spare": {
      const [serial] = key.store === "hsm" ? freeSpares(context, key.name, key.spares) : [];
      const moved: readonly Fact[] = serial === undefined ? [] : [{ fact: "device", key: key.name, serial }];
      return [...context.facts, { fact: "key-void", key: key.name, because: "spare" }, ...moved];
    }
    default:
      return endBy(context, disposition);
  }
}
