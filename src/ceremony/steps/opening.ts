/** The steps before any key is made: the machine, the people, the script, the time. */
import { canonicalText } from "../../transcript/line.ts";
import type { Sha256Hex } from "../../tuf/types.ts";
import { sha256Hex } from "../composer.ts";
import type { Fact } from "../facts.ts";
import type { Person, PersonId } from "../script.ts";
import type { CeremonyState } from "../state.ts";
import {
  ALWAYS,
  ask,
  attempt,
  deviate,
  done,
  endBy,
  type Part,
  type Step,
  type StepContext,
} from "../step.ts";

/**
 * The machine's checks; what fails is shown, recorded and either mended and looked at again, or accepted by name. What the
 * script says must pass is not accepted by anybody: it is mended, or the script amended.
 */
export function* preflight(context: StepContext): Step {
  for (;;) {
    const looked = yield* attempt(context, "preflight", "preflight", {}, ALWAYS);
    if (looked.kind === "deviation") return endBy(context, looked.disposition);
    const { results } = looked.value;
    const failed = results.filter((check) => check.verdict === "fail").map((check) => check.id);
    const unknown = results.filter((check) => check.verdict === "unknown").map((check) => check.id);
    const passed = new Set(results.filter((check) => check.verdict === "pass").map((check) => check.id));
    const { rehearsal, plan } = context.state;
    const lacking = rehearsal ? [] : plan.script.mustPass.filter((id) => !passed.has(id));
    const goingOn = failed.length === 0 ? ["continue", "again"] : ["again", "accept"];
    const answer = yield* ask(context, "preflight-result", {
      data: lacking.length === 0 ? { results } : { results, lacking },
      accept: { form: "choice", options: lacking.length === 0 ? goingOn : ["again"] },
      dispositions: lacking.length === 0 ? ALWAYS : [...ALWAYS, "amend"],
    });
    if (answer.kind === "deviation") return endBy(context, answer.disposition);
    if (answer.value.chosen !== "again") return done(context, { fact: "preflight", failed, unknown });
  }
}

/** Everybody is asked for. What needs two people later needs two that are there: with fewer it does not begin. */
export function* attendance(context: StepContext): Step {
  for (;;) {
    const present: PersonId[] = [];
    const absent: PersonId[] = [];
    for (const person of context.state.plan.script.people.values()) {
      const answer = yield* ask(context, "attendance", {
        who: [person.id],
        data: { person: person.id, duty: person.duty },
        accept: { form: "choice", options: ["present", "absent"] },
        dispositions: ALWAYS,
      });
      if (answer.kind === "deviation") return endBy(context, answer.disposition);
      (answer.value.chosen === "present" ? present : absent).push(person.id);
    }
    if (present.length >= 2 && present.includes(administrator(context).id)) {
      return done(context, { fact: "present", present, absent });
    }
    const failure = {
      code: "people/too-few",
      expected: "the administrator and at least one other person in the room",
      found: present.length === 0 ? "nobody" : present.join(", "),
    };
    const deviation = yield* deviate(context, "attendance", failure, [...ALWAYS, "amend"]);
    if (deviation !== null) return endBy(context, deviation);
  }
}

/** Two people type words of the script's digest from the paper on which it was agreed. */
export function* script(context: StepContext): Step {
  const sha256 = context.state.plan.scriptSha256;
  const read = yield* typeDigest(context, sha256);
  if ("ended" in read) return read.ended;
  return done(context, { fact: "script-read", sha256, by: read.by });
}

/** The new script of an amendment: its change is shown, and its digest is typed like the first one's. */
export function* amendment(context: StepContext): Step {
  const sha256 = context.state.plan.scriptSha256;
  const read = yield* typeDigest(context, sha256, "amendment");
  if ("ended" in read) return read.ended;
  return done(context, { fact: "amendment-read", sha256 });
}

/**
 * Whoever starts a later session first compares the last head with the paper. Where nobody wrote it down the ceremony
 * goes on without, as an exception: the head can be compared later, with a recording.
 */
export function* compareHead(context: StepContext): Step {
  const sha256 = context.state.headToCompare;
  if (sha256 === null) return done(context);
  const answer = yield* ask(context, "script-words", {
    who: [administrator(context).id],
    data: { of: "head", session: context.state.session },
    accept: { form: "words", from: "paper", sha256, positions: [0, 1, 30, 31] },
    dispositions: [...ALWAYS, "postpone"],
  });
  if (answer.kind === "deviation") {
    if (answer.disposition !== "postpone") return endBy(context, answer.disposition);
    return done(context, { fact: "head-not-compared", sha256 });
  }
  return done(context, { fact: "head-compared", sha256 });
}

/** The system clock, confirmed by somebody who looked at another one; it must be within the script's window. */
export function* clock(context: StepContext): Step {
  const { window } = context.state.plan.script;
  const by = witnessOrOther(context);
  for (;;) {
    const read = yield* attempt(context, "clock", "clock", {}, ALWAYS);
    if (read.kind === "deviation") return endBy(context, read.disposition);
    const { time } = read.value;
    const answer = yield* ask(context, "clock", {
      who: [by.id],
      data: { time, from: window.from, to: window.to },
      accept: { form: "choice", options: ["right", "wrong"] },
      dispositions: ALWAYS,
    });
    if (answer.kind === "deviation") return endBy(context, answer.disposition);
    const wrong = answer.value.chosen === "wrong";
    if (!wrong && time >= window.from && time <= window.to) {
      return done(context, { fact: "clock", time, by: by.id });
    }
    const failure = wrong
      ? { code: "clock/wrong", expected: "a clock that agrees with the witness's", found: time }
      : { code: "clock/outside-window", expected: `between ${window.from} and ${window.to}`, found: time };
    const deviation = yield* deviate(context, "clock", failure, wrong ? ALWAYS : [...ALWAYS, "amend"]);
    if (deviation !== null) return endBy(context, deviation);
  }
}

