/**
 * From the bytes of a script to a tree of plain nodes that know their line and column.
 *
 * YAML 1.2, core schema, one document. What makes a text mean something else than it seems to is refused: anchors and
 * aliases, tags, merge keys, directives, duplicate fields, control and bidirectional characters. Depth is checked on
 * the tokens, which a loop makes, before anything recursive sees them: no file can exhaust the stack.
 */
import { Composer, type CST, isMap, isScalar, isSeq, LineCounter, type ParsedNode, Parser } from "yaml";
import { quote } from "../tuf/quote.ts";
import type { Findings, Place } from "./script-rules/findings.ts";
import type { ScriptRuleId } from "./script-rules/rules.ts";
import { explainYaml } from "./yaml-mistakes.ts";

export interface YamlField {
  readonly name: string;
  readonly place: Place;
  readonly value: YamlNode;
}

/** `spelling` is what the file says, for messages. */
export type YamlNode =
  | {
      readonly kind: "scalar";
      readonly place: Place;
      readonly value: string | number | bigint | boolean | null;
      readonly spelling: string;
    }
  | { readonly kind: "list"; readonly place: Place; readonly items: readonly YamlNode[] }
  | { readonly kind: "map"; readonly place: Place; readonly fields: readonly YamlField[] };

export const MAX_SCRIPT_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 16;
/** Beyond this many characters that don't belong there a file is no script; the rest is not reported. */
const MAX_CHARACTERS = 100;

/** null: the file has no tree that could be read any further; there is at least one error in `findings`. */
export function parseScriptYaml(bytes: Uint8Array, findings: Findings): YamlNode | null {
  const text = decode(bytes, findings);
  if (text === null) return null;
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tree = new TreeReader(lines, findings);
  if (!tree.checkTokens(tokens)) return null;
  const options = {
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
    schema: "core",
    merge: false,
    intAsBigInt: true,
  } as const;
  const [document] = [...new Composer(options).compose(tokens, true, text.length)];
  if (document === undefined) throw new TypeError("the composer was told to yield a document");
  const mistake = explainYaml(text, document.errors, tree.quoted);
  if (mistake !== null) {
    const { offset, ...detail } = mistake;
    findings.add(tree.placeAt(offset), "script/yaml", detail);
    return null;
  }
  return tree.readNode(document.contents, 0);
}

function decode(bytes: Uint8Array, findings: Findings): string | null {
  const start = { line: 1, column: 1 };
  if (bytes.length > MAX_SCRIPT_BYTES) {
    findings.add(start, "script/size", { found: `more than ${MAX_SCRIPT_BYTES} bytes` });
    return null;
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    findings.add(start, "script/encoding", { found: "a byte order mark" });
    return null;
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return checkCharacters(text, findings) ? text : null;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const upTo = new TextDecoder("utf-8").decode(bytes).split("\u{fffd}", 1)[0] ?? "";
    findings.add(placeIn(upTo, upTo.length), "script/encoding", { found: "a byte that is not UTF-8" });
    return null;
  }
}

/**
 * Control characters but tab, line feed and carriage return; bidirectional controls; separators that some programs take for
 * line ends; the byte order mark inside a text. Joiners (U+200C, U+200D) stay: names need them.
 */
export const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is there to find them
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/** It looks like an indentation, and YAML takes it as the first letter of a name. */
const ODD_INDENT = /^(?<spaces>[ \t]*)(?<blank>[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])/gm;

function checkCharacters(text: string, findings: Findings): boolean {
  const carriageReturn = text.indexOf("\r");
  if (carriageReturn !== -1) {
    findings.add(placeIn(text, carriageReturn), "script/line-endings", { found: "a carriage return" });
  }
  const bad = [...text.matchAll(new RegExp(UNPRINTABLE, "gu"))].slice(0, MAX_CHARACTERS);
  for (const match of bad) {
    findings.add(placeIn(text, match.index), "script/characters", { found: quote(match[0]) });
  }
  const blanks = [...text.matchAll(ODD_INDENT)].slice(0, MAX_CHARACTERS);
  for (const { index, groups } of blanks) {
    const blank = groups?.["blank"] ?? "";
    findings.add(placeIn(text, index + (groups?.["spaces"] ?? "").length), "script/characters", {
      expected: "plain spaces as indentation",
      found: `${blank === "\u{a0}" ? "a no-break space" : "a blank of another kind"}, ${quote(blank)}`,
      remedy: "Delete it and indent with plain spaces.",
    });
  }
  return bad.length + blanks.length === 0;
}

function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

class TreeReader {
  readonly #lines: LineCounter;
  readonly #findings: Findings;
  /** Everything in quotation marks, in the order of the text: one that is not closed shows only at the end of the file. */
  readonly quoted: CST.FlowScalar[] = [];

