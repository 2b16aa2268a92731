/** One present holder signs one document, with the device or the file in front of them. */
import type { Disposition } from "../effects.ts";
import type { Fact } from "../facts.ts";
import { ask, attempt, deviate, done, type Step, type StepContext } from "../step.ts";
import { endSigning, type Signer, showDocument, signingDispositions, signWith } from "./signing.ts";

export function* sign(context: StepContext): Step {
  const { state, step } = context;
  const name = step.key ?? "";
  const key = state.plan.keys.get(name)?.key;
  const document = state.document(step.role ?? "");
  const publicKey = state.publicKeys().get(name);
  if (document === null || publicKey === undefined || (key?.store !== "hsm" && key?.store !== "file")) {
    throw new TypeError(`nothing to sign in ${step.ref}`);
  }
  const dispositions = signingDispositions(context, document.role, key);
  const end = (disposition: Exclude<Disposition, "retry" | "pause">): readonly Fact[] =>
    endSigning(context, document.role, key, disposition);

  const seen = yield* showDocument(context, document, dispositions);
  if ("disposition" in seen) return end(seen.disposition);

  let signer: Signer = { name, store: key.store, device: null, serial: null, publicKey };
  if (key.store === "hsm") {
    const serial = state.serialOf(name);
    const inserted = yield* ask(context, "insert-token", {
      data: { key: name, device: key.device, serial },
      accept: { form: "choice", options: ["inserted"] },
      dispositions,
    });
    if (inserted.kind === "deviation") return end(inserted.disposition);
    const request = { key: name, device: key.device, serial, blank: false, notThese: [] };
    const found = yield* attempt(context, "find-token", "find-token", request, dispositions);
    if (found.kind === "deviation") return end(found.disposition);
    signer = { ...signer, device: key.device, serial: found.value.serial };
  } else {
    const ready = yield* ask(context, "media", {
      data: { key: name },
      accept: { form: "choice", options: ["ready"] },
      dispositions,
    });
    if (ready.kind === "deviation") return end(ready.disposition);
  }
  for (;;) {
    const signed = yield* signWith(context, signer, document);
    if ("fact" in signed) return done(context, signed.fact);
    const deviation = yield* deviate(context, "sign", signed.failure, dispositions);
    if (deviation !== null) return end(deviation);
  }
}
