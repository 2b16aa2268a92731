/**
 * The state of a ceremony: the fold of all facts, in their order. It is never written down; it is computed again from
 * the transcript whenever somebody needs it.
 */
import type { PublicKey, Sha256Hex, UtcSecond } from "../tuf/types.ts";
import { type ComposedDocument, Composer } from "./composer.ts";
import type { Exception } from "./effects.ts";
import type { Fact, KeyFact, SignatureFact } from "./facts.ts";
import type { Plan, PlannedStep, StepRef } from "./plan-types.ts";
import type { KeyName, PersonId, RoleName } from "./script.ts";

export interface RecordedException {
  readonly step: StepRef;
  readonly at: string;
  readonly code: string;
  readonly exception: Exception;
}

type FileFact = { readonly path: string; readonly sizeBytes: number; readonly sha256: Sha256Hex };

export class CeremonyState {
  plan: Plan;
  readonly rehearsal: boolean;
  #composer: Composer;
  #steps: ReadonlyMap<StepRef, PlannedStep>;

  session = 0;
  /** Head of the previous session, if it was sealed and nobody has compared it with the paper yet. */
  headToCompare: Sha256Hex | null = null;
  lastTime: UtcSecond | null = null;
  clockWentBack = false;
  amendments = 0;
  amendAsked = false;
  amendmentRead = true;
  aborted = false;
  chosen: StepRef | null = null;
  lintedScript: Sha256Hex | null = null;
  /** First planned step that may be unfinished: next() starts looking there. */
  cursor = 0;

  readonly done = new Set<StepRef>();
  readonly postponed = new Set<StepRef>();
  /** Signers elsewhere from whom nothing had come in this session. */
  readonly waiting = new Set<StepRef>();
  readonly present = new Set<PersonId>();
  readonly keys = new Map<KeyName, KeyFact>();
  readonly devices = new Map<KeyName, string>();
  readonly reinitialise = new Set<KeyName>();
  readonly confirmed = new Map<KeyName, string>();
  readonly signatures = new Map<RoleName, Map<KeyName, SignatureFact>>();
  readonly signersOut = new Map<RoleName, Set<KeyName>>();
  readonly requested = new Map<RoleName, Map<KeyName, Sha256Hex>>();
  readonly outputs = new Map<string, FileFact>();
  readonly exceptions: RecordedException[] = [];
  verified: ReadonlyMap<RoleName, Sha256Hex> = new Map();

  constructor(plan: Plan, rehearsal: boolean) {
    this.plan = plan;
    this.rehearsal = rehearsal;
    this.#composer = new Composer(plan, rehearsal);
    this.#steps = new Map(plan.steps.map((step) => [step.ref, step]));
  }

  plannedStep(ref: StepRef): PlannedStep | null {
    return this.#steps.get(ref) ?? null;
  }

  /** Every public key that is known now: of the plan (online, enrolled, previous) and made here. */
  publicKeys(): Map<KeyName, PublicKey> {
    const known = new Map<KeyName, PublicKey>();
    for (const [name, planned] of this.plan.keys) {
      const key = planned.known ?? this.keys.get(name)?.publicKey;
      if (key !== undefined) known.set(name, key);
    }
    return known;
  }

  get composer(): Composer {
    return this.#composer;
  }

  /** A planned document as the keys known now make it; null while one is unknown. */
  document(role: RoleName): ComposedDocument | null {
    return this.#composer.compose(role, this.publicKeys());
  }

  /** Signatures over the document as it is now; those over an earlier form are void and left out. */
  validSignatures(role: RoleName): readonly SignatureFact[] {
    const document = this.document(role);
    if (document === null) return [];
    return [...(this.signatures.get(role)?.values() ?? [])].filter((fact) => fact.sha256 === document.sha256);
  }

  hasSigned(role: RoleName, key: KeyName): boolean {
    const fact = this.signatures.get(role)?.get(key);
    return fact !== undefined && fact.sha256 === this.document(role)?.sha256;
  }

  isOut(role: RoleName, key: KeyName): boolean {
    return this.signersOut.get(role)?.has(key) ?? false;
  }

