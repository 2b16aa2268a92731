/** The rows as a table that is as good in a terminal as in Markdown. */
import { isWithin, type Row } from "./rows.ts";

const HEAD = ["what", "measured", "budget", "", "whole process", "bare node", "ratio"];

export function tableOf(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => lineOf(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  const rule = lineOf(widths.map((width) => "-".repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function cellsOf(row: Row): readonly string[] {
  const { name, measured, unit, budget, milliseconds, bareMilliseconds } = row;
  const limit = "atMost" in budget ? `≤ ${figure(budget.atMost)}` : `≥ ${figure(budget.atLeast)}`;
  return [
    name,
    `${figure(measured)} ${unit}`,
    limit,
    isWithin(row) ? "within" : "OVER",
    `${milliseconds.toFixed(0)} ms`,
    `${bareMilliseconds.toFixed(0)} ms`,
    (milliseconds / bareMilliseconds).toFixed(2),
  ];
}

function figure(number: number): string {
  return number < 100 ? String(Number(number.toFixed(2))) : Math.round(number).toLocaleString("en");
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
