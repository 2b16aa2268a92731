/**
 * What `npm test` does around all tests: everything that they leave in the temporary folder is in one folder, and goes
 * when the last of them has ended.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "tuf-tests-"));

/** The processes of the test files inherit it. */
export function globalSetup(): void {
  process.env["TMPDIR"] = folder;
}

export function globalTeardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
