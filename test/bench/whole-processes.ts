/** Rows about whole processes beside a bare `node -e 0`. */
import { fileURLToPath } from "node:url";
import type { Goal } from "./goal.ts";
import { figure, goalColumns, type Section, section } from "./table.ts";

/** The program as it is shipped. */
export const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface ProcessRow {
  readonly name: string;
  readonly measured: number;
  readonly unit: "× bare node" | "× bare node, CPU" | "ms" | "ms of CPU" | "MB" | "lines/s" | "×";
  readonly goal: Goal | null;
  /** Of the whole process, from start to end; of its processor time where `unit` says CPU beside a ratio. */
  readonly milliseconds: number;
  /** The same of a bare `node -e 0` in the same rounds. */
  readonly bareMilliseconds: number;
}

export function processSection(title: string, rows: readonly ProcessRow[]): Section {
  return section<ProcessRow>(
    title,
    [
      { head: "what", cell: ({ name }) => name },
      { head: "measured", cell: ({ measured, unit }) => `${figure(measured)} ${unit}` },
      ...goalColumns<ProcessRow>((row) => row),
      { head: "whole process", cell: ({ milliseconds }) => `${milliseconds.toFixed(0)} ms` },
      { head: "bare node", cell: ({ bareMilliseconds }) => `${bareMilliseconds.toFixed(0)} ms` },
      {
        head: "ratio",
        cell: ({ milliseconds, bareMilliseconds }) => (milliseconds / bareMilliseconds).toFixed(2),
      },
    ],
    rows,
  );
}
