/** Valid scripts with one thing changed, everywhere: the finding must stand where the change is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from "yaml";
import { readScript } from "../../src/ceremony/read-script.ts";
import { FULL_SCRIPT } from "../support/full-script.ts";
import { EXAMPLES, exampleText } from "../support/scripts.ts";

interface Site {
  /** `keys.root-ada.holder`, `roles.root.keys.0`. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

interface Field extends Site {
  /** Written as `{ a: 1, b: 2 }`. */
  readonly inFlow: boolean;
  readonly name: string;
  readonly valueTo: number;
  readonly parentLine: number;
}

const SCRIPTS: readonly (readonly [string, string])[] = [
  ...EXAMPLES.map((name) => [name, exampleText(name)] as const),
  ["every field", FULL_SCRIPT],
];

function sitesIn(text: string): { readonly scalars: readonly Site[]; readonly fields: readonly Field[] } {
  const lines = new LineCounter();
  const scalars: Site[] = [];
  const fields: Field[] = [];
  const walk = (node: ParsedNode | null, path: string, parentLine: number): void => {
    if (isScalar(node)) scalars.push({ path, from: node.range[0], to: node.range[1] });
    if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        walk(item, `${path}.${index}`, lines.linePos(item.range[0]).line);
      }
    }
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const name = String(key.value);
      const [from, to] = key.range;
      const valueTo = value?.range[1] ?? to;
      const inner = path === "" ? name : `${path}.${name}`;
      fields.push({ path: inner, name, from, to, valueTo, inFlow: node.flow === true, parentLine });
      walk(value, inner, lines.linePos(from).line);
    }
  };
  walk(parseDocument(text, { lineCounter: lines }).contents, "", 1);
  return { scalars, fields };
}

function splice(text: string, from: number, to: number, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function errorsIn(text: string) {
  const { script, findings } = readScript(new TextEncoder().encode(text));
  const errors = findings.filter(({ severity }) => severity === "error");
  assert.equal(script === null, errors.length > 0);
  return errors;
}

/** Names that people choose: renaming one is no mistake where nothing refers to it. */
const CHOSEN = /^(previous|keys|roles|pins\.modules|agenda\.\d+\.sign)\.[^.]+$/;

const BAD_VALUES: readonly string[] = [
  '""',
  "[]",
  "{}",
  "~",
  "-1",
  "1.5",
  '" leading"',
  '"two\\nlines"',
  '"\\u0007"',
  '"\\u202e"',
  '"\\ud800"',
  `"${"x".repeat(5000)}"`,
];

for (const [name, text] of SCRIPTS) {
  const { scalars, fields } = sitesIn(text);

  test(`${name}: ${scalars.length} values replaced by bad ones`, () => {
    for (const { path, from, to } of scalars) {
      for (const bad of BAD_VALUES) {
        const errors = errorsIn(splice(text, from, to, bad));
        const line = lineAt(text, from);
        assert.ok(
          errors.some((error) => error.line === line),
          `${path} = ${bad.slice(0, 20)}: line ${line}, ${JSON.stringify(errors.slice(0, 3))}`,
        );
      }
    }
  });

  test(`${name}: ${fields.length} fields renamed`, () => {
    for (const { path, from, to } of fields) {
      if (CHOSEN.test(path)) continue;
      const errors = errorsIn(splice(text, to, to, "x"));
      const line = lineAt(text, from);
      const found = errors.find((error) => error.rule === "script/unknown-field" && error.line === line);
      assert.ok(found, `${path}: ${JSON.stringify(errors)}`);
      assert.match(found.remedy, /Did you mean/);
    }
  });

  test(`${name}: ${fields.length} fields written twice`, () => {
    for (const { path, from, valueTo, inFlow } of fields) {
      const start = inFlow ? from : text.lastIndexOf("\n", from - 1) + 1;
      const isFirstOfItem = !inFlow && /^ *- /.test(text.slice(start, from));
      if (isFirstOfItem) continue; // its line begins with the hyphen; its neighbours are doubled
      const copy = text.slice(start, valueTo).replace(/\n$/, "");
      const isLineEnd = text[valueTo - 1] === "\n";
      const doubled = splice(
        text,
        valueTo,
        valueTo,
        inFlow ? `, ${copy}` : `${isLineEnd ? "" : "\n"}${copy}\n`,
      );
      const line = lineAt(text, valueTo) + (inFlow || isLineEnd ? 0 : 1);
      const errors = errorsIn(doubled);
      assert.ok(
        errors.some((error) => error.rule === "script/duplicate-field" && error.line === line),
        `${path}: line ${line}, ${JSON.stringify(errors.slice(0, 3))}`,
      );
    }
  });

  test(`${name}: required fields removed`, () => {
    for (const { path, name: field, from, valueTo, inFlow, parentLine } of fields) {
      if (CHOSEN.test(path) || OPTIONAL.has(field) || /^agenda\./.test(path)) continue;
      const start = inFlow ? from : text.lastIndexOf("\n", from - 1) + 1;
      if (!inFlow && /^ *- /.test(text.slice(start, from))) continue;
      const rest = text.slice(valueTo);
      const after = /^(\s*,\s*|[ \t]*(#[^\n]*)?\n)/.exec(rest)?.[0] ?? "";
      const end = text[valueTo - 1] === "\n" && !inFlow ? valueTo : valueTo + after.length;
      const errors = errorsIn(splice(text, start, end, ""));
      assert.ok(
        errors.some((error) => error.line === parentLine),
        `${path}: line ${parentLine}, ${JSON.stringify(errors.slice(0, 3))}`,
      );
    }
  });
}

const OPTIONAL: ReadonlySet<string> = new Set([
  "agenda",
  "attestation",
  "delegates",
  "enrolled",
  "expires",
  "follow",
  "hash_bins",
  "keyid",
  "kit",
  "modules",
  "must_pass",
  "paths",
  "pins",
  "provision",
  "public",
  "signs_with",
  "spares",
  "store",
  "succinct",
  "terminating",
]);