  constructor(lines: LineCounter, findings: Findings) {
    this.#lines = lines;
    this.#findings = findings;
  }

  placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** False where composing the tokens would be dangerous or pointless. */
  checkTokens(tokens: readonly CST.Token[]): boolean {
    const documents = tokens.filter(({ type }) => type === "document");
    const second = documents[1] ?? tokens.find(({ type }) => type === "directive" || type === "doc-end");
    const mark = second ?? documents.flatMap(startMarks)[0];
    if (mark !== undefined) {
      const found = second === undefined ? "---" : "another one, or a directive";
      this.#report(mark.offset, "script/one-document", found);
    }
    let isSound = mark === undefined;
    for (const token of tokens) if (!this.#checkToken(token, 0)) isSound = false;
    return isSound;
  }

  /** Goes down no further than a script is deep, whatever the file holds. */
  #checkToken(token: CST.Token, depth: number): boolean {
    if (depth > MAX_DEPTH) {
      this.#report(token.offset, "script/depth", "one more");
      return false;
    }
    const rule = REFUSED_TOKENS.get(token.type);
    if (rule !== undefined)
      this.#report(token.offset, rule, "source" in token ? quote(token.source) : token.type);
    let isSound = rule === undefined;
    if (token.type === "double-quoted-scalar" || token.type === "single-quoted-scalar")
      this.quoted.push(token);
    if (token.type === "scalar") this.#checkComment(token);
    const check = (inner: CST.Token | null | undefined): void => {
      if (inner != null && !this.#checkToken(inner, depth + 1)) isSound = false;
    };
    if (token.type === "document") for (const inner of token.start) check(inner);
    if (token.type === "block-scalar") for (const inner of token.props) check(inner);
    if ("value" in token) check(token.value);
    if (!("items" in token)) return isSound;
    for (const { start, key, sep, value } of token.items) {
      for (const inner of start) check(inner);
      check(key);
      for (const inner of sep ?? []) check(inner);
      check(value);
    }
    return isSound;
  }

  /** A comment has a blank behind its #; `First #1 root` is most likely a text that is cut off there. */
  #checkComment({ end = [] }: CST.FlowScalar): void {
    const comment = end.find(({ type }) => type === "newline" || type === "comment");
    if (comment?.type !== "comment" || !/^#[^\s#]/.test(comment.source)) return;
    this.#report(comment.offset, "script/comment", quote(comment.source, 60));
  }

  /** `before`: where the node's field is written, for a node that is written as nothing at all. */
  readNode(node: ParsedNode | null, before: number): YamlNode {
    const place = this.placeAt(node?.range[0] ?? before);
    if (isMap(node)) return { kind: "map", place, fields: this.#readFields(node.items) };
    if (isSeq(node)) {
      return { kind: "list", place, items: node.items.map((item) => this.#readItem(item, before)) };
    }
    if (isScalar(node)) {
      const { value } = node;
      const spelling = node.source ?? "";
      switch (typeof value) {
        case "string":
        case "boolean":
        case "bigint":
          return { kind: "scalar", place, value, spelling };
        case "number":
          return { kind: "scalar", place, value, spelling };
      }
    }
    return { kind: "scalar", place, value: null, spelling: "" };
  }

  #readItem(item: unknown, before: number): YamlNode {
    if (isMap(item) || isSeq(item) || isScalar(item)) return this.readNode(item as ParsedNode, before); // of a parsed document
    return this.readNode(null, before);
  }

  #readFields(pairs: readonly { key: unknown; value: unknown }[]): readonly YamlField[] {
    const fields = new Map<string, YamlField>();
    for (const { key, value } of pairs) {
      if (!isScalar(key) || typeof key.value !== "string") continue;
      const name = key.value;
      const offset = key.range?.[0] ?? 0;
      const place = this.placeAt(offset);
      if (name === "<<") this.#findings.add(place, "script/merge-key", { found: "<<" });
      else if (fields.has(name)) {
        this.#findings.add(place, "script/duplicate-field", { found: `${quote(name)} again` });
      } else fields.set(name, { name, place, value: this.#readItem(value, offset) });
    }
    return [...fields.values()];
  }

  #report(offset: number, rule: ScriptRuleId, found: string): void {
    this.#findings.add(this.placeAt(offset), rule, { found });
  }
}

function startMarks(token: CST.Token): readonly CST.SourceToken[] {
  return token.type === "document" ? token.start.filter(({ type }) => type === "doc-start") : [];
}

const REFUSED_TOKENS: ReadonlyMap<string, ScriptRuleId> = new Map([
  ["anchor", "script/alias"],
  ["alias", "script/alias"],
  ["tag", "script/tag"],
]);
