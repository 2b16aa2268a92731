/** What a screen is made from, and how it reads what a step put into its request. */
import type { AskRequest, Data } from "../../ceremony/effects.ts";
import type { PlannedStep } from "../../ceremony/plan-types.ts";
import type { PersonId } from "../../ceremony/script.ts";
import type { CeremonyState } from "../../ceremony/state.ts";
import { clipForTerminal } from "../../terminal/escape.ts";
import type { RenderedScreen } from "../../terminal/screen.ts";
import { isSha256Hex, type Sha256Hex } from "../../tuf/types.ts";

export interface ScreenContext {
  readonly state: CeremonyState;
  readonly step: PlannedStep;
  readonly request: AskRequest;
}

/** A screen without the frame's header and footer. */
export type Content = Omit<RenderedScreen, "place">;
export type Screen = (context: ScreenContext) => Content;

/** A person's name, escaped; the id where the script doesn't know them. */
export function nameOf(state: CeremonyState, id: PersonId): string {
  return clipForTerminal(state.plan.script.people.get(id)?.name ?? id, 60);
}

/** Whoever is asked, by name. */
export function askedName({ state, request }: ScreenContext): string {
  return request.who.map((id) => nameOf(state, id)).join(" and ");
}

/** Who holds a key; null for one-time and online keys. */
export function holderOf(state: CeremonyState, key: string): string | null {
  const planned = state.plan.keys.get(key)?.key;
  return planned !== undefined && "holder" in planned ? nameOf(state, planned.holder) : null;
}

/** `root-ada, of Ada Lovelace`: key names are plain ASCII by their rule. */
export function keyTitle(state: CeremonyState, key: string): string {
  const holder = holderOf(state, key);
  return holder === null ? key : `${key}, of ${holder}`;
}

/** A text of the request, as it is; numbers in decimal, null and what is missing as the empty string. */
export function textAt(data: Data, name: string): string {
  const value = at(data, name);
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** Like `textAt`, escaped and short. */
export function shownAt(data: Data, name: string): string {
  return clipForTerminal(textAt(data, name), 60);
}

export function listAt(data: Data, name: string): readonly Data[] {
  const value = at(data, name);
  return Array.isArray(value) ? value : [];
}

export function at(data: Data, name: string): Data {
  if (data === null || typeof data !== "object" || Array.isArray(data)) return null;
  return new Map(Object.entries(data)).get(name) ?? null;
}

export function digestAt(data: Data, name: string): Sha256Hex {
  const text = textAt(data, name);
  if (!isSha256Hex(text)) throw new TypeError(`the step sends no digest as ${name}`);
  return text;
}
