/** The screens without a question: what people read while an action takes its time. */
import type { PlannedStep } from "../../ceremony/plan-types.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import type { RenderedScreen } from "../../terminal/screen.ts";
import type { Situation } from "../people.ts";
import { placeOf } from "./place.ts";

const TITLES: ReadonlyMap<string, string> = new Map([
  ["preflight", "Looking at this machine."],
  ["find-token", "Looking for the device."],
  ["provision", "Initialising the device."],
  ["generate", "Making the key. This can take a minute."],
  ["sign", "Signing."],
  ["write", "Writing, and reading back what was written."],
  ["lint", "Trying every document with throw-away keys."],
  ["try-clients", "Loading the documents as clients do."],
]);

/** @param what the kind of the action */
export function renderWork(what: string, { state, step }: Situation): RenderedScreen {
  return {
    place: placeOf(state, step, [step.person]),
    title: TITLES.get(what) ?? "One moment.",
    body: [
      ["There is nothing to type now."],
      isOnDevice(state, step) ? ["Leave the device where it is."] : [],
    ],
  };
}

function isOnDevice({ plan }: CeremonyState, { key }: PlannedStep): boolean {
  return key !== undefined && plan.keys.get(key)?.key.store === "hsm";
}
