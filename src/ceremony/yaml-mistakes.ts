/** What somebody probably meant where a text is no YAML: the library says what it stumbled over, people need the cause. */
import type { CST, YAMLParseError } from "yaml";
import { quote } from "../tuf/quote.ts";

export interface YamlMistake {
  readonly offset: number;
  /** Ready to be shown. */
  readonly found: string;
  /** Absent: nothing better than to look at the place. */
  readonly remedy?: string;
}

/** The first mistake in the order of the text: what follows it is most often its consequence. */
export function explainYaml(
  text: string,
  errors: readonly YAMLParseError[],
  quoted: readonly CST.FlowScalar[],
): YamlMistake | null {
  const [first] = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined) return null;
  const [offset] = first.pos;
  const unclosed = quoted.findLast((token) => token.offset <= offset);
  if (/^Missing closing/.test(first.message) && unclosed !== undefined) {
    return {
      offset: unclosed.offset,
      found: "a quotation mark that opens here and is never closed",
      remedy: "Close the quotation at its end.",
    };
  }
  const mistake = { offset, found: quote(first.message, 200) };
  const remedy = remedyFor(first.code, lineAt(text, offset));
  return remedy === null ? mistake : { ...mistake, remedy };
}

function remedyFor(code: string, { whole, rest }: Line): string | null {
  if (code === "TAB_AS_INDENT") return "Indent with spaces, in every line.";
  if (code === "BLOCK_AS_IMPLICIT_KEY" && /:(?:\s|$)/.test(rest))
    return 'Put text that has ": " in it in quotes.';
  const isNoField = code === "MULTILINE_IMPLICIT_KEY" || code === "MISSING_CHAR";
  if (isNoField && /^\s*(?:- +)?[\w-]+:\S/.test(whole)) return "Put a space after the colon.";
  return null;
}

interface Line {
  readonly whole: string;
  /** From the mistake on. */
  readonly rest: string;
}

function lineAt(text: string, offset: number): Line {
  const begin = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const until = end === -1 ? text.length : end;
  return { whole: text.slice(begin, until), rest: text.slice(offset, until) };
}
