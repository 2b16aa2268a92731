/** The people of the demonstration: they answer by themselves, and each step that begins is a line of progress. */
import type { AskRequest } from "../ceremony/effects.ts";
import type { People, Situation } from "../live/people.ts";
import { stepTitle } from "../live/screens/step-title.ts";
import { unattendedPeople } from "../live/unattended-people.ts";
import type { Progress } from "./progress.ts";

export function progressPeople(progress: Progress): People {
  const begin = ({ state, step }: Situation): void => {
    const title = stepTitle(state, step.ref).replace(/^\d\./, " $&");
    progress.begin(`  ${title}`);
  };
  const people = unattendedPeople((request, situation) => {
    begin(situation);
    return answerText(request);
  });
  const announced = async <Result>(situation: Situation, work: () => Promise<Result>): Promise<Result> => {
    begin(situation);
    await new Promise(setImmediate); // the line is out before the work may block
    return await work();
  };
  return {
    ...people,
    during: (_what, situation, work) => announced(situation, work),
    lend: (_title, situation, work) => announced(situation, work),
  };
}

/** Where people write something down, the record shall say that nobody did. */
function answerText({ accept }: AskRequest): ReturnType<Parameters<typeof unattendedPeople>[0] & object> {
  if (accept.form !== "text") return null;
  const fields = accept.fields.map((field) => [field, "a demonstration: nobody was there"] as const);
  return { ok: true, value: { form: "text", fields: Object.fromEntries(fields) } };
}
