/** Rows of a comparison: the same work done by us and by others, each beside us. */
import { type ContestantName, type Field, OURS } from "./contestants.ts";
import type { Goal } from "./goal.ts";
import { figure, goalColumns, type Section, section } from "./table.ts";
import type { Measured } from "./turns.ts";

export interface ComparisonRow {
  readonly what: string;
  readonly who: ContestantName | "node -e 0";
  /** Or why there are none. */
  readonly milliseconds: Measured;
  /** Its time over ours; null where there is none. */
  readonly ratio: number | null;
  /** For the ratio. */
  readonly goal: Goal | null;
}

/** How many times faster than a client we are to be. */
export type Goals = Readonly<Partial<Record<ContestantName, number>>>;

/** Us first, then everybody of the field; those that are not there too. */
export function compare(
  what: string,
  field: Field,
  times: ReadonlyMap<string, Measured>,
  goals: Goals,
): readonly ComparisonRow[] {
  const ours = times.get(OURS);
  const all: readonly ContestantName[] = [OURS, ...field.about.map(({ name }) => name)];
  return all.map((who) => {
    const milliseconds = times.get(who) ?? "not there";
    const ratio = typeof milliseconds === "string" || typeof ours !== "number" ? null : milliseconds / ours;
    const atLeast = goals[who];
    return { what, who, milliseconds, ratio, goal: atLeast === undefined ? null : { atLeast } };
  });
}

export function comparisonSection(title: string, rows: readonly ComparisonRow[]): Section {
  return section<ComparisonRow>(
    title,
    [
      { head: "what", cell: ({ what }) => what },
      { head: "who", cell: ({ who }) => who },
      {
        head: "time",
        cell: ({ milliseconds }) =>
          typeof milliseconds === "string"
            ? milliseconds
            : `${figure(Math.round(milliseconds * 10) / 10)} ms`,
      },
      { head: "× ours", cell: ({ ratio }) => (ratio === null ? "" : ratio.toFixed(2)) },
      ...goalColumns<ComparisonRow>(({ ratio, goal }) => ({ measured: ratio, goal })),
    ],
    rows,
  );
}
