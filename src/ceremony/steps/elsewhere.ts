/** Holders elsewhere: the request that travels to them, and the signature that comes back. */
import { sha256Hex } from "../composer.ts";
import { readSignatureFile, requestPath, signaturePath, writeRequest } from "../exchange-files.ts";
import { ALWAYS, ask, attempt, deviate, done, endBy, perform, type Step, type StepContext } from "../step.ts";
import { administrator } from "./opening.ts";
import { endSigning, judgeSignature, signingDispositions } from "./signing.ts";

/** What a holder elsewhere needs to see and sign: a file of the folder that travels to them. */
export function* request(context: StepContext): Step {
  const { state, step } = context;
  const document = state.document(step.role ?? "");
  const key = step.key ?? "";
  const publicKey = state.publicKeys().get(key);
  if (document === null || publicKey === undefined) throw new TypeError(`nothing to request in ${step.ref}`);
  const content = writeRequest(state.plan, document, key, publicKey);
  const path = requestPath(document.role, key, document.sha256);
  const file = { path, sizeBytes: content.length, sha256: sha256Hex(content) };
  const written = yield* attempt(context, "write", "write", file, ALWAYS, new Map([[path, content]]));
  if (written.kind === "deviation") return endBy(context, written.disposition);
  const noted = yield* ask(context, "request-written", {
    who: [administrator(context).id],
    data: { ...file, role: document.role, key, document: document.sha256 },
    accept: { form: "choice", options: ["noted"] },
    dispositions: ALWAYS,
  });
  if (noted.kind === "deviation") return endBy(context, noted.disposition);
  return done(context, { fact: "requested", role: document.role, key, sha256: document.sha256 });
}

/** The signature of a holder elsewhere, judged like any other; or the record that nothing has come yet. */
export function* collect(context: StepContext): Step {
  const { state, step } = context;
  const key = step.key ?? "";
  const planned = state.plan.keys.get(key)?.key;
  const document = state.document(step.role ?? "");
  const publicKey = state.publicKeys().get(key);
  if (document === null || publicKey === undefined || planned?.store !== "elsewhere") {
    throw new TypeError(`nothing to collect in ${step.ref}`);
  }
  const { role, sha256 } = document;
  const dispositions = signingDispositions(context, role, planned);
  for (;;) {
    const received = yield* perform(context, "receive", "receive", { role, key, sha256 });
    if (!received.ok && received.code === "exchange/nothing-yet") {
      const answer = yield* ask(context, "await-signature", {
        who: [administrator(context).id],
        data: { role, key, holder: planned.holder },
        accept: { form: "choice", options: ["wait", "look"] },
        dispositions,
      });
      if (answer.kind === "deviation") return endSigning(context, role, planned, answer.disposition);
      if (answer.value.chosen === "wait") return [...context.facts, { fact: "waiting", role, key }];
      continue;
    }
    const file = received.ok
      ? readSignatureFile(received.value.text, { ceremony: state.plan.script.ceremony, role, key, sha256 })
      : { failure: received };
    if ("sig" in file) {
      const judged = judgeSignature(document, key, publicKey, file.sig);
      if ("fact" in judged) {
        const path = signaturePath(role, key, sha256);
        const written = { path, sizeBytes: file.bytes.length, sha256: sha256Hex(file.bytes) };
        const kept = yield* attempt(
          context,
          "write",
          "write",
          written,
          ALWAYS,
          new Map([[path, file.bytes]]),
        );
        if (kept.kind === "deviation") return endBy(context, kept.disposition);
        return done(context, judged.fact);
      }
      const deviation = yield* deviate(context, "receive", judged.failure, dispositions);
      if (deviation !== null) return endSigning(context, role, planned, deviation);
      continue;
    }
    const deviation = yield* deviate(context, "receive", file.failure, dispositions);
    if (deviation !== null) return endSigning(context, role, planned, deviation);
  }
}
