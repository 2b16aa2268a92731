/** Tables: their columns, and what is within its goal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "./comparison.ts";
import { OURS } from "./contestants.ts";
import { figure, goalColumns, section, tableOf } from "./table.ts";

test("a table is as wide as its widest cells, and marks what misses its goal", () => {
  const rows = [
    { name: "small", measured: 2, goal: { atMost: 2 } },
    { name: "too small", measured: 1.994, goal: { atLeast: 2 } },
    { name: "free", measured: 12_345.6, goal: null },
    { name: "lost", measured: null, goal: { atMost: 1 } },
  ];
  type Row = (typeof rows)[number];
  const { cells } = section<Row>(
    "Sizes",
    [
      { head: "what", cell: ({ name }) => name },
      { head: "measured", cell: ({ measured }) => (measured === null ? "" : figure(measured)) },
      ...goalColumns<Row>((row) => row),
    ],
    rows,
  );
  assert.equal(
    tableOf(cells),
    [
      "| what      | measured | goal |        |",
      "| --------- | -------- | ---- | ------ |",
      "| small     | 2        | ≤ 2  | within |",
      "| too small | 1.99     | ≥ 2  | MISSED |",
      "| free      | 12,346   |      |        |",
      "| lost      |          | ≤ 1  |        |",
    ].join("\n"),
  );
});

test("a comparison names everybody, also who is not there or takes too long", () => {
  const about = (["go-tuf", "tough", "tuf-js"] as const).map((name) => ({
    name,
    versions: "",
    lacking: null,
  }));
  const times = new Map<string, number | string>([
    [OURS, 200],
    ["go-tuf", 300],
    ["tuf-js", "over 30 s"],
  ]);
  assert.deepEqual(
    compare("chain", { peers: [], about }, times, { "go-tuf": 1 }).map(
      ({ who, milliseconds, ratio, goal }) => [who, milliseconds, ratio, goal],
    ),
    [
      [OURS, 200, 1, null],
      ["go-tuf", 300, 1.5, { atLeast: 1 }],
      ["tough", "not there", null, null],
      ["tuf-js", "over 30 s", null, null],
    ],
  );
});
