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
  const above = mkdtempSync(join(tmpdir(), "tuf-ceremony-"));
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
  const { geteuid, seteuid } = process;
  if (geteuid === undefined || seteuid === undefined || geteuid() !== 0) return await work();
  seteuid(NOBODY);
  try {
    return await work();
  } finally {
    seteuid(0);
  }
}
