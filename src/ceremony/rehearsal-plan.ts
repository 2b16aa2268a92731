/**
 * The plan of a rehearsal: the same steps with throw-away keys.
 *
 * Keys that exist already, or that are held elsewhere, can't sign a rehearsal: each gets a stand-in that is made in a
 * step of its own before anything is composed. What would travel to a holder elsewhere is signed at the table.
 */
import type { Plan, PlannedKey, PlannedStep } from "./plan-types.ts";
import type { FileKey, KeyName, ScriptKey } from "./script.ts";

export function rehearsalPlan(plan: Plan): Plan {
  const keys = new Map<KeyName, PlannedKey>();
  const standIns: KeyName[] = [];
  for (const [name, planned] of plan.keys) {
    const standIn = standInFor(planned);
    keys.set(name, standIn ?? planned);
    if (standIn !== null) standIns.push(name);
  }
  return {
    ...plan,
    keys,
    steps: renumber([...plan.steps.flatMap((step) => rehearsed(plan, step, standIns))]),
  };
}

/** Null for keys that a rehearsal makes or uses as they are. */
function standInFor(planned: PlannedKey): PlannedKey | null {
  const { key, known, roles } = planned;
  if (known === undefined || key.store === "public" || key.store === "one-time") return null;
  return { key: fileKey(key, known.scheme, key.holder), roles };
}

function fileKey(key: ScriptKey, scheme: FileKey["scheme"], holder: FileKey["holder"]): FileKey {
  return { store: "file", name: key.name, holder, scheme };
}

/** The step as it is rehearsed: stand-ins are made before the lint, requests and their answers become signatures. */
function rehearsed(plan: Plan, step: PlannedStep, standIns: readonly KeyName[]): readonly PlannedStep[] {
  const { key, role } = step;
  switch (step.kind) {
    case "lint":
      return [...standIns.map((name) => makeStandIn(plan, name)), step];
    case "request":
      return [];
    case "collect":
      return [{ ...step, kind: "sign", ref: `sign/${role}/${key}` }];
    case "confirm":
      return key !== undefined && standIns.includes(key) ? [] : [step];
    default:
      return [step];
  }
}

function makeStandIn(plan: Plan, name: KeyName): PlannedStep {
  const key = plan.keys.get(name)?.key;
  const person = key !== undefined && "holder" in key ? key.holder : "";
  return { ref: `generate/${name}`, kind: "generate", number: 0, person, key: name, minutes: 1 };
}

function renumber(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  return steps.map((step, index) => ({ ...step, number: index + 1 }));
}
