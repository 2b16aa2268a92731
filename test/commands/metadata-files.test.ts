/** What a file's name says about it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { nameFile } from "../../src/commands/metadata-files.ts";

const names: readonly (readonly [path: string, number: number | null, role: string])[] = [
  ["metadata/12.root.json", 12, "root"],
  ["root.json", null, "root"],
  ["1.bin-n-00ff.json", 1, "bin-n-00ff"],
  ["1.2.json", 1, "2"],
  ["0.root.json", null, "0.root"],
  ["01.root.json", null, "01.root"],
  [`${"9".repeat(40)}.root.json`, null, `${"9".repeat(40)}.root`],
  ["1.a%2Fb.json", 1, "a/b"],
  ["1.%E2%82%AC.json", 1, "€"],
  ["1.100%.json", 1, "100%"],
  ["2.%74argets.json", 2, "%74argets"],
  ["1.%FF.json", 1, "%FF"],
  ["%EF%BB%BFtargets.json", null, "\ufefftargets"],
  ["1.a%2Db.json", 1, "a-b"],
  ["notes.txt", null, "notes.txt"],
];
for (const [path, number, role] of names) {
  test(path.slice(0, 40), () => assert.deepEqual(nameFile(path), { path, number, role }));
}
