/**
 * What a run found out, cell by cell of the matrix that `npm run test:hsm` prints: one line of JSON for each, in the file
 * that main.ts names in the environment. Without main.ts nothing is written.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { it, type TestContext } from "node:test";
import type { Scheme } from "../../../src/tuf/types.ts";
import type { ProviderName } from "../provider.ts";

export const COLUMNS = [
  "generate",
  "sign",
  "verify",
  "wrap",
  "restore",
  "destroy",
  "killed",
  "unplugged",
] as const;
export type Column = (typeof COLUMNS)[number];

/** `no`: the device has refused, and `why` is how. */
export type Value = "yes" | "no" | "FAILED" | "skipped";

export interface Cell {
  readonly provider: ProviderName;
  readonly scheme: Scheme;
  readonly column: Column;
  readonly value: Value;
  readonly why: string;
}

/** Variable of the environment with the path of the file. */
export const CELLS_FILE = "TUF_HSM_CELLS";

export interface Verdict {
  yes(...columns: readonly Column[]): void;
  no(why: string, ...columns: readonly Column[]): void;
}

/** A test that decides these cells: each has failed until the test says otherwise. */
export function itDecides(
  where: { readonly provider: ProviderName; readonly scheme: Scheme },
  columns: readonly Column[],
  options: { readonly skip: string | false },
  body: (test: TestContext, verdict: Verdict) => Promise<void>,
): void {
  const note = (value: Value, why: string, noted: readonly Column[]) => {
    for (const column of noted) write({ ...where, column, value, why });
  };
  note(options.skip === false ? "FAILED" : "skipped", options.skip || "", columns);
  it(`${where.scheme}: ${columns.join(", ")}`, options, async (test) => {
    const open = new Set(columns);
    const close = (value: Value, why: string, decided: readonly Column[]) => {
      note(value, why, decided);
      for (const column of decided) open.delete(column);
    };
    await body(test, {
      yes: (...decided) => close("yes", "", decided),
      no: (why, ...decided) => close("no", why, decided),
    });
    if (open.size > 0) throw new Error(`the test has left undecided: ${[...open].join(", ")}`);
  });
}

function write(cell: Cell): void {
  const path = process.env[CELLS_FILE];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(cell)}\n`);
}

/** The last word on each cell counts. */
export function readCells(path: string): readonly Cell[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const cells = lines.filter((line) => line !== "").map((line): Cell => JSON.parse(line));
  const byName = cells.map((cell) => [`${cell.provider} ${cell.scheme} ${cell.column}`, cell] as const);
  return [...new Map(byName).values()];
}
