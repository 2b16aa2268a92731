/** The screens without a question: what people read while an action takes its time. */
import type { RenderedScreen } from "../../terminal/screen.ts";
import type { Situation } from "../people.ts";
import { placeOf } from "./place.ts";

const WORK: ReadonlyMap<string, string> = new Map([
  ["preflight", "Looking at this machine."],
  ["find-token", "Looking for the device."],
  ["provision", "Initialising the device. Leave it where it is."],
  ["generate", "Making the key. Leave the device where it is; this can take a minute."],
  ["sign", "Signing. Leave the device where it is."],
  ["write", "Writing, and reading back what was written."],
  ["lint", "Trying every document with throw-away keys."],
  ["try-clients", "Loading the documents as clients do."],
]);

/** @param what the kind of the action */
export function renderWork(what: string, { state, step }: Situation): RenderedScreen {
  return {
    place: placeOf(state, step, [step.person]),
    title: WORK.get(what) ?? "One moment.",
    body: [["There is nothing to type now."]],
  };
}
