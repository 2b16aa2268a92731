/**
 * What steps are made of: typed actions, and the one way in which a failure is met.
 *
 * A step is a generator that yields actions, receives outcomes and returns facts. It touches nothing itself, so that
 * the same code is run live, resumed, rehearsed and audited.
 */
import type {
  Accept,
  Action,
  Answer,
  AnyAction,
  Data,
  Disposition,
  Effects,
  Exception,
  Kind,
  Outcome,
  PromptId,
} from "./effects.ts";
import type { Fact } from "./facts.ts";
import type { PlannedStep } from "./plan-types.ts";
import type { PersonId } from "./script.ts";
import type { CeremonyState } from "./state.ts";

export type Step = Generator<AnyAction, readonly Fact[], Outcome>;
/** Part of a step: a helper to be called with `yield*`. */
export type Part<Result> = Generator<AnyAction, Result, Outcome>;

export interface StepContext {
  readonly state: CeremonyState;
  readonly step: PlannedStep;
  /** Facts gathered so far; what a step returns begins with them. */
  readonly facts: Fact[];
  /** How often each action id was used in this step. */
  readonly used: Map<string, number>;
}

const NO_ATTACHMENTS: ReadonlyMap<string, Uint8Array> = new Map();

/** Perform one action and receive its outcome. The only place where an outcome gets its type. */
export function* perform<K extends Kind>(
  context: StepContext,
  kind: K,
  id: string,
  request: Effects[K]["request"],
  attachments: ReadonlyMap<string, Uint8Array> = NO_ATTACHMENTS,
): Part<Outcome<K>> {
  const count = (context.used.get(id) ?? 0) + 1;
  context.used.set(id, count);
  const action: Action<K> = { kind, id: count === 1 ? id : `${id}.${count}`, request, attachments };
  // The driver answers an action of kind K with an outcome of kind K; the transcript reader checks its shape.
  const outcome: Outcome = yield action as AnyAction;
  return outcome as Outcome<K>;
}

export type Got<Value> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "deviation"; readonly disposition: Exclude<Disposition, "retry" | "pause"> };

/** What every prompt and every action allows besides going on. */
export const ALWAYS: readonly Disposition[] = ["retry", "pause", "abort"];

/**
 * Perform an action until it succeeds or people decide otherwise. Every failure ends in a recorded exception: the one
 * that a person opened at the prompt, or one that is asked for here. `retry` and `pause` come back to the same action.
 */
export function* attempt<K extends Kind>(
  context: StepContext,
  kind: K,
  id: string,
  request: Effects[K]["request"],
  dispositions: readonly Disposition[],
  attachments: ReadonlyMap<string, Uint8Array> = NO_ATTACHMENTS,
): Part<Got<Effects[K]["value"]>> {
  for (;;) {
    const outcome = yield* perform(context, kind, id, request, attachments);
    if (outcome.ok) return { kind: "value", value: outcome.value };
    const deviation = yield* deviate(context, id, outcome, dispositions);
    if (deviation !== null) return { kind: "deviation", disposition: deviation };
  }
}

/**
 * What everybody does now and then, and nobody has to explain: a wrong word, a stick that is not in, a machine file that
 * forgot one. The failure is in the record, and it is tried again.
 * How often is up to the stores: two wrong PINs for a device and session are `pin/two-failures`, which is not here.
 */
const MISHAPS: ReadonlySet<string> = new Set([
  "pin/wrong",
  "pin/cancelled",
  "pin/rejected",
  "age/wrong-passphrase",
  "age/cancelled",
  "age/passphrase-refused",
  "token/none",
  "token/several",
  "token/other-serial",
  "token/absent",
  "token/device-error",
  "medium/missing",
  "media/same",
  "media/unknown",
  "age/missing",
  "machine/no-module",
  "module/missing",
  "attestation/none",
  "attestation/incomplete",
]);

/**
 * The exception that follows a failure: recorded as a fact. Null: do it again.
 * A mishap is just tried again, unless an exception is opened; any other failure is put to the people first.
 */
export function* deviate(
  context: StepContext,
  at: string,
  failure: {
    readonly code: string;
    readonly expected: string;
    readonly found: string;
    readonly remedy?: string;
    readonly exception?: Exception;
    /** Of a judgement with several: those that do not hold. */
    readonly parts?: readonly Data[] | undefined;
  },
  dispositions: readonly Disposition[],
): Part<Exclude<Disposition, "retry" | "pause"> | null> {
  let { exception } = failure;
  const { code, expected, found, remedy = "", parts } = failure;
  const data = { code, expected, found, remedy, ...(parts === undefined ? {} : { parts }) };
  while (exception === undefined && MISHAPS.has(failure.code)) {
    const answer = yield* perform(context, "ask", `${at}/again`, {
      prompt: "try-again",
      who: [context.step.person],
      data,
      accept: { form: "choice", options: ["again"] },
      dispositions,
    });
    if (answer.ok) return null;
    exception = answer.exception;
  }
  while (exception === undefined) {
    const answer = yield* perform(context, "ask", `${at}/failure`, {
      prompt: "failure",
      who: [context.step.person],
      data,
      accept: { form: "exception" },
      dispositions,
    });
    if (answer.ok && answer.value.form === "exception") exception = answer.value.exception;
    else if (!answer.ok) exception = answer.exception;
  }
  context.facts.push({ fact: "exception", at, code: failure.code, exception });
  const { disposition } = exception;
  return disposition === "retry" || disposition === "pause" ? null : disposition;
}

/** Once the outputs are written they can't be made again: then it is too late for another script. */
function usual({ state }: StepContext): readonly Disposition[] {
  const isLate = state.plan.documents.some(({ path }) => state.outputs.has(path));
  return isLate ? [...ALWAYS, "postpone"] : [...ALWAYS, "postpone", "amend"];
}

/** Ask people, in the form that the accept asks for. */
export function* ask<Form extends Accept["form"]>(
  context: StepContext,
  prompt: PromptId,
  question: {
    readonly who?: readonly PersonId[];
    readonly data?: Data;
    readonly accept: Extract<Accept, { form: Form }>;
    readonly dispositions?: readonly Disposition[];
  },
): Part<Got<Extract<Answer, { form: Form }>>> {
  const dispositions = question.dispositions ?? usual(context);
  for (;;) {
    const got = yield* attempt(
      context,
      "ask",
      prompt,
      {
        prompt,
        who: question.who ?? [context.step.person],
        data: question.data ?? null,
        accept: question.accept,
        dispositions,
      },
      dispositions,
    );
    if (got.kind === "deviation") return got;
    if (got.value.form === question.accept.form) {
      return { kind: "value", value: got.value as Extract<Answer, { form: Form }> }; // just compared
    }
  }
}

/** The facts of a step that ends by a deviation which every step meets in the same way. */
export function endBy(
  context: StepContext,
  disposition: Exclude<Disposition, "retry" | "pause">,
): readonly Fact[] {
  switch (disposition) {
    case "postpone":
      return [...context.facts, { fact: "postponed" }];
    case "amend":
      return [...context.facts, { fact: "amend-asked" }];
    case "abort":
      return [...context.facts, { fact: "aborted" }];
    case "spare":
    case "reinitialise":
    case "without-signer":
      // Offered only by steps that handle it themselves; elsewhere the step stays open and is offered again.
      return [...context.facts, { fact: "postponed" }];
    default:
      return disposition satisfies never;
  }
}

export function done(context: StepContext, ...facts: readonly Fact[]): readonly Fact[] {
  return [...context.facts, ...facts, { fact: "done" }];
}
