/** Which targets a delegation is about (TUF specification 1.0.34 §4.5; TAP 15 for succinct roles). */

import { createHash } from "node:crypto";
import type { DelegatedRole, ReadDocument, SuccinctRoles } from "./documents.ts";
import { isObject } from "./json.ts";
import { describe, Observer, pointTo } from "./observer.ts";
import type { Observation } from "./rules.ts";

/** Whether clients come to the role when they look for the path. */
export type Covers = (path: string) => boolean;

/** Clients don't agree on what these mean in a pattern: it may match anything. */
const AMBIGUOUS = /[[\]{}\\]/;

/** Characters compared for one delegation. Whoever needs more is told nothing rather than made to wait. */
const MAX_STEPS = 20_000_000;

/** Of one role; each is asked about every target. */
const MAX_DELEGATORS = 16;

/**
 * Targets of the document that no delegation gives to its role.
 * @param covering of each delegation to the role by paths; none for a top-level role, to which everything belongs
 */
export function observeStrayTargets(
  document: ReadDocument,
  covering: readonly Covers[],
): readonly Observation[] {
  if (document.kind !== "targets" || covering.length === 0 || covering.length > MAX_DELEGATORS) return [];
  const targets = document.signed.get("targets");
  const observer = new Observer();
  for (const path of isObject(targets) ? targets.keys() : []) {
    if (covering.some((covers) => covers(path))) continue;
    observer.observe("trust/stray-target", pointTo("/signed/targets", path), describe(path));
  }
  return observer.finish();
}

export function coverageOf({ paths, pathHashPrefixes }: DelegatedRole): Covers {
  return pathHashPrefixes === null ? coverageOfPatterns(paths ?? []) : coverageOfHashes(pathHashPrefixes);
}

/** `name` is one of its bins. */
export function coverageOfBin({ bitLength, namePrefix }: SuccinctRoles, name: string): Covers {
  const bin = Number.parseInt(name.slice(namePrefix.length + 1), 16);
  return (path) => Number.parseInt(hashOf(path).slice(0, 8), 16) >>> (32 - bitLength) === bin;
}

/** However many prefixes there are, a path is looked up once for each of their lengths. */
function coverageOfHashes(prefixes: readonly string[]): Covers {
  const known = new Set(prefixes);
  const lengths = [...new Set(prefixes.map((prefix) => prefix.length))];
  return (path) => {
    const hash = hashOf(path);
    return lengths.some((length) => known.has(hash.slice(0, length)));
  };
}

function hashOf(path: string): string {
  return createHash("sha256").update(path, "utf8").digest("hex");
}

/** No wildcard reaches beyond a slash. */
function coverageOfPatterns(patterns: readonly string[]): Covers {
  if (patterns.some((pattern) => AMBIGUOUS.test(pattern))) return () => true;
  const split = patterns.map((pattern) => pattern.split("/"));
  let steps = 0;
  const step = () => ++steps > MAX_STEPS;
  return (path) => {
    const parts = path.split("/");
    return split.some(
      (pattern) =>
        step() ||
        (pattern.length === parts.length &&
          pattern.every((part, index) => matches(part, parts[index] ?? "", step))),
    );
  };
}

/**
 * `*` is any characters, `?` is one. Where the rest does not fit, the last `*` takes one more: what came before it need
 * not be tried again.
 * @param step true: no more time is left
 */
function matches(pattern: string, text: string, step: () => boolean): boolean {
  let [at, star, taken] = [0, -1, 0];
  for (let position = 0; position < text.length; ) {
    if (step()) return true;
    const wanted = pattern[at];
    if (wanted === "*") {
      star = at++;
      taken = position;
    } else if (wanted === "?") {
      at++;
      position += (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
    } else if (wanted === text[position]) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++taken;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