/** Something nobody could know before: it shows that the record was not made earlier than it says. */
export function* beacon(context: StepContext): Step {
  const answer = yield* ask(context, "beacon", { accept: { form: "text", fields: ["beacon"] } });
  if (answer.kind === "deviation") return endBy(context, answer.disposition);
  return done(context, { fact: "beacon", text: answer.value.fields["beacon"] ?? "" });
}

export function* instruct(context: StepContext): Step {
  const instruction = context.step.instruct ?? { text: "", record: [] };
  if (instruction.record.length === 0) {
    const answer = yield* ask(context, "instruct", { accept: { form: "choice", options: ["done"] } });
    if (answer.kind === "deviation") return endBy(context, answer.disposition);
    return done(context);
  }
  const answer = yield* ask(context, "instruct", { accept: { form: "text", fields: instruction.record } });
  if (answer.kind === "deviation") return endBy(context, answer.disposition);
  return done(context, { fact: "note", fields: answer.value.fields });
}

/** Where the export for a machine that follows along is written; an amended plan gets its own. */
function followPath({ amendments }: CeremonyState): string {
  return amendments === 0 ? "export/follow-along.json" : `export/follow-along-${amendments + 1}.json`;
}

/** What a second, separately made machine needs to recompute every digest: the script's digest and the plan's documents. */
export function* follow(context: StepContext): Step {
  const { plan, rehearsal } = context.state;
  const content = new TextEncoder().encode(
    `${canonicalText({
      type: "tuf-ceremony follow-along v1",
      ceremony: plan.script.ceremony,
      rehearsal,
      script: plan.scriptSha256,
      documents: plan.documents.map(({ role, path, version, expires }) => ({ role, path, version, expires })),
      steps: plan.steps.map((step) => step.ref),
    })}\n`,
  );
  const path = followPath(context.state);
  const file = { path, sizeBytes: content.length, sha256: sha256Hex(content) };
  const written = yield* attempt(context, "write", "write", file, ALWAYS, new Map([[path, content]]));
  if (written.kind === "deviation") return endBy(context, written.disposition);
  const answer = yield* ask(context, "follow", {
    data: file,
    accept: { form: "choice", options: ["following"] },
    dispositions: ALWAYS, // begun again, the step would write its file twice
  });
  if (answer.kind === "deviation") return endBy(context, answer.disposition);
  return done(context, { fact: "output", ...file });
}

/** The administrator picks one of several steps that are possible now; letters stand for them, in their order. */
export function* choose(context: StepContext, options: readonly string[]): Step {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const offered = options.slice(0, letters.length);
  const answer = yield* ask(context, "choose-step", {
    who: [administrator(context).id],
    data: { steps: offered },
    accept: { form: "choice", options: offered.map((_, index) => letters.charAt(index)) },
    dispositions: ALWAYS,
  });
  if (answer.kind === "deviation") return endBy(context, answer.disposition);
  const step = offered[letters.indexOf(answer.value.chosen)];
  const chosen: readonly Fact[] = step === undefined ? [] : [{ fact: "chosen", step }];
  return [...context.facts, ...chosen];
}

/** First and last four words, by two different people. */
function* typeDigest(
  context: StepContext,
  sha256: Sha256Hex,
  prompt: "script-words" | "amendment" = "script-words",
): Part<{ readonly by: readonly PersonId[] } | { readonly ended: readonly Fact[] }> {
  const readers = [
    { person: administrator(context), positions: [0, 1, 2, 3] },
    { person: witnessOrOther(context), positions: [28, 29, 30, 31] },
  ];
  for (const { person, positions } of readers) {
    const answer = yield* ask(context, prompt, {
      who: [person.id],
      data: { of: "script" },
      accept: { form: "words", from: "paper", sha256, positions },
      dispositions: [...ALWAYS, "amend"],
    });
    if (answer.kind === "deviation") return { ended: endBy(context, answer.disposition) };
  }
  return { by: readers.map(({ person }) => person.id) };
}

export function administrator(context: StepContext): Person {
  return firstPerson(context, (person) => person.duty === "administrator");
}

/** A witness who is there, else anybody who is there besides the administrator. */
function witnessOrOther(context: StepContext): Person {
  const { present } = context.state;
  const there = (person: Person): boolean => present.size === 0 || present.has(person.id);
  const people = [...context.state.plan.script.people.values()];
  return (
    people.find((person) => person.duty === "witness" && there(person)) ??
    people.find((person) => person.duty !== "administrator" && there(person)) ??
    administrator(context)
  );
}

function firstPerson(context: StepContext, test: (person: Person) => boolean): Person {
  const people = [...context.state.plan.script.people.values()];
  const found = people.find(test) ?? people[0];
  if (found === undefined) throw new TypeError("a script without people passed its rules");
  return found;
}
