/** A file that this user may not read is a finding of the audit, not the end of it. */
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { auditFolder } from "../../src/audit/audit-folder.ts";

const GOLDEN = fileURLToPath(new URL("../golden/minimal/folder/", import.meta.url));
const NOBODY = 65534;

test("a file that can't be read is named with the system's code", async (context) => {
  // The tests' own temporary folder is closed to everybody else.
  const above = mkdtempSync(join(isRoot() ? "/tmp" : tmpdir(), "tuf-ceremony-"));
  context.after(() => rmSync(above, { recursive: true }));
  const folder = join(above, "folder");
  cpSync(GOLDEN, folder, { recursive: true });
  chmodSync(above, 0o755);
  chmodSync(join(folder, "metadata", "1.root.json"), 0o000);
  const { problems } = await asOrdinaryUser(() => auditFolder(folder, null));
  assert.deepEqual(
    problems.map(({ code, where, found }) => [code, where, found]),
    [["audit/unreadable", "metadata/1.root.json", "EACCES"]],
  );
});

/** Root may read everything, whatever the file's mode says. */
async function asOrdinaryUser<Result>(work: () => Promise<Result>): Promise<Result> {
  if (!isRoot()) return await work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}
