/** The matrix of what a run found out, as text of at most 100 columns. */
import { SCHEMES, type Scheme } from "../../src/tuf/types.ts";
import { type Cell, COLUMNS, type Column, type Value } from "./contract/cells.ts";
import type { ProviderName } from "./provider.ts";

/** A cell is as wide as its heading, and at least as the longest value. */
const WIDTHS = { provider: 13, scheme: 20, cells: COLUMNS.map((name) => Math.max(name.length, 7)) } as const;
/** Behind four blanks, within the 100 columns. */
const LONGEST_REASON = 90;

export interface Matrix {
  readonly text: string;
  /** A cell that nobody decided counts as FAILED: its test file never got that far. */
  readonly failed: number;
  readonly skipped: number;
}

export function describeMatrix(providers: readonly ProviderName[], cells: readonly Cell[]): Matrix {
  const rows = providers.flatMap((provider) => SCHEMES.map((scheme) => ({ provider, scheme })));
  const find = (provider: ProviderName, scheme: Scheme, column: Column) =>
    cells.find((cell) => cell.provider === provider && cell.scheme === scheme && cell.column === column);
  const lines = rows.map(({ provider, scheme }) => {
    const values = COLUMNS.map((column) => find(provider, scheme, column)?.value ?? "FAILED");
    return { text: lineOf([provider, scheme, ...values]), values };
  });
  const reasons = rows.flatMap(({ provider, scheme }) => {
    const refused = COLUMNS.flatMap((column) => find(provider, scheme, column) ?? []).filter(
      ({ value }) => value === "no",
    );
    return groupByReason(refused).map(([why, columns]) => {
      const named = columns.length === COLUMNS.length ? "all" : columns.join(", ");
      return `  ${provider} ${scheme} ${named}:\n    ${clip(why)}`;
    });
  });
  const count = (wanted: Value) => lines.flatMap(({ values }) => values).filter((v) => v === wanted).length;
  return {
    text: [
      lineOf(["provider", "scheme", ...COLUMNS]),
      ...lines.map(({ text }) => text),
      ...(reasons.length === 0 ? [] : ["", "no, because:", ...reasons]),
      "",
    ].join("\n"),
    failed: count("FAILED"),
    skipped: count("skipped"),
  };
}

function lineOf([provider = "", scheme = "", ...cells]: readonly string[]): string {
  const { provider: first, scheme: second, cells: widths } = WIDTHS;
  const rest = cells.map((text, index) => text.padEnd(widths[index] ?? 0)).join(" ");
  return `${provider.padEnd(first)}${scheme.padEnd(second)}${rest}`.trimEnd();
}

function groupByReason(refused: readonly Cell[]): readonly (readonly [string, readonly Column[]])[] {
  const whys = [...new Set(refused.map(({ why }) => why))];
  return whys.map((why) => [why, refused.filter((cell) => cell.why === why).map(({ column }) => column)]);
}

function clip(text: string): string {
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON - 1)}…`;
}
