import assert from "node:assert/strict";
import { test } from "node:test";
import { auditFolder } from "../../src/audit/audit-folder.ts";
import { clockFrom } from "../../src/live/performer.ts";
import { exampleStores, loadScript, newFolder, planOf, runOnce } from "./ceremony-harness.ts";

for (const script of ["minimal.yaml", "pep458-bootstrap.yaml", "renew.yaml", "rotate.yaml", "revoke.yaml"]) {
  test(`${script} goes from its script to a finished folder that audits as consistent`, async () => {
    const folder = newFolder();
    const loaded = loadScript(script);
    const clock = clockFrom(planOf(loaded).script.window.from);
    const end = await runOnce({ folder, loaded, stores: exampleStores(loaded), clock });
    assert.equal(end.reason, "finished");
    const verdict = await auditFolder(folder, end.head);
    assert.deepEqual(verdict.problems, []);
    assert.equal(verdict.isConsistent, true);
    assert.equal(verdict.isAnchored, true);
    assert.equal(verdict.end, "finished");
    assert.deepEqual(
      verdict.clients.map(({ accepted }) => accepted),
      [true],
    );
  });
}
