/**
 * What not every machine has, and the one way in which a test may be skipped for want of it.
 *
 *     test("…", requires(fixtures), () => …)
 *
 * Where the environment variable CI is set nothing is skipped: the test runs, and fails if it can't do without.
 */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Resource {
  readonly isThere: boolean;
  /** Shown as the reason for skipping: what is missing, and how to get it. */
  readonly missing: string;
}

export function requires(resource: Resource): { skip: string | false } {
  return { skip: resource.isThere || process.env["CI"] ? false : resource.missing };
}

/** Published TUF metadata that nobody on this project made: beside the checkout, or where TUF_FIXTURES says. */
export const fixturesFolder: string =
  process.env["TUF_FIXTURES"] ?? fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));

export const fixtures: Resource = {
  isThere: existsSync(fixturesFolder),
  missing: "needs the published TUF metadata: set TUF_FIXTURES to its folder",
};
