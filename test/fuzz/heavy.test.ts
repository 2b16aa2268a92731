/** Documents that cost as much as a document can: a process of its own for each. `npm run fuzz -- --heavy` times them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HEAVY_CASES } from "./heavy-cases.ts";
import { findHeavyProblems, judgeHeavy } from "./judge-heavy.ts";

describe("documents that are made to cost", { concurrency: 2 }, () => {
  for (const heavy of HEAVY_CASES.filter(({ always }) => always)) {
    test(heavy.name, async () => assert.deepEqual(findHeavyProblems(await judgeHeavy(heavy), false), []));
  }
});
