/**
 * The state of a ceremony: the fold of all facts, in their order. It is never written down; it is computed again from
 * the transcript whenever somebody needs it.
 */
import type { KeyId, PublicKey, Sha256Hex, UtcSecond } from "../tuf/types.ts";
import { dropWhatChanged } from "./amendment.ts";
import { type ComposedDocument, Composer } from "./composer.ts";
import type { Exception } from "./effects.ts";
import type { AttestedFact, Fact, KeyFact, SignatureFact } from "./facts.ts";
import type { Plan, PlannedStep, StepRef } from "./plan-types.ts";
import type { KeyName, PersonId, RoleName } from "./script.ts";

export interface RecordedException {
  readonly step: StepRef;
  readonly at: string;
  readonly code: string;
  readonly exception: Exception;
}

export function exceptionOf(step: StepRef, fact: Extract<Fact, { fact: "exception" }>): RecordedException {
  return { step, at: fact.at, code: fact.code, exception: fact.exception };
}

type FileFact = { readonly path: string; readonly sizeBytes: number; readonly sha256: Sha256Hex };

export class CeremonyState {
  plan: Plan;
  readonly rehearsal: boolean;
  #composer: Composer;
  #steps: ReadonlyMap<StepRef, PlannedStep>;

  session = 0;
  /** Head of the first sealed session since one was compared with the paper; null where none is due. */
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
  readonly absent = new Set<PersonId>();
  readonly keys = new Map<KeyName, KeyFact>();
  readonly attested = new Map<KeyName, AttestedFact>();
  readonly devices = new Map<KeyName, string>();
  readonly reinitialise = new Set<KeyName>();
  /** Keys of which an attempt may have left something: it broke off, or the key it made was not kept. Destroyed before the next. */
  readonly leftOver = new Set<KeyName>();
  readonly confirmed = new Map<KeyName, string>();
  /** Every signature ever accepted; which of them hold is up to the documents and keys as they are now. */
  readonly #signatures = new Map<RoleName, SignatureFact[]>();
  readonly signersOut = new Map<RoleName, Set<KeyName>>();
  /** Digests of the documents that signers elsewhere were asked to sign. */
  readonly requested = new Map<RoleName, Map<KeyName, Set<Sha256Hex>>>();
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

  /** Signatures over the document as it is now, by keys as they are now; all others are void and left out. */
  validSignatures(role: RoleName): readonly SignatureFact[] {
    const document = this.document(role);
    if (document === null) return [];
    const valid = new Map<KeyName, SignatureFact>();
    for (const fact of this.#signatures.get(role) ?? []) {
      if (fact.sha256 === document.sha256 && fact.keyid === this.#keyidOf(fact.key))
        valid.set(fact.key, fact);
    }
    return [...valid.values()];
  }

  hasSigned(role: RoleName, key: KeyName): boolean {
    return this.validSignatures(role).some((fact) => fact.key === key);
  }

  hasRequested(role: RoleName, key: KeyName): boolean {
    const sha256 = this.document(role)?.sha256;
    return sha256 !== undefined && (this.requested.get(role)?.get(key)?.has(sha256) ?? false);
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

  #keyidOf(key: KeyName): KeyId | undefined {
    return this.plan.keys.get(key)?.knownKeyid ?? this.keys.get(key)?.keyid;
  }

  /**
   * A new session: what belonged to the last one's people and processes is gone.
   * @param sealed the head of the last session, if it was sealed; while an earlier one is still due, that one is: people
   * wrote it down when more had happened than a look at this question
   */
  beginSession(session: number, sealed: Sha256Hex | null): void {
    this.session = session;
    this.headToCompare ??= sealed;
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
    const before = this.plan;
    this.plan = plan;
    this.#composer = new Composer(plan, this.rehearsal);
    this.#steps = new Map(plan.steps.map((step) => [step.ref, step]));
    dropWhatChanged(this, before);
    this.amendments += 1;
    this.amendAsked = false;
    this.amendmentRead = false;
    this.lintedScript = null;
    this.cursor = 0;
    this.chosen = null;
    this.outputs.clear();
  }

  /** A step ended, in whatever way: the choice that led to it is spent. */
  endStep(step: StepRef): void {
    if (this.chosen === step) this.chosen = null;
  }

  apply(step: StepRef, fact: Fact): void {
    switch (fact.fact) {
      case "done":
        this.done.add(step);
        this.postponed.delete(step);
        return;
      case "postponed":
        this.postponed.add(step);
        return;
      case "aborted":
        this.aborted = true;
        return;
      case "exception":
        this.exceptions.push(exceptionOf(step, fact));
        return;
      case "present":
        this.present.clear();
        this.absent.clear();
        for (const person of fact.present) this.present.add(person);
        for (const person of fact.absent) this.absent.add(person);
        return;
      case "head-compared":
      case "head-not-compared":
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
      case "attested":
        this.attested.set(fact.key, fact);
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
        this.#signatures.set(fact.role, [...(this.#signatures.get(fact.role) ?? []), fact]);
        return;
      case "signer-out": {
        const out = this.signersOut.get(fact.role) ?? new Set<KeyName>();
        this.signersOut.set(fact.role, out.add(fact.key));
        return;
      }
      case "requested":
        this.#noteRequest(fact.role, fact.key, fact.sha256);
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

  #noteRequest(role: RoleName, key: KeyName, sha256: Sha256Hex): void {
    const byKey = this.requested.get(role) ?? new Map<KeyName, Set<Sha256Hex>>();
    this.requested.set(role, byKey);
    byKey.set(key, (byKey.get(key) ?? new Set()).add(sha256));
  }
}
