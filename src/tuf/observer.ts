/** Collects what the checks of one document see. Any number of them: an attacker may break every line of a document. */

import { quote } from "./quote.ts";
import type { Observation, RuleId } from "./rules.ts";
import type { JsonObject, JsonValue } from "./types.ts";

/** Kept of one rule; of the rest only the number is told. */
const KEPT_PER_RULE = 20;

export class Observer {
  readonly #observations: Observation[] = [];
  readonly #counts = new Map<RuleId, number>();

  observe(rule: RuleId, where: string, found: string): void {
    const count = (this.#counts.get(rule) ?? 0) + 1;
    this.#counts.set(rule, count);
    if (count <= KEPT_PER_RULE) this.#observations.push({ rule, where, found });
  }

  finish(): readonly Observation[] {
    const rest = Array.from(this.#counts).filter(([, count]) => count > KEPT_PER_RULE);
    return [
      ...this.#observations,
      ...rest.map(([rule, count]) => ({
        rule,
        where: "",
        found: `${count - KEPT_PER_RULE} more of the same`,
      })),
    ];
  }
}

/** A JSON pointer to a member of what `parent` points to (RFC 6901). */
export function pointTo(parent: string, member: string | number): string {
  return `${parent}/${String(member).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Any value in a few words; text of the document only escaped and cut. */
export function describe(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string") return quote(value, 40);
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return String(value).length > 40 ? `a number of ${String(value).length} digits` : String(value);
}

/** Fields beyond the specification's: readers ignore them, but what we make has none. */
export function observeUnknownFields(
  object: JsonObject,
  known: ReadonlySet<string>,
  where: string,
  observer: Observer,
  rule: RuleId = "document/unknown-field",
): void {
  for (const name of object.keys()) {
    if (!known.has(name)) observer.observe(rule, pointTo(where, name), describe(name));
  }
}
