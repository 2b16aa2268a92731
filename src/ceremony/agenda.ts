/**
 * The numbered steps of a ceremony: which are needed, in which order, whose turn each is, about how long it takes.
 *
 * The default agenda follows from the documents and keys. A script may have its own: then nothing that is needed may be
 * missing, nothing may be there twice or for nothing, and the order must hold that makes the result right.
 */
import type { PlannedDocument, PlannedStep, StepKind, StepRef } from "./plan-types.ts";
import type { AgendaItem, KeyName, RoleName, Script, ScriptKey } from "./script.ts";
import type { Findings } from "./script-rules/findings.ts";

type Step = Omit<PlannedStep, "number">;

/** A step of the agenda that the script wrote, and where. */
interface WrittenStep {
  readonly step: Step;
  readonly path: string;
}

export function planAgenda(
  script: Script,
  documents: readonly PlannedDocument[],
  findings: Findings,
): readonly PlannedStep[] {
  const needed = neededSteps(script, documents);
  const steps = script.agenda === null ? needed : arrange(script, script.agenda, needed, findings);
  return steps.map((step, index) => ({ ...step, number: index + 1 }));
}

/** The default agenda. */
function neededSteps(script: Script, documents: readonly PlannedDocument[]): readonly Step[] {
  const keys = [...script.keys.values()];
  const opening: StepKind[] = ["preflight", "attendance", "script", "clock", "beacon"];
  const steps = opening.map((kind) => stepOf(script, kind));
  if (script.follow) steps.push(stepOf(script, "follow"));
  for (const key of keys) if (isMadeHere(key)) steps.push(stepOf(script, "generate", key));
  for (const key of keys) if (isConfirmed(key)) steps.push(stepOf(script, "confirm", key));
  steps.push(stepOf(script, "lint"));
  if (keys.some((key) => key.store === "one-time" && key.keyid === undefined))
    steps.push(stepOf(script, "one-time"));
  const collected: Step[] = [];
  for (const { role, signers } of documents) {
    const signing = signers.map((name) => script.keys.get(name)).filter((key) => key !== undefined);
    for (const key of signing)
      if (key.store === "elsewhere") steps.push(stepOf(script, "request", key, role));
    for (const key of signing) if (isPresent(key)) steps.push(stepOf(script, "sign", key, role));
    for (const key of signing)
      if (key.store === "elsewhere") collected.push(stepOf(script, "collect", key, role));
  }
  return [...steps, ...collected, stepOf(script, "verify"), stepOf(script, "outputs")];
}

function isMadeHere(key: ScriptKey): boolean {
  return (key.store === "hsm" || key.store === "file") && key.keyid === undefined;
}

function isConfirmed(key: ScriptKey): boolean {
  return key.store === "public" || (key.store === "elsewhere" && key.enrolled !== undefined);
}

function isPresent(key: ScriptKey): boolean {
  return key.store === "hsm" || key.store === "file";
}

function stepOf(script: Script, kind: StepKind, key?: ScriptKey, role?: RoleName): Step {
  const inRoom = key !== undefined && isPresent(key) && "holder" in key;
  return {
    ref: [kind, role, key?.name].filter((part) => part !== undefined).join("/"),
    kind,
    person: inRoom ? key.holder : administratorOf(script),
    ...(key === undefined ? {} : { key: key.name }),
    ...(role === undefined ? {} : { role }),
    minutes: minutesOf(kind, key),
  };
}

function administratorOf({ people }: Script): string {
  const administrator = [...people.values()].find(({ duty }) => duty === "administrator");
  if (administrator === undefined) throw new TypeError("a script without an administrator was accepted");
  return administrator.id;
}

/** From published ceremonies' records, rounded up: a step that people do for the first time. */
const MINUTES: Readonly<Record<StepKind, number>> = {
  preflight: 5,
  attendance: 5,
  script: 5,
  clock: 2,
  beacon: 3,
  follow: 5,
  instruct: 3,
  generate: 5,
  confirm: 2,
  lint: 1,
  "one-time": 2,
  sign: 3,
  request: 2,
  collect: 5,
  verify: 1,
  outputs: 5,
};

function minutesOf(kind: StepKind, key?: ScriptKey): number {
  const provisions = kind === "generate" && key?.store === "hsm" && key.provision;
  return MINUTES[kind] + (provisions ? 5 : 0);
}

