/**
 * The one machine that runs every ceremony: it reads lines, in their order, and knows at each moment which lines may
 * come next.
 *
 * Live, the driver asks what is expected, does it, appends the line and feeds it here. Resuming is feeding the lines
 * that are there. An audit feeds all of them and looks at the end. There is no second way to come to a state.
 */
import { canonicalText, type FileDigest, type LineBody, type SealReason } from "../transcript/line.ts";
import type { Sha256Hex, UtcSecond } from "../tuf/types.ts";
import { amendmentProblem } from "./amendment.ts";
import type { AnyAction, Data } from "./effects.ts";
import { describe, type Expectation, type LineProblem, problem } from "./expectation.ts";
import type { Fact } from "./facts.ts";
import { expectedBegin, next } from "./next.ts";
import { outcomeProblem } from "./outcome-shapes.ts";
import type { Plan } from "./plan-types.ts";
import { amendedScriptPath, FIRST_SCRIPT, type ScriptFiles, scriptText } from "./script-files.ts";
import { CeremonyState, exceptionOf, type RecordedException } from "./state.ts";
import { endsWithSession, type StartedStep, startStep } from "./steps/index.ts";

/** Finds the plan that a script of the folder makes, or says what is wrong with the folder's script and inputs. */
export type PlanSource = (
  script: FileDigest,
  inputs: readonly FileDigest[],
  rehearsal: boolean,
) => { readonly plan: Plan } | { readonly wrong: string };

interface OpenStep extends StartedStep {
  readonly people: ReadonlySet<string>;
  pending: { readonly action: AnyAction; recorded: boolean } | { readonly facts: readonly Fact[] };
}

export class Execution {
  readonly #plans: PlanSource;
  #state: CeremonyState | null = null;
  #step: OpenStep | null = null;
  /** The step that was open when a session was sealed, until the next one has compared the head with the paper. */
  #suspended: OpenStep | null = null;
  #sessionOpen = false;
  #ended: "finished" | "aborted" | null = null;
  #seal: SealReason | null = null;
  /** The script and the inputs of the last session or amendment. */
  #goesBy = "";
  /** Every file that was written, by path; with the scripts and the inputs this is all that the folder holds. */
  readonly files = new Map<string, FileDigest>();

  constructor(plans: PlanSource) {
    this.#plans = plans;
  }

  /** Null before the first session. */
  get state(): CeremonyState | null {
    return this.#state;
  }

  get openStep(): StartedStep | null {
    return this.#step;
  }

