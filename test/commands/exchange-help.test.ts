/** What `enrol`, `request` and `sign` say of their exit status. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { start } from "./command-line.ts";

for (const [command, statuses] of [
  ["enrol", [0, 1, 2, 3, 4]],
  ["request", [0, 1, 2, 3]],
  ["sign", [0, 1, 2, 3, 4]],
] as const) {
  it(`${command} states every exit status that it has, in 80 columns`, () => {
    const { out } = start(command, "--help");
    const [, stated = ""] = out.replaceAll(/\s+/g, " ").split("Exit status: ");
    const found = [...stated.matchAll(/(?:^|; )(\d)/g)].map(([, digit]) => Number(digit));
    assert.deepEqual(found, statuses);
    assert.ok(out.split("\n").every((line) => line.length <= 80));
  });
}
