/** The header and the footer: where the ceremony is, whose turn it is, how long it takes, who comes next. */
import { isFinished } from "../../ceremony/next.ts";
import type { PlannedStep } from "../../ceremony/plan-types.ts";
import type { PersonId } from "../../ceremony/script.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import type { Place } from "../../terminal/screen.ts";

export function placeOf(state: CeremonyState, step: PlannedStep, who: readonly PersonId[]): Place {
  const { script, steps } = state.plan;
  const left = steps.filter((planned) => planned.ref === step.ref || !isFinished(state, planned));
  const following = left.find((planned) => planned.number > step.number);
  const personName = (id: PersonId): string => script.people.get(id)?.name ?? id;
  return {
    ceremony: script.title,
    rehearsal: state.rehearsal,
    // Steps that the situation calls for have no number.
    step: step.number === 0 ? null : { number: step.number, of: steps.at(-1)?.number ?? step.number },
    who: who.map(personName),
    minutesLeft: left.reduce((sum, planned) => sum + planned.minutes, 0),
    next:
      following === undefined
        ? null
        : { name: personName(following.person), bring: bringFor(state, following) },
    ...leaving(state, step),
  };
}

const ENDS_REHEARSAL =
  "ends the program, and the rehearsal with it: its keys are thrown away. Another one begins anew, in a new folder.";
const ENDS_ONE_TIME =
  "ends the program. One-time keys that are made already are lost with it: the same command begins this step again, and makes others.";

function leaving({ rehearsal }: CeremonyState, { kind }: PlannedStep): Pick<Place, "leave"> {
  if (rehearsal) return { leave: ENDS_REHEARSAL };
  return kind === "one-time" ? { leave: ENDS_ONE_TIME } : {};
}

/** What the next person should have in hand. */
function bringFor(state: CeremonyState, step: PlannedStep): string {
  const key = step.key === undefined ? undefined : state.plan.keys.get(step.key)?.key;
  switch (key?.store) {
    case "hsm":
      return `${key.device} ${state.serialOf(key.name) ?? ""}`.trim();
    case "file":
      return step.kind === "generate" ? "two media of their own" : "the medium with their key";
    case "public":
      return "the paper with the online key's words";
    default:
      return step.kind === "script" ? "the printed script" : "";
  }
}
