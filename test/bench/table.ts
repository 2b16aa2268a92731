/** Rows as a table that is as good in a terminal as in Markdown. */
import { type Goal, isReached } from "./goal.ts";

/** One table of a report. */
export interface Section {
  readonly title: string;
  /** For programs: as they were measured. */
  readonly rows: readonly object[];
  /** For people: the head, and one line for each row. */
  readonly cells: readonly (readonly string[])[];
}

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
}

export function section<Row extends object>(
  title: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Section {
  const head = columns.map((column) => column.head);
  return { title, rows, cells: [head, ...rows.map((row) => columns.map(({ cell }) => cell(row)))] };
}

/** Two columns: the goal, and whether it is reached. Both empty where there is none, or nothing was measured. */
export function goalColumns<Row>(
  of: (row: Row) => { readonly measured: number | null; readonly goal: Goal | null },
): readonly Column<Row>[] {
  return [
    { head: "goal", cell: (row) => describeGoal(of(row).goal) },
    {
      head: "",
      cell: (row) => {
        const { measured, goal } = of(row);
        if (measured === null || goal === null) return "";
        return isReached(measured, goal) ? "within" : "MISSED";
      },
    },
  ];
}

export function tableOf(cells: readonly (readonly string[])[]): string {
  const [head = []] = cells;
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => lineOf(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  const rule = lineOf(widths.map((width) => "-".repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

/** Three digits or more; none after the point from 100 on. */
export function figure(number: number): string {
  return number < 100 ? String(Number(number.toFixed(2))) : Math.round(number).toLocaleString("en");
}

function describeGoal(goal: Goal | null): string {
  if (goal === null) return "";
  return "atMost" in goal ? `≤ ${figure(goal.atMost)}` : `≥ ${figure(goal.atLeast)}`;
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
