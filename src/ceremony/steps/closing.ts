/** The steps around the signatures: lint before anything is signed, verify after, write what clients read. */

import { acceptSignature } from "../../tuf/accept-signature.ts";
import { keyObject, parseKeyObject } from "../../tuf/keys.ts";
import { sha256Hex } from "../composer.ts";
import type { ClientVerdict, Data } from "../effects.ts";
import type { Fact } from "../facts.ts";
import { fileBytes, lintComposed, unmetGates } from "../finished-document.ts";
import type { RoleName } from "../script.ts";
import type { CeremonyState } from "../state.ts";
import { ALWAYS, ask, attempt, deviate, done, endBy, type Step, type StepContext } from "../step.ts";
import { administrator } from "./opening.ts";

type Failure = { readonly code: string; readonly expected: string; readonly found: string };

/** Every document, with throw-away keys in every place: what is wrong with it shows before anything is signed. */
export function* lint(context: StepContext): Step {
  const { plan } = context.state;
  const dispositions = [...ALWAYS, "amend"] as const;
  for (;;) {
    const linted = yield* attempt(
      context,
      "lint",
      "lint",
      { scriptSha256: plan.scriptSha256, roles: plan.documents.map(({ role }) => role) },
      dispositions,
    );
    if (linted.kind === "deviation") return endBy(context, linted.disposition);
    const { findings, clients } = linted.value;
    const errors = findings.filter(({ severity }) => severity === "error");
    const refusing = refusals(clients);
    if (errors.length === 0 && refusing.length === 0) {
      return done(context, { fact: "linted", scriptSha256: plan.scriptSha256, clients });
    }
    const found = [...errors.map(({ role, rule }) => `${role}: ${rule}`), ...refusing].join(", ");
    const failure = {
      code: "lint/refused",
      expected: "documents without errors that every client reads",
      found,
    };
    const deviation = yield* deviate(context, "lint", failure, dispositions);
    if (deviation !== null) return endBy(context, deviation);
  }
}

/** Everything at once, from the facts alone: signatures, gates, rules, and other people's client code. */
export function* verify(context: StepContext): Step {
  const { state } = context;
  const dispositions = [...ALWAYS, "amend"] as const;
  for (;;) {
    const failure = judgeAll(state);
    if (failure === null) break;
    const deviation = yield* deviate(context, "verify", failure, dispositions);
    if (deviation !== null) return endBy(context, deviation);
  }
  let clients: readonly ClientVerdict[] = [];
  // No client parses a rehearsal's documents; lint has tried them on copies of the real type.
  while (!state.rehearsal) {
    const files = new Map(state.plan.documents.map(({ role, path }) => [path, fileBytes(state, role)]));
    const documents = [...files].map(([path, bytes]) => ({ path, sha256: sha256Hex(bytes) }));
    const tried = yield* attempt(context, "try-clients", "try-clients", { documents }, dispositions, files);
    if (tried.kind === "deviation") return endBy(context, tried.disposition);
    clients = tried.value.clients;
    const refusing = refusals(clients);
    if (refusing.length === 0) break;
    const failure = {
      code: "verify/client",
      expected: "every client reads the documents",
      found: refusing.join(", "),
    };
    const deviation = yield* deviate(context, "try-clients", failure, dispositions);
    if (deviation !== null) return endBy(context, deviation);
  }
  const documents = state.plan.documents.map(({ role }) => ({ role, sha256: digestOf(state, role) }));
  return done(context, { fact: "verified", documents, clients });
}

/** The files that clients ask for, written exclusively, synced and read back. */
export function* outputs(context: StepContext): Step {
  const { state } = context;
  const written: Fact[] = [];
  const listed: Data[] = [];
  for (const { role, path } of state.plan.documents) {
    const bytes = fileBytes(state, role);
    const file = { path, sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
    const got = yield* attempt(context, "write", `write-${role}`, file, ALWAYS, new Map([[path, bytes]]));
    if (got.kind === "deviation") return endBy(context, got.disposition);
    written.push({ fact: "output", ...file });
    listed.push({ role, ...file });
  }
  const noted = yield* ask(context, "outputs-written", {
    who: [administrator(context).id],
    data: { files: listed },
    accept: { form: "choice", options: ["noted"] },
    dispositions: ALWAYS,
  });
  if (noted.kind === "deviation") return endBy(context, noted.disposition);
  return done(context, ...written);
}

/** What is still wrong with the finished documents; null: nothing. */
function judgeAll(state: CeremonyState): Failure | null {
  const keys = state.publicKeys();
  for (const { role } of state.plan.documents) {
    const document = state.document(role);
    if (document === null)
      return { code: "verify/incomplete", expected: "every key of the document", found: role };
    for (const { key, sig } of state.validSignatures(role)) {
      const publicKey = keys.get(key);
      const parsed = publicKey === undefined ? null : parseKeyObject(keyObject(publicKey));
      if (parsed === null || !acceptSignature(parsed, document.payload, sig).ok) {
        return { code: "verify/signature", expected: "valid signatures only", found: `${role}: ${key}` };
      }
    }
    const [unmet] = unmetGates(state, role);
    if (unmet !== undefined) {
      return {
        code: "verify/threshold",
        expected: `${unmet.threshold} signatures (${unmet.authority}) on ${role}`,
        found: String(unmet.signed),
      };
    }
    const errors = lintComposed(state, role);
    if (errors.length > 0)
      return { code: "verify/rules", expected: `${role} without errors`, found: errors.join(", ") };
  }
  return null;
}

/** Clients that refuse the documents for a reason that is not one of their known limits. */
function refusals(clients: readonly ClientVerdict[]): readonly string[] {
  return clients
    .filter((client) => !client.accepted && client.known.length === 0)
    .map((client) => `${client.client} ${client.version}`);
}

function digestOf(state: CeremonyState, role: RoleName): ReturnType<typeof sha256Hex> {
  const document = state.document(role);
  if (document === null) throw new TypeError(`${role} was verified, so it is composed`);
  return document.sha256;
}
