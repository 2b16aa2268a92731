/**
 * Where things stand in a script, and the mistakes found there.
 *
 * A place is known by its path: `roles.root.threshold`, `keys.root-ada.spares.0`, `people.ada.name`. Names have no dots,
 * so that paths are unambiguous. What has no place of its own (a missing field) stands where its parent stands.
 */
import type { ScriptFinding } from "../plan-types.ts";
import { type ScriptRuleId, scriptRule } from "./rules.ts";

/** Both count from 1; columns count characters as editors do, in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type Places = ReadonlyMap<string, Place>;

const START: Place = { line: 1, column: 1 };

export function placeOf(places: Places, path: string): Place {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const place = places.get(at);
    if (place !== undefined) return place;
  }
  return START;
}

/** What a check says beside its rule's row. `found` is ready to be shown: other people's text in it is quoted. */
export interface Detail {
  readonly found: string;
  readonly expected?: string;
  readonly remedy?: string;
}

/** Collects mistakes; the same rule at the same place is reported once. */
export class Findings {
  readonly #found = new Map<string, ScriptFinding>();
  readonly #places: Places;

  constructor(places: Places = new Map()) {
    this.#places = places;
  }

  /** Whether the script says anything there. */
  isWritten(path: string): boolean {
    return this.#places.has(path);
  }

  /** At the place of a path. */
  at(path: string, rule: ScriptRuleId, detail: Detail): void {
    this.add(placeOf(this.#places, path), rule, detail);
  }

  add(place: Place, rule: ScriptRuleId, detail: Detail): void {
    const { severity, message, remedy } = scriptRule(rule);
    const key = `${place.line}:${place.column}:${rule}:${detail.expected ?? ""}:${detail.found}`;
    if (this.#found.has(key)) return;
    this.#found.set(key, {
      rule,
      severity,
      line: place.line,
      column: place.column,
      expected: detail.expected ?? message,
      found: detail.found,
      remedy: detail.remedy ?? remedy,
    });
  }

  /** In the order of the file. */
  list(): readonly ScriptFinding[] {
    return [...this.#found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

export function hasErrors(findings: readonly ScriptFinding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}