  /** Every deviation so far, those of the open step too. */
  get exceptions(): readonly RecordedException[] {
    const recent = [this.#suspended, this.#step].flatMap((open) =>
      (open?.facts ?? []).flatMap((fact) =>
        open !== null && fact.fact === "exception" ? [exceptionOf(open.step.ref, fact)] : [],
      ),
    );
    return [...(this.#state?.exceptions ?? []), ...recent];
  }

  /** How the last session ended; null: it is open, or ended without a seal. */
  get lastSeal(): SealReason | null {
    return this.#seal;
  }

  get sessionOpen(): boolean {
    return this.#sessionOpen;
  }

  /** What may come next within a session that is open; a new session may also begin after a crash. */
  expect(): Expectation {
    const state = this.#state;
    if (this.#ended !== null) return { awaits: "nothing", reason: this.#ended };
    if (state === null || !this.#sessionOpen) return this.expectSession();
    const open = this.#step;
    if (open !== null) {
      if ("facts" in open.pending) return { awaits: "end", step: open.step.ref, facts: open.pending.facts };
      const { action, recorded } = open.pending;
      return { awaits: recorded ? "outcome" : "action", action };
    }
    const found = next(state);
    switch (found.kind) {
      case "steps": {
        const step = expectedBegin(found);
        const started = startStep(state, step, found.options);
        return { awaits: "begin", step, revision: started?.revision ?? 1 };
      }
      case "waiting":
        return { awaits: "seal", reason: "waiting" };
      case "amend":
        return { awaits: "amend", number: state.amendments + 2 };
      case "done":
        return { awaits: "seal", reason: "finished" };
      case "aborted":
        return { awaits: "seal", reason: "aborted" };
      default:
        return found satisfies never;
    }
  }

  /** The next session, whether the last one was sealed or broke off. */
  expectSession(): Extract<Expectation, { awaits: "session" }> {
    const open = this.#step;
    const abandons = open !== null && endsWithSession(open.step) ? open.step.ref : null;
    return { awaits: "session", session: (this.#state?.session ?? 0) + 1, abandons };
  }

  /** Take one line. A problem means that it may not stand there; the execution is then of no further use. */
  accept(line: LineBody & { readonly time: UtcSecond; readonly prev: Sha256Hex }): LineProblem | null {
    if (this.#ended !== null) return problem("line-after-end", "no line after the end", line.type);
    const taken = this.#take(line);
    if (taken === null) this.#state?.tick(line.time);
    return taken;
  }

  #take(line: LineBody & { readonly prev: Sha256Hex }): LineProblem | null {
    if (line.type === "session") return this.#beginSession(line);
    const state = this.#state;
    if (state === null || !this.#sessionOpen)
      return problem("no-session", "a line of type session", line.type);
    switch (line.type) {
      case "begin":
        return this.#begin(state, line);
      case "action":
        return this.#action(line);
      case "outcome":
        return this.#outcome(line);
      case "end":
        return this.#end(state, line);
      case "amend":
        return this.#amend(state, line);
      case "seal":
        return this.#sealSession(line.reason);
      default:
        return line satisfies never;
    }
  }

  #beginSession(
    line: Extract<LineBody, { type: "session" }> & { readonly prev: Sha256Hex },
  ): LineProblem | null {
    const expected = this.expectSession();
    if (line.session !== expected.session)
      return problem("session-number", String(expected.session), String(line.session));
    if (line.abandons !== expected.abandons) {
      return problem("abandons", String(expected.abandons), String(line.abandons));
    }
    if (this.#state === null) {
      if (line.script.path !== FIRST_SCRIPT) return problem("script", FIRST_SCRIPT, line.script.path);
      const planned = this.#plans(line.script, line.inputs, line.rehearsal);
      if ("wrong" in planned) return unplannable(planned.wrong);
      this.#state = new CeremonyState(planned.plan, line.rehearsal);
      this.#goBy(line);
    } else {
      const found = scriptText(line);
      if (found !== this.#goesBy) return problem("script", this.#goesBy, found);
      if (line.rehearsal !== this.#state.rehearsal)
        return problem("rehearsal", String(this.#state.rehearsal), String(line.rehearsal));
    }
    this.#breakOff(this.#state);
    this.#state.beginSession(line.session, this.#seal === null ? null : line.prev);
    if (this.#state.headToCompare !== null && this.#step !== null) {
      [this.#suspended, this.#step] = [this.#step, null];
    }
    this.#sessionOpen = true;
    this.#seal = null;
    return null;
  }

  #begin(state: CeremonyState, line: Extract<LineBody, { type: "begin" }>): LineProblem | null {
    const found = next(state);
    if (this.#step !== null || found.kind !== "steps")
      return problem("begin", describe(this.expect()), line.step);
    const ref = expectedBegin(found);
    if (line.step !== ref) return problem("begin", ref, line.step);
    const started = startStep(state, ref, found.options, line.revision);
    if (started === null) return problem("revision", `a known revision of ${ref}`, String(line.revision));
    const people = new Set(state.plan.script.people.keys());
    this.#step = { ...started, people, pending: advance(started.generator.next()) };
    return null;
  }

  #action(line: Extract<LineBody, { type: "action" }>): LineProblem | null {
    const pending = this.#step?.pending;
    if (pending === undefined || "facts" in pending || pending.recorded) {
      return problem("action", describe(this.expect()), `${line.kind} ${line.id}`);
    }
    const { kind, id, request } = pending.action;
    const expected = canonicalText({ kind, id, request });
    const found = canonicalText({ kind: line.kind, id: line.id, request: line.request });
    if (expected !== found) return problem("action", expected, found);
    pending.recorded = true;
    return null;
  }

  #outcome(line: Extract<LineBody, { type: "outcome" }>): LineProblem | null {
    const open = this.#step;
    if (open === null || "facts" in open.pending || !open.pending.recorded) {
      return problem("outcome", describe(this.expect()), line.id);
    }
    const { action } = open.pending;
    if (line.id !== action.id) return problem("outcome", action.id, line.id);
    const wrong = outcomeProblem(action.kind, action.request, line.outcome, open.people);
    if (wrong !== null) return problem("outcome", `an outcome of ${action.kind} that was allowed`, wrong);
    if (action.kind === "write" && line.outcome.ok) {
      const { request } = action;
      if (this.files.has(request.path)) return problem("written-twice", "a new file", request.path);
      this.files.set(request.path, request);
    }
    if (action.kind === "generate" && line.outcome.ok) this.#state?.leftOver.add(action.request.key);
    open.pending = advance(open.generator.next(line.outcome));
    return null;
  }

  #end(state: CeremonyState, line: Extract<LineBody, { type: "end" }>): LineProblem | null {
    const open = this.#step;
    if (open === null || !("facts" in open.pending) || line.step !== open.step.ref) {
      return problem("end", describe(this.expect()), line.step);
    }
    const { facts } = open.pending;
    const expected = canonicalText(facts);
    const found = canonicalText(line.facts);
    if (expected !== found) return problem("facts", expected, found);
    for (const fact of facts) state.apply(open.step.ref, fact);
    state.endStep(open.step.ref);
    [this.#step, this.#suspended] = [this.#suspended, null];
    if (state.aborted) this.#abandon(state);
    return null;
  }

  #amend(state: CeremonyState, line: Extract<LineBody, { type: "amend" }>): LineProblem | null {
    if (this.#step !== null || next(state).kind !== "amend") {
      return problem("amend", describe(this.expect()), line.script.path);
    }
    const expected = amendedScriptPath(state.amendments + 2);
    if (line.script.path !== expected) return problem("amend", expected, line.script.path);
    const planned = this.#plans(line.script, line.inputs, state.rehearsal);
    if ("wrong" in planned) return unplannable(planned.wrong);
    const wrong = amendmentProblem(state.plan, planned.plan);
    if (wrong !== null) return problem("amendment", wrong.expected, wrong.found);
    state.amend(planned.plan);
    this.#goBy(line);
    return null;
  }

  #sealSession(reason: SealReason): LineProblem | null {
    const expected = this.expect();
    const allowed = reason === "paused" || (expected.awaits === "seal" && expected.reason === reason);
    if (!allowed) return problem("seal", describe(expected), reason);
    this.#sessionOpen = false;
    this.#seal = reason;
    if (reason === "finished" || reason === "aborted") this.#ended = reason;
    return null;
  }

  /** What the end of a session means for the step that was open: nobody knows what came of an action without an outcome. */
  #breakOff(state: CeremonyState): void {
    const open = this.#step;
    if (open === null) return;
    if ("action" in open.pending && open.pending.recorded && open.pending.action.kind === "generate")
      state.leftOver.add(open.pending.action.request.key);
    if (endsWithSession(open.step)) this.#abandon(state);
  }

  /** Nothing comes of the open step but its deviations, which happened. */
  #abandon(state: CeremonyState): void {
    const open = this.#step;
    for (const fact of open?.facts ?? []) {
      if (open !== null && fact.fact === "exception") state.apply(open.step.ref, fact);
    }
    this.#step = null;
  }

  #goBy({ script, inputs }: ScriptFiles): void {
    this.#goesBy = scriptText({ script, inputs });
    for (const file of [script, ...inputs]) this.files.set(file.path, file);
  }
}

function unplannable(found: string): LineProblem {
  return problem("script", "the folder's script and the files that it pins, as they were checked", found);
}

/** The line's data of an action: what is recorded of it. */
export function recordedRequest(action: AnyAction): Data {
  return action.request as Data; // every request of the effects table is plain data
}

function advance(result: IteratorResult<AnyAction, readonly Fact[]>): OpenStep["pending"] {
  return result.done === true ? { facts: result.value } : { action: result.value, recorded: false };
}
