/** Several that are measured by turns, so that whatever else the machine does falls on all of them. */
import { median } from "./statistics.ts";

/** The numbers of so many rounds; or in a few words why it can't be measured, which is not tried again. */
export type Turn = (rounds: number) => Promise<readonly number[] | string>;

export interface Turns {
  /** How many turns of one round count. */
  readonly counted: number;
  /** How many rounds are run before these, in one turn. */
  readonly warmUp: number;
}

/** A number; or why there is none. */
export type Measured = number | string;

/** The median of each over all turns that count. */
export async function takeTurns<Name>(
  { counted, warmUp }: Turns,
  takers: ReadonlyMap<Name, Turn>,
): Promise<ReadonlyMap<Name, Measured>> {
  const taken = new Map<Name, number[]>();
  const given = new Map<Name, string>();
  for (let turn = 0; turn <= counted; turn++) {
    for (const [name, take] of takers) {
      if (given.has(name)) continue;
      const numbers = await take(turn === 0 ? warmUp : 1);
      if (typeof numbers === "string") given.set(name, numbers);
      else if (turn > 0) taken.set(name, [...(taken.get(name) ?? []), ...numbers]);
    }
  }
  return new Map(
    Array.from(takers.keys(), (name) => [name, given.get(name) ?? median(taken.get(name) ?? [])]),
  );
}
