/** People who answer as a golden ceremony's answers.json says, and as anybody would elsewhere; every screen is kept. */
import assert from "node:assert/strict";
import type { AskRequest } from "../../src/ceremony/effects.ts";
import type { Asked, People } from "../../src/live/people.ts";
import { opened, unattendedPeople } from "../../src/live/unattended-people.ts";
import type { GoldenAnswer } from "./answers.ts";
import { outcomeOf, type ScreenLog } from "./show-screens.ts";

export function goldenPeople(answers: GoldenAnswer[], screens: ScreenLog): People {
  const people = unattendedPeople((request, { step }) => {
    const [first] = answers;
    if (first?.at !== step.ref || first.prompt !== request.prompt) return null;
    answers.shift();
    return toAnswer(request, first.give);
  });
  return {
    ...people,
    async ask(request, situation) {
      screens.showQuestion(request, situation);
      const asked = await people.ask(request, situation);
      screens.noteOutcome(outcomeOf(asked));
      return asked;
    },
    during(what, situation, work) {
      screens.showWork(what, situation);
      return work();
    },
  };
}

function toAnswer({ accept, prompt }: AskRequest, give: GoldenAnswer["give"]): Asked {
  if (give === "leave") return { paused: true };
  if ("exception" in give) {
    const { exception } = give;
    return accept.form === "exception"
      ? { ok: true, value: { form: "exception", exception } }
      : opened(exception);
  }
  if ("mismatches" in give && accept.form === "words") return { ok: true, value: { form: "words", ...give } };
  if ("chosen" in give && accept.form === "choice") return { ok: true, value: { form: "choice", ...give } };
  if ("fields" in give && accept.form === "text") return { ok: true, value: { form: "text", ...give } };
  return assert.fail(`${prompt} asks for ${accept.form}, not for ${JSON.stringify(give)}`);
}
