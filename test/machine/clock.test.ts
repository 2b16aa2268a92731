import assert from "node:assert/strict";
import { test } from "node:test";
import { readTypedTime } from "../../src/machine/clock.ts";

for (const [typed, time] of [
  ["2026-12-04 15:00", "2026-12-04T15:00:00Z"],
  ["2026-12-04 15:00:30", "2026-12-04T15:00:30Z"],
  ["2026-12-04T15:00Z", "2026-12-04T15:00:00Z"],
  ["  2028-02-29 00:00  ", "2028-02-29T00:00:00Z"],
] as const) {
  test(`a typed time: ${typed}`, () => assert.equal(readTypedTime(typed), time));
}

for (const typed of [
  "",
  "15:00",
  "2026-12-04",
  "2026-13-04 15:00",
  "2026-02-29 15:00",
  "2026-12-04 24:00",
  "2026-12-04 15:60",
  "2026-12-04 15:00; reboot",
]) {
  test(`no time: ${JSON.stringify(typed)}`, () => assert.equal(readTypedTime(typed), null));
}
