/** One-time keys: made, used for exactly the planned documents, and ended, in one step and one session. */
import { keyIdOf, keyObject } from "../../tuf/keys.ts";
import type { PublicKey } from "../../tuf/types.ts";
import type { Fact, KeyFact } from "../facts.ts";
import { oneTimeSigners } from "../next.ts";
import type { KeyName, RoleName, ScriptKey } from "../script.ts";
import {
  ALWAYS,
  ask,
  deviate,
  done,
  endBy,
  type Part,
  perform,
  type Step,
  type StepContext,
} from "../step.ts";
import { judgeKey, keyLabel } from "./keys.ts";
import { administrator } from "./opening.ts";
import { type Failure, type Signer, showDocument, signWith } from "./signing.ts";

/**
 * All one-time keys: made, used for exactly the planned documents, ended. One step, and one session: whatever breaks it
 * off loses the keys, and it begins again with new ones.
 */
export function* oneTime(context: StepContext): Step {
  const signers = oneTimeSigners(context.state);
  const names = [...new Set(signers.map(([, key]) => key))];
  const roles = [...new Set(signers.map(([role]) => role))];
  const begin = yield* ask(context, "one-time-begin", {
    who: [administrator(context).id],
    data: { keys: names, roles },
    accept: { form: "choice", options: ["begin"] },
  });
  if (begin.kind === "deviation") return endBy(context, begin.disposition);
  for (;;) {
    const round = yield* oneTimeRound(context, names, signers);
    if ("facts" in round) return done(context, ...round.facts);
    if ("ended" in round) return round.ended;
    for (const key of names) yield* perform(context, "end-key", `end-${key}`, { key });
    const deviation = yield* deviate(context, "one-time", round.failure, [...ALWAYS, "postpone", "amend"]);
    if (deviation !== null) return endBy(context, deviation);
  }
}

function* oneTimeRound(
  context: StepContext,
  names: readonly KeyName[],
  signers: readonly (readonly [RoleName, KeyName])[],
): Part<
  { readonly facts: readonly Fact[] } | { readonly failure: Failure } | { readonly ended: readonly Fact[] }
> {
  const { state } = context;
  const facts: Fact[] = [];
  const made = new Map<KeyName, PublicKey>();
  for (const name of names) {
    const outcome = yield* perform(context, "generate", `generate-${name}`, {
      key: name,
      store: "one-time",
      scheme: schemeOf(state.plan.keys.get(name)?.key),
      label: keyLabel(context, name),
      device: null,
      serial: null,
      documents: signers.filter(([, key]) => key === name).map(([role]) => role),
    });
    if (!outcome.ok) return { failure: outcome };
    const others = new Map([...state.publicKeys(), ...made]);
    const problem = judgeKey(context, name, schemeOf(state.plan.keys.get(name)?.key), outcome.value, others);
    if (problem !== null) return { failure: problem };
    made.set(name, outcome.value.publicKey);
    facts.push(oneTimeKeyFact(name, outcome.value));
  }
  for (const role of new Set(signers.map(([signed]) => signed))) {
    const document = state.composer.compose(role, new Map([...state.publicKeys(), ...made]));
    if (document === null)
      return { failure: { code: "document/incomplete", expected: "every key", found: role } };
    const seen = yield* showDocument(context, document, ALWAYS);
    if ("ended" in seen) return seen;
    for (const [, name] of signers.filter(([signed]) => signed === role)) {
      const publicKey = made.get(name);
      if (publicKey === undefined) continue;
      const signer: Signer = { name, store: "one-time", device: null, serial: null, publicKey };
      const signed = yield* signWith(context, signer, document);
      if ("failure" in signed) return signed;
      facts.push(signed.fact);
    }
  }
  for (const key of names) {
    const ended = yield* perform(context, "end-key", `end-${key}`, { key });
    if (!ended.ok) return { failure: ended };
  }
  return { facts };
}

function schemeOf(key: ScriptKey | undefined): PublicKey["scheme"] {
  if (key === undefined || key.store === "elsewhere")
    throw new TypeError("only keys made here have a planned scheme");
  return key.scheme;
}

function oneTimeKeyFact(
  key: KeyName,
  made: { readonly publicKey: PublicKey; readonly attributes: KeyFact["attributes"]; readonly swept: number },
): Fact {
  return {
    fact: "key",
    key,
    keyid: keyIdOf(keyObject(made.publicKey)),
    publicKey: made.publicKey,
    store: "one-time",
    serial: null,
    attributes: made.attributes,
    swept: made.swept,
  };
}
