/** The steps that bring keys: made on a device or in a file, or confirmed by their digest. */

import { acceptSignature } from "../../tuf/accept-signature.ts";
import { keyIdOf, keyObject, parseKeyObject } from "../../tuf/keys.ts";
import { isOurSpelling } from "../../tuf/public-keys.ts";
import type { KeyId, PublicKey, Sha256Hex } from "../../tuf/types.ts";
import type { Disposition, Effects } from "../effects.ts";
import type { Fact } from "../facts.ts";
import { possessionMessage } from "../possession.ts";
import type { FileKey, HsmKey, KeyName } from "../script.ts";
import {
  ALWAYS,
  ask,
  attempt,
  deviate,
  done,
  endBy,
  type Got,
  type Part,
  type Step,
  type StepContext,
} from "../step.ts";
import { attest } from "./attest.ts";

type Generated = Effects["generate"]["value"];
type Ended = { readonly ended: readonly Fact[] };

/** CKA_LABEL of a key and label of its token: both name the ceremony, so that a sweep never touches another one's. */
export function keyLabel(context: StepContext, key: KeyName): string {
  return `${context.state.plan.script.ceremony} ${key}`;
}

export function* generate(context: StepContext): Step {
  const planned = context.state.plan.keys.get(context.step.key ?? "")?.key;
  if (planned?.store === "hsm") return yield* generateOnToken(context, planned);
  if (planned?.store === "file") return yield* generateInFile(context, planned);
  throw new TypeError(`no key is made in step ${context.step.ref}`);
}

function* generateOnToken(context: StepContext, key: HsmKey): Step {
  const { state } = context;
  const left = key.spares.filter((serial) => !isTaken(context, key.name, serial));
  let serial = state.serialOf(key.name);
  for (;;) {
    const spares: readonly Disposition[] = left.length > 0 ? ["spare"] : [];
    const made = yield* makeOnToken(context, key, serial, [...ALWAYS, "postpone", "amend", ...spares]);
    if (!("spare" in made)) return "ended" in made ? made.ended : done(context, ...made.facts);
    // A device that failed before its key was finished is out; its place is taken by the next spare.
    serial = left.shift() ?? null;
    if (serial !== null) context.facts.push({ fact: "device", key: key.name, serial });
  }
}

function* makeOnToken(
  context: StepContext,
  key: HsmKey,
  serial: string | null,
  dispositions: readonly Disposition[],
): Part<{ readonly facts: readonly Fact[] } | Ended | { readonly spare: true }> {
  const by = <Value>(got: Extract<Got<Value>, { kind: "deviation" }>): Ended | { readonly spare: true } =>
    got.disposition === "spare" ? { spare: true } : { ended: endBy(context, got.disposition) };
  const provisions = key.provision || context.state.reinitialise.has(key.name);

  const inserted = yield* ask(context, "insert-token", {
    data: { key: key.name, device: key.device, serial },
    accept: { form: "choice", options: ["inserted"] },
    dispositions,
  });
  if (inserted.kind === "deviation") return by(inserted);

  const request = {
    key: key.name,
    device: key.device,
    serial,
    blank: serial === null && provisions,
    notThese: otherSerials(context, key),
  };
  const found = yield* attempt(context, "find-token", "find-token", request, dispositions);
  if (found.kind === "deviation") return by(found);
  let token = found.value;

  if (provisions) {
    const agreed = yield* ask(context, "provision", {
      data: { key: key.name, device: key.device, token },
      accept: { form: "choice", options: ["initialise"] },
      dispositions,
    });
    if (agreed.kind === "deviation") return by(agreed);
    const provisioned = yield* provision(context, key, token, request, dispositions);
    if (provisioned.kind === "deviation") return by(provisioned);
    token = provisioned.value;
  }

  const made = yield* makeKey(context, key, { device: key.device, serial: token.serial }, dispositions);
  if (made.kind === "deviation") return by(made);
  const attested = yield* attest(context, key, made.value, token.serial, dispositions);
  if (attested.kind === "deviation") return by(attested);
  const bound: readonly Fact[] =
    context.state.serialOf(key.name) === token.serial
      ? []
      : [{ fact: "device", key: key.name, serial: token.serial }];
  const evidence = attested.value === null ? [] : [attested.value];
  return { facts: [...bound, keyFact(key, made.value, token.serial), ...evidence] };
}

type Token = Effects["provision"]["value"];

/**
 * Soft tokens get another number each time they are initialised. Where the script names the number it must be that one
 * afterwards too, and it is never that of another key's token.
 */
function* provision(
  context: StepContext,
  key: HsmKey,
  { serial }: Token,
  sought: { readonly serial: string | null; readonly notThese: readonly string[] },
  dispositions: readonly Disposition[],
): Part<Got<Token>> {
  const request = { key: key.name, device: key.device, serial, label: key.name };
  const named = [key.serial, ...key.spares].find((number) => number === sought.serial) ?? null;
  for (;;) {
    const provisioned = yield* attempt(context, "provision", "provision", request, dispositions);
    if (provisioned.kind === "deviation") return provisioned;
    const found = provisioned.value.serial;
    if ((named ?? found) === found && !sought.notThese.includes(found)) return provisioned;
    const failure = {
      code: "token/changed-serial",
      expected: named ?? "a device of its own",
      found,
    };
    const deviation = yield* deviate(context, "provision", failure, dispositions);
    if (deviation !== null) return { kind: "deviation", disposition: deviation };
  }
}