  /** The serial that a key's device must show: bound or replaced in the ceremony, else the script's; null: any. */
  serialOf(key: KeyName): string | null {
    const bound = this.devices.get(key);
    if (bound !== undefined) return bound;
    const planned = this.plan.keys.get(key)?.key;
    if (planned?.store !== "hsm" || planned.serial === "at-ceremony") return null;
    return planned.serial;
  }

  /** A new session: what belonged to the last one's people and processes is gone. */
  beginSession(session: number, headToCompare: Sha256Hex | null): void {
    this.session = session;
    this.headToCompare = headToCompare;
    this.waiting.clear();
    this.chosen = null;
  }

  /** Remember the time of a line; time that runs backwards must be explained before anything else goes on. */
  tick(time: UtcSecond): void {
    if (this.lastTime !== null && time < this.lastTime) this.clockWentBack = true;
    this.lastTime = time;
  }

  /** A complete new script takes over. Keys stay; the document digests decide which signatures still hold. */
  amend(plan: Plan): void {
    this.plan = plan;
    this.#composer = new Composer(plan, this.rehearsal);
    this.#steps = new Map(plan.steps.map((step) => [step.ref, step]));
    this.amendments += 1;
    this.amendAsked = false;
    this.amendmentRead = false;
    this.lintedScript = null;
    this.cursor = 0;
    this.chosen = null;
    this.outputs.clear();
    for (const key of this.keys.keys()) {
      if (!this.plan.keys.has(key)) this.keys.delete(key);
    }
  }

  apply(step: StepRef, fact: Fact): void {
    switch (fact.fact) {
      case "done":
        this.done.add(step);
        this.postponed.delete(step);
        if (this.chosen === step) this.chosen = null;
        return;
      case "postponed":
        this.postponed.add(step);
        if (this.chosen === step) this.chosen = null;
        return;
      case "aborted":
        this.aborted = true;
        return;
      case "exception":
        this.exceptions.push({ step, at: fact.at, code: fact.code, exception: fact.exception });
        return;
      case "present":
        this.present.clear();
        for (const person of fact.present) this.present.add(person);
        return;
      case "head-compared":
        this.headToCompare = null;
        return;
      case "clock":
        this.clockWentBack = false;
        return;
      case "key":
        this.keys.set(fact.key, fact);
        this.reinitialise.delete(fact.key);
        this.cursor = 0;
        return;
      case "device":
        this.devices.set(fact.key, fact.serial);
        this.cursor = 0;
        return;
      case "key-void":
        this.keys.delete(fact.key);
        if (fact.because === "reinitialise") this.reinitialise.add(fact.key);
        this.cursor = 0;
        return;
      case "confirmed":
        this.confirmed.set(fact.key, fact.keyid);
        return;
      case "linted":
        this.lintedScript = fact.scriptSha256;
        return;
      case "signature":
        mapIn(this.signatures, fact.role).set(fact.key, fact);
        return;
      case "signer-out": {
        const out = this.signersOut.get(fact.role) ?? new Set<KeyName>();
        this.signersOut.set(fact.role, out.add(fact.key));
        if (this.chosen === step) this.chosen = null;
        return;
      }
      case "requested":
        mapIn(this.requested, fact.role).set(fact.key, fact.sha256);
        return;
      case "waiting":
        this.waiting.add(step);
        return;
      case "verified":
        this.verified = new Map(fact.documents.map(({ role, sha256 }) => [role, sha256]));
        return;
      case "output":
        this.outputs.set(fact.path, { path: fact.path, sizeBytes: fact.sizeBytes, sha256: fact.sha256 });
        return;
      case "amend-asked":
        this.amendAsked = true;
        return;
      case "amendment-read":
        this.amendmentRead = true;
        return;
      case "chosen":
        this.chosen = fact.step;
        return;
      case "preflight":
      case "script-read":
      case "beacon":
      case "note":
        return;
      default:
        fact satisfies never;
    }
  }
}

function mapIn<Value>(maps: Map<RoleName, Map<KeyName, Value>>, role: RoleName): Map<KeyName, Value> {
  const inner = maps.get(role) ?? new Map<KeyName, Value>();
  maps.set(role, inner);
  return inner;
}
