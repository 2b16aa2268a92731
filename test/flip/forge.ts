/**
 * A forger with all of this program, but without the holders' keys and without the head that was read aloud: changes a
 * member of a line, and makes a transcript that is well-formed and well-chained again.
 */
import { sha256Hex } from "../../src/ceremony/composer.ts";
import { Execution, recordedRequest } from "../../src/ceremony/execution.ts";
import { CeremonyFolder } from "../../src/live/ceremony-folder.ts";
import { folderPlans } from "../../src/live/folder-plans.ts";
import { encodeLine, type Line, type LineBody } from "../../src/transcript/line.ts";

/** Where a value stands in a line: `["outcome", "value", "results", 0, "found"]`. */
export type Path = readonly (string | number)[];

export interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

/** Every value in a line that holds no others. `seq` and `prev` are left out: they follow from the rest. */
export function leavesOf({ seq: _seq, prev: _prev, ...line }: Line): readonly Leaf[] {
  return leavesBelow(line, []);
}

function leavesBelow(value: unknown, path: Path): readonly Leaf[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return members.flatMap(([name, member]) => leavesBelow(member, [...path, name]));
}

/** Words of which one may stand for another. */
const WORDS: readonly (readonly string[])[] = [
  ["pass", "fail", "unknown"],
  ["present", "absent"],
  ["right", "wrong"],
  ["continue", "again"],
  ["wait", "look"],
  ["finished", "paused", "waiting", "aborted"],
  ["ok", "low", "final", "locked", "unknown"],
  ["admin", "ada", "grace", "linus", "witness-1"],
];

/** Other values of the same kind: what a forger would try. */
export function otherValues(value: unknown): readonly unknown[] {
  switch (typeof value) {
    case "boolean":
      return [!value];
    case "number":
      return [value + 1, Math.max(0, value - 1)];
    case "string":
      return [...otherTexts(value)];
    default:
      return ["0".repeat(64)];
  }
}

function otherTexts(text: string): ReadonlySet<string> {
  const others = new Set([`${text}x`, `${text.startsWith("0") ? "f" : "0"}${text.slice(1)}`]);
  if (/^\d{4}-.*Z$/.test(text)) others.add(text.replace(/\d\dZ$/, "59Z"));
  for (const word of WORDS) if (word.includes(text)) for (const other of word) others.add(other);
  others.delete(text);
  return others;
}

/** The line with another value in one place; whether it is a line any more is for an audit to say. */
export function withLeaf(line: Line, path: Path, value: unknown): Line {
  return replaced(line, path, value) as Line;
}

function replaced(inside: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(inside)) return inside.with(Number(name), replaced(inside[Number(name)], rest, value));
  const members = Object.entries(inside ?? {});
  return Object.fromEntries(members.map(([at, old]) => [at, at === name ? replaced(old, rest, value) : old]));
}

/** The lines one after the other, with `seq` and `prev` as they must be. */
export function chain(lines: readonly Line[]): string {
  let text = "";
  for (const [index, line] of lines.entries()) {
    text += encodeLine({ ...line, seq: index + 1, prev: sha256Hex(text) });
  }
  return text;
}

/**
 * The ceremony run again on other outcomes: what the program itself would have written. Null where it takes another
 * course, for which the forger has no outcomes.
 */
export function runAgain(folder: string, lines: readonly Line[]): string | null {
  const execution = new Execution(folderPlans(new CeremonyFolder(folder)));
  let text = "";
  for (const [index, line] of lines.entries()) {
    const body = bodyNow(execution, line);
    if (body === null) return null;
    const made = { ...body, time: line.time, seq: index + 1, prev: sha256Hex(text) };
    if (execution.accept(made) !== null) return null;
    text += encodeLine(made);
  }
  return text;
}

/** What the execution asks for, where it alone decides; the forger's line elsewhere. */
function bodyNow(execution: Execution, line: Line): LineBody | null {
  const expected = execution.expect();
  switch (line.type) {
    case "begin":
      return expected.awaits === "begin"
        ? { type: "begin", step: expected.step, revision: expected.revision }
        : null;
    case "action": {
      if (expected.awaits !== "action") return null;
      const { id, kind } = expected.action;
      return { type: "action", id, kind, request: recordedRequest(expected.action) };
    }
    case "end":
      return expected.awaits === "end" ? { type: "end", step: expected.step, facts: expected.facts } : null;
    default:
      return line;
  }
}