function* generateInFile(context: StepContext, key: FileKey): Step {
  const dispositions: readonly Disposition[] = [...ALWAYS, "postpone", "amend"];
  const ready = yield* ask(context, "media", {
    data: { key: key.name },
    accept: { form: "choice", options: ["ready"] },
    dispositions,
  });
  if (ready.kind === "deviation") return endBy(context, ready.disposition);
  const made = yield* makeKey(context, key, { device: null, serial: null }, dispositions);
  if (made.kind === "deviation") return endBy(context, made.disposition);
  return done(context, keyFact(key, made.value, null));
}

/** Make, judge, and have two words of the keyid typed; a key that is not what it should be is never accepted. */
function* makeKey(
  context: StepContext,
  key: HsmKey | FileKey,
  place: { readonly device: string | null; readonly serial: string | null },
  dispositions: readonly Disposition[],
): Part<Got<Generated>> {
  for (;;) {
    const made = yield* attempt(
      context,
      "generate",
      "generate",
      {
        key: key.name,
        store: key.store,
        scheme: key.scheme,
        label: keyLabel(context, key.name),
        ...place,
        documents: [],
      },
      dispositions,
    );
    if (made.kind === "deviation") return made;
    const problem = judgeKey(context, key.name, key.scheme, made.value);
    if (problem !== null) {
      const deviation = yield* deviate(context, "generate", problem, dispositions);
      if (deviation !== null) return { kind: "deviation", disposition: deviation };
      continue;
    }
    const keyid = keyIdOf(keyObject(made.value.publicKey));
    const seen = yield* ask(context, "new-key", {
      data: {
        key: key.name,
        keyid,
        serial: place.serial,
        attributes: made.value.attributes,
        swept: made.value.swept,
      },
      accept: { form: "words", from: "screen", sha256: digestOfKeyId(keyid), positions: [0, 31] },
      dispositions,
    });
    if (seen.kind === "deviation") return seen;
    return made;
  }
}

/** Why a key that a store handed over is not acceptable; null: it is. */
export function judgeKey(
  context: StepContext,
  name: KeyName,
  scheme: PublicKey["scheme"],
  made: Generated,
  others: ReadonlyMap<KeyName, PublicKey> = context.state.publicKeys(),
): { readonly code: string; readonly expected: string; readonly found: string } | null {
  if (made.publicKey.scheme !== scheme) {
    return { code: "key/scheme", expected: scheme, found: made.publicKey.scheme };
  }
  const parsed = parseKeyObject(keyObject(made.publicKey));
  if (!parsed.verifiable || !isOurSpelling(parsed)) {
    const found = parsed.problem?.rule ?? "key/encoding";
    return { code: "key/unusable", expected: "a public key that can be used", found };
  }
  const message = possessionMessage(context.state.plan.script.ceremony, name);
  if (!acceptSignature(parsed, message, made.proof).ok) {
    return {
      code: "key/proof",
      expected: "a proof of possession that both implementations accept",
      found: "one that they do not",
    };
  }
  for (const [other, key] of others) {
    if (other !== name && parseKeyObject(keyObject(key)).material === parsed.material) {
      return { code: "key/twice", expected: "a key of its own", found: other };
    }
  }
  if (made.attributes["CKA_EXTRACTABLE"] === true || made.attributes["CKA_SENSITIVE"] === false) {
    return { code: "key/extractable", expected: "a key that can't leave the token", found: "one that can" };
  }
  return null;
}

function keyFact(key: HsmKey | FileKey, made: Generated, serial: string | null): Fact {
  return {
    fact: "key",
    key: key.name,
    keyid: keyIdOf(keyObject(made.publicKey)),
    publicKey: made.publicKey,
    store: key.store,
    serial,
    attributes: made.attributes,
    swept: made.swept,
  };
}

/** A public key that came from outside: its keyid's words are compared with what its owner published. */
export function* confirm(context: StepContext): Step {
  const name = context.step.key ?? "";
  const planned = context.state.plan.keys.get(name);
  const keyid = planned?.knownKeyid;
  if (planned === undefined || keyid === undefined)
    throw new TypeError(`nothing to confirm in ${context.step.ref}`);
  const answer = yield* ask(context, "confirm-key", {
    data: { key: name, keyid, store: planned.key.store },
    accept: { form: "words", from: "paper", sha256: digestOfKeyId(keyid), positions: [0, 1, 30, 31] },
    dispositions: [...ALWAYS, "postpone", "amend"],
  });
  if (answer.kind === "deviation") return endBy(context, answer.disposition);
  return done(context, { fact: "confirmed", key: name, keyid });
}

/** Our keyids are SHA-256 digests in hex, and have words like any digest. */
function digestOfKeyId(keyid: KeyId): Sha256Hex {
  return keyid as string as Sha256Hex; // computed by keyIdOf, or checked by the planner to equal it
}

/** Of the other keys' devices of this kind: one vendor's numbers say nothing of another's. */
function otherSerials(context: StepContext, key: HsmKey): readonly string[] {
  const others = new Set<string>();
  for (const [name, planned] of context.state.plan.keys) {
    if (name === key.name || planned.key.store !== "hsm" || planned.key.device !== key.device) continue;
    const serial = context.state.serialOf(name);
    if (serial !== null) others.add(serial);
    for (const spare of planned.key.spares) others.add(spare);
  }
  return [...others].sort();
}

/** A spare is taken once it stands in for another key, or was this key's device before. */
function isTaken(context: StepContext, key: KeyName, serial: string): boolean {
  for (const [name, bound] of context.state.devices) {
    if (bound === serial && (name !== key || context.state.keys.has(key))) return true;
  }
  return context.state.devices.get(key) === serial;
}