/** The script's own agenda; requests and collecting are placed where they belong. */
function arrange(
  script: Script,
  items: readonly AgendaItem[],
  needed: readonly Step[],
  findings: Findings,
): readonly Step[] {
  const wanted = new Map(needed.map((step) => [step.ref, step]));
  const written = writtenSteps(script, items, wanted, findings);
  checkOrder(written, findings);
  const present = new Set(written.map(({ step }) => step.ref));
  for (const { ref, kind } of needed) {
    if (!present.has(ref) && !isPlacedByItself(kind)) {
      findings.at("agenda", "agenda/complete", { found: `no step ${ref}` });
    }
  }
  const steps = written.map(({ step }) => step);
  insertBefore(
    steps,
    needed.filter(({ kind }) => kind === "collect"),
    ({ kind }) => kind === "verify",
  );
  for (const request of needed.filter(({ kind }) => kind === "request")) {
    insertBefore(steps, [request], ({ kind, role }) => {
      const isSigning = kind === "sign" && (role === request.role || role === "root");
      return isSigning || kind === "collect" || kind === "verify";
    });
  }
  return steps;
}

function isPlacedByItself(kind: StepKind): boolean {
  return kind === "request" || kind === "collect";
}

function insertBefore(steps: Step[], inserted: readonly Step[], isThere: (step: Step) => boolean): void {
  const index = steps.findIndex(isThere);
  steps.splice(index === -1 ? steps.length : index, 0, ...inserted);
}

function writtenSteps(
  script: Script,
  items: readonly AgendaItem[],
  wanted: ReadonlyMap<StepRef, Step>,
  findings: Findings,
): readonly WrittenStep[] {
  const written = new Map<StepRef, WrittenStep>();
  let instructions = 0;
  for (const [index, item] of items.entries()) {
    const at = `agenda.${index}`;
    if (item.do === "instruct") {
      instructions += 1;
      const ref = `instruct/${instructions}`;
      const { text, record } = item;
      written.set(ref, {
        step: { ...stepOf(script, "instruct"), ref, instruct: { text, record } },
        path: at,
      });
      continue;
    }
    for (const { ref, path } of refsOf(item, at)) {
      const step = wanted.get(ref);
      if (step === undefined || isPlacedByItself(step.kind)) {
        findings.at(path, "agenda/step", { found: `${ref}, for which there is nothing to do` });
      } else if (written.has(ref)) findings.at(path, "agenda/twice", { found: `${ref} again` });
      else written.set(ref, { step, path });
    }
  }
  return [...written.values()];
}

function refsOf(
  item: Exclude<AgendaItem, { do: "instruct" }>,
  at: string,
): readonly { readonly ref: StepRef; readonly path: string }[] {
  const each = (keys: readonly KeyName[], prefix: string, path: string) =>
    keys.map((key, index) => ({ ref: `${prefix}/${key}`, path: `${path}.${index}` }));
  switch (item.do) {
    case "generate":
    case "confirm":
      return each(item.keys, item.do, `${at}.${item.do}`);
    case "sign":
      return each(item.keys, `sign/${item.role}`, `${at}.sign.${item.role}`);
    default:
      return [{ ref: item.do, path: at }];
  }
}

/** Steps of a lower phase come before those of a higher one; instructions go anywhere. */
function phaseOf({ kind, role }: Step): number | null {
  switch (kind) {
    case "instruct":
      return null;
    case "generate":
    case "confirm":
      return 6;
    case "lint":
      return 7;
    case "one-time":
      return 8;
    case "sign":
      return role === "root" ? 10 : 9;
    case "verify":
      return 12;
    case "outputs":
      return 13;
    case "request":
    case "collect":
      return 11;
    default:
      return ["preflight", "attendance", "script", "clock", "beacon", "follow"].indexOf(kind);
  }
}

function checkOrder(written: readonly WrittenStep[], findings: Findings): void {
  let latest: { readonly phase: number; readonly step: Step } | null = null;
  for (const { step, path } of written) {
    const phase = phaseOf(step);
    if (phase === null) continue;
    if (latest !== null && phase < latest.phase) {
      findings.at(path, "agenda/order", { found: `${step.ref} after ${latest.step.ref}` });
    } else latest = { phase, step };
  }
}
