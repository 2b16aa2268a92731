/**
 * Readers for the values of a script: each takes a node, and gives the value or reports what is wrong with it and gives
 * null. They never stop at a mistake, so that people see all of them at once.
 */
import { quote } from "../tuf/quote.ts";
import { isSha256Hex, isUtcSecond, type KeyId, type Sha256Hex, type UtcSecond } from "../tuf/types.ts";
import { nearest } from "./nearest.ts";
import type { PinnedFile } from "./script.ts";
import type { Findings, Place } from "./script-rules/findings.ts";
import type { ScriptRuleId } from "./script-rules/rules.ts";
import { UNPRINTABLE, type YamlNode } from "./script-yaml.ts";

export type Read<T> = (reader: ScriptReader, node: YamlNode, path: string) => T | null;

export class ScriptReader {
  readonly findings: Findings;
  /** Filled while reading; shared with the findings, which look places up in it. */
  readonly #places: Map<string, Place>;

  constructor(findings: Findings, places: Map<string, Place>) {
    this.findings = findings;
    this.#places = places;
  }

  /** From here on `path` stands where the node stands. */
  settle(path: string, place: Place): void {
    this.#places.set(path, place);
  }

  wrong(node: YamlNode, expected: string, remedy?: string, rule: ScriptRuleId = "script/value"): null {
    const detail = { expected, found: describe(node) };
    this.findings.add(node.place, rule, remedy === undefined ? detail : { ...detail, remedy });
    return null;
  }

  /** The fields of a map; unknown ones are reported with the name that was probably meant. */
  fields(node: YamlNode, path: string, known: readonly string[], what: string): Fields | null {
    const entries = this.entries(node, path, what);
    if (entries === null) return null;
    for (const [name, { place }] of entries) {
      if (known.includes(name)) continue;
      const meant = nearest(name, known);
      this.findings.add(place, "script/unknown-field", {
        expected: `one of the fields of ${what}: ${known.join(", ")}`,
        found: quote(name),
        remedy: meant === null ? "Correct the field's name or delete it." : `Did you mean "${meant}"?`,
      });
    }
    return new Fields(this, path, what, entries);
  }

  /** The entries of a map whose names people choose. */
  entries(node: YamlNode, path: string, what: string): ReadonlyMap<string, Entry> | null {
    if (node.kind !== "map") return this.wrong(node, `${what}, written as fields (name: value)`);
    const entries = new Map<string, Entry>();
    for (const { name, place, value } of node.fields) {
      // A map or list is named by its field; a single value is where it is written.
      this.settle(`${path}${path === "" ? "" : "."}${name}`, value.kind === "scalar" ? value.place : place);
      entries.set(name, { place, value });
    }
    return entries;
  }
}

interface Entry {
  readonly place: Place;
  readonly value: YamlNode;
}

export class Fields {
  readonly #reader: ScriptReader;
  readonly #path: string;
  readonly #what: string;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(reader: ScriptReader, path: string, what: string, entries: ReadonlyMap<string, Entry>) {
    this.#reader = reader;
    this.#path = path;
    this.#what = what;
    this.#entries = entries;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  required<T>(name: string, read: Read<T>): T | null {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return read(this.#reader, entry.value, this.#pathOf(name));
    this.#reader.findings.at(this.#path, "script/missing-field", {
      expected: `the field "${name}" of ${this.#what}`,
      found: "no such field",
      remedy: `Add "${name}".`,
    });
    return null;
  }

  /** null only where the field is there and wrong. */
  optional<T, Default>(name: string, read: Read<T>, otherwise: Default): T | Default | null {
    const entry = this.#entries.get(name);
    return entry === undefined ? otherwise : read(this.#reader, entry.value, this.#pathOf(name));
  }

  /** Reports fields that don't belong together with what the others say. */
  forbid(names: readonly string[], why: string): void {
    for (const name of names) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      this.#reader.findings.add(entry.place, "script/unknown-field", {
        expected: `only the fields of ${why}`,
        found: `"${name}"`,
        remedy: `Delete "${name}".`,
      });
    }
  }

  #pathOf(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }
}

