/** Turns, and the medians of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "./statistics.ts";
import { takeTurns } from "./turns.ts";

test("the median is in the middle, or between the two that are", () => {
  assert.equal(median([9, 1, 10]), 9);
  assert.equal(median([10, 9, 1, 2]), 5.5);
  assert.throws(() => median([]), RangeError);
});

test("everybody has a turn before anybody has the next, and the first does not count", async () => {
  const asked: string[] = [];
  const taker = (name: string, ...numbers: readonly number[]) => {
    let next = 0;
    return async (rounds: number) => {
      asked.push(`${name}${rounds}`);
      const taken = numbers.slice(next, next + rounds);
      next += rounds;
      return taken;
    };
  };
  const takers = new Map([
    ["a", taker("a", 100, 100, 1, 5, 3)],
    ["b", taker("b", 900, 900, 7, 7, 8)],
  ]);
  assert.deepEqual(
    await takeTurns({ counted: 3, warmUp: 2 }, takers),
    new Map([
      ["a", 3],
      ["b", 7],
    ]),
  );
  assert.deepEqual(asked, ["a2", "b2", "a1", "b1", "a1", "b1", "a1", "b1"]);
});

test("who can't be measured says why, and is not asked again", async () => {
  let asked = 0;
  const takers = new Map([
    [
      "slow",
      async () => {
        asked += 1;
        return "over 30 s";
      },
    ],
  ]);
  assert.deepEqual(await takeTurns({ counted: 3, warmUp: 2 }, takers), new Map([["slow", "over 30 s"]]));
  assert.equal(asked, 1);
});
