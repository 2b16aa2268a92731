/**
 * People who answer by themselves: for unattended rehearsals, the demo, and tests that have a say at some prompts.
 */
import type { Answer, AskRequest, Exception, Outcome } from "../ceremony/effects.ts";
import type { Asked, People, Situation } from "./people.ts";

/** What to do at a prompt; null: answer as anybody would. */
export type Interject = (request: AskRequest, situation: Situation) => Asked | null;

/** Options that mean going on, wherever they are offered; elsewhere the first option is taken. */
const GOING_ON = new Set(["continue", "accept", "present", "right", "wait"]);

export function unattendedPeople(interject: Interject = () => null): People {
  return {
    async ask(request, situation) {
      const interjected = interject(request, situation);
      if (interjected !== null) return interjected;
      // Trying again helps nobody where nobody changes anything in between.
      if (request.prompt === "try-again" || isOnlyAgain(request))
        return opened(anException(request, situation, "abort"));
      return { ok: true, value: answer(request, situation) };
    },
    during: (_what, _situation, work) => work(),
    lend: (_title, _situation, work) => work(),
    async tell() {},
    close() {},
  };
}

/** A machine that does not pass what the script wants. */
function isOnlyAgain({ accept }: AskRequest): boolean {
  return accept.form === "choice" && accept.options.length === 1 && accept.options[0] === "again";
}

function answer(request: AskRequest, situation: Situation): Answer {
  const { accept } = request;
  switch (accept.form) {
    case "words":
      return { form: "words", mismatches: 0 };
    case "choice":
      return {
        form: "choice",
        chosen: accept.options.find((option) => GOING_ON.has(option)) ?? accept.options[0] ?? "",
      };
    case "text":
      return {
        form: "text",
        fields: Object.fromEntries(accept.fields.map((field) => [field, `unattended: ${field}`])),
      };
    case "exception":
      // Nobody is there to decide: what failed unattended ends the ceremony.
      return { form: "exception", exception: anException(request, situation, "abort") };
    default:
      return accept satisfies never;
  }
}

/** An exception that the first two people of the script confirm. */
export function anException(
  request: Pick<AskRequest, "dispositions">,
  situation: Situation,
  disposition: Exception["disposition"],
  happened = "nobody was there to decide",
): Exception {
  const [first = "", second = ""] = situation.state.plan.script.people.keys();
  const chosen = request.dispositions.includes(disposition)
    ? disposition
    : (request.dispositions[0] ?? "abort");
  return { happened, disposition: chosen, confirmedBy: [first, second] };
}

/** The outcome of a prompt at which somebody opened an exception. */
export function opened(exception: Exception): Outcome<"ask"> {
  return { ok: false, code: "exception", expected: "an answer", found: "an exception", exception };
}