/** 1 to `longest` characters of one line, in any script. */
export function textOf(what: string, longest: number): Read<string> {
  return (reader, node) => {
    const text = stringIn(reader, node, what);
    if (text === null) return null;
    if (UNPRINTABLE.test(text) || /[\r\n\t]/.test(text)) {
      return reader.wrong(node, `${what} on one line, without control or bidirectional characters`);
    }
    if (!text.isWellFormed()) return reader.wrong(node, `${what} in whole characters`);
    const length = [...text].length;
    if (text.trim() === "" || text !== text.trim() || length > longest) {
      return reader.wrong(node, `${what} of 1 to ${longest} characters without spaces around it`);
    }
    return text;
  };
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

const NAME_SHAPE = "1 to 64 lower-case letters, digits and hyphens, the first no hyphen";

export function nameOf(what: string): Read<string> {
  return (reader, node) => {
    const text = stringIn(reader, node, what);
    if (text === null) return null;
    return isName(text) ? text : reader.wrong(node, `${what}: ${NAME_SHAPE}`);
  };
}

/** A name that is a field: `root-ada:`. */
export function checkName(reader: ScriptReader, name: string, place: Place, what: string): boolean {
  if (isName(name)) return true;
  reader.findings.add(place, "script/value", { expected: `${what}: ${NAME_SHAPE}`, found: quote(name) });
  return false;
}

export function integerOf(what: string, least: number, most: number): Read<number> {
  return (reader, node) => {
    const value = node.kind === "scalar" && typeof node.value === "bigint" ? Number(node.value) : null;
    const isPlain = node.kind === "scalar" && /^[1-9][0-9]{0,9}$/.test(node.spelling);
    if (value !== null && isPlain && value >= least && value <= most) return value;
    return reader.wrong(node, `${what}: a whole number from ${least} to ${most}`, remedyForNumber(node));
  };
}

function remedyForNumber(node: YamlNode): string | undefined {
  if (node.kind !== "scalar") return undefined;
  if (typeof node.value === "string" && /^[1-9][0-9]*$/.test(node.value)) return "Write it without quotes.";
  return /^0[0-9]+$/.test(node.spelling) ? "Write it without a zero in front." : undefined;
}

export function booleanOf(what: string): Read<boolean> {
  return (reader, node) => {
    if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
    return reader.wrong(node, `${what}: true or false`);
  };
}

export function wordOf<Word extends string>(what: string, words: readonly Word[]): Read<Word> {
  return (reader, node) => {
    const text = stringIn(reader, node, `${what}: one of ${words.join(", ")}`);
    if (text === null) return null;
    const word = words.find((each) => each === text);
    if (word !== undefined) return word;
    const meant = nearest(text, words);
    return reader.wrong(
      node,
      `${what}: one of ${words.join(", ")}`,
      meant === null ? undefined : `Did you mean "${meant}"?`,
    );
  };
}

export const utcSecond: Read<UtcSecond> = (reader, node) => {
  const expected = "a date that exists, as YYYY-MM-DDTHH:MM:SSZ (UTC, no fractions)";
  const text = stringIn(reader, node, expected);
  if (text === null) return null;
  return isUtcSecond(text) ? text : reader.wrong(node, expected);
};

export const sha256Hex: Read<Sha256Hex> = (reader, node) => {
  const text = stringIn(reader, node, "a SHA-256: 64 lower-case hex digits");
  if (text === null) return null;
  return isSha256Hex(text) ? text : reader.wrong(node, "a SHA-256: 64 lower-case hex digits");
};

/** What the previous metadata calls the key: any string there, so any printable one here. */
export const keyidText: Read<KeyId> = (reader, node, path) =>
  textOf("a keyid of the previous metadata", 200)(reader, node, path) as KeyId | null;

export const pinnedFile: Read<PinnedFile> = (reader, node, path) => {
  const fields = reader.fields(node, path, ["file", "sha256"], "a pinned file");
  if (fields === null) return null;
  const file = fields.required("file", filePath);
  const sha256 = fields.required("sha256", sha256Hex);
  return file === null || sha256 === null ? null : { file, sha256 };
};

/** As in the ceremony folder, where inputs are kept under the same path; it can't leave the script's folder. */
const FILE_PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

export const filePath: Read<string> = (reader, node, path) => {
  const expected =
    "a file beside the script: a relative path of letters, digits, dots, hyphens and underscores, with slashes between";
  const text = textOf(expected, 200)(reader, node, path);
  if (text === null) return null;
  return FILE_PATH.test(text) ? text : reader.wrong(node, expected);
};

/** null where any item is wrong; every item is read in any case. */
export function listOf<T>(what: string, read: Read<T>, least = 0, most = 100_000): Read<readonly T[]> {
  return (reader, node, path) => {
    if (node.kind !== "list") return reader.wrong(node, `${what}: a list, as [a, b]`);
    if (node.items.length < least || node.items.length > most) {
      return reader.wrong(node, `${what}: ${least} to ${most} items`);
    }
    const values: T[] = [];
    for (const [index, item] of node.items.entries()) {
      reader.settle(`${path}.${index}`, item.place);
      const value = read(reader, item, `${path}.${index}`);
      if (value !== null) values.push(value);
    }
    return values.length === node.items.length ? values : null;
  };
}

function stringIn(reader: ScriptReader, node: YamlNode, what: string): string | null {
  if (node.kind === "scalar" && typeof node.value === "string") return node.value;
  const isOtherScalar = node.kind === "scalar" && node.value !== null;
  return reader.wrong(
    node,
    what,
    isOtherScalar
      ? "Put the value in quotes: unquoted, YAML reads it as something else than text."
      : undefined,
  );
}

export function describe(node: YamlNode): string {
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "map") return "fields (name: value)";
  if (node.value === null) return "nothing";
  if (typeof node.value === "string") return quote(node.value);
  return `the ${typeof node.value === "boolean" ? "truth value" : "number"} ${quote(node.spelling)}`;
}
